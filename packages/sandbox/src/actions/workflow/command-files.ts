// The files behind GITHUB_ENV, GITHUB_OUTPUT, GITHUB_STATE, GITHUB_PATH and GITHUB_STEP_SUMMARY: made before a step, read after it.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const KINDS = {
  GITHUB_ENV: 'set_env',
  GITHUB_OUTPUT: 'set_output',
  GITHUB_STATE: 'save_state',
  GITHUB_PATH: 'add_path',
  GITHUB_STEP_SUMMARY: 'step_summary',
} as const;
const MAX_SUMMARY = 1024 * 1024;

export type CommandFiles = { env: Record<string, string>; read: () => Promise<CommandFileContents> };
export type CommandFileContents = {
  env: [string, string][];
  outputs: [string, string][];
  state: [string, string][];
  paths: string[];
  summary: string;
};

/** Makes the five empty files of one step under `folder`; `read` returns their contents and removes them. */
export async function makeCommandFiles(folder: string, id: string): Promise<CommandFiles> {
  await mkdir(folder, { recursive: true });
  const env = Object.fromEntries(Object.entries(KINDS).map(([name, kind]) => [name, join(folder, `${kind}_${id}`)]));
  await Promise.all(Object.values(env).map((path) => writeFile(path, '')));
  const text = (name: keyof typeof KINDS): Promise<string> => readFile(env[name] ?? '', 'utf8').catch(() => '');
  const read = async (): Promise<CommandFileContents> => {
    const contents: CommandFileContents = {
      env: parsePairs(await text('GITHUB_ENV')),
      outputs: parsePairs(await text('GITHUB_OUTPUT')),
      state: parsePairs(await text('GITHUB_STATE')),
      paths: (await text('GITHUB_PATH')).split(/\r?\n/).filter((line) => line !== ''),
      summary: await text('GITHUB_STEP_SUMMARY'),
    };
    await Promise.all(Object.values(env).map((path) => rm(path, { force: true, recursive: true })));
    if (contents.summary.length > MAX_SUMMARY) {
      contents.summary = '';
    }
    return contents;
  };
  return { env, read };
}

/** `name=value` lines and `name<<DELIMITER` blocks. Throws on a block that is not closed, as the runner does. */
export function parsePairs(text: string): [string, string][] {
  const pairs: [string, string][] = [];
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (line === '') continue;
    const equals = line.indexOf('=');
    const heredoc = line.indexOf('<<');
    if (heredoc > 0 && (equals === -1 || heredoc < equals)) {
      const delimiter = line.slice(heredoc + 2);
      const end = lines.indexOf(delimiter, at + 1);
      if (end === -1) throw new Error(`Invalid value. Matching delimiter not found '${delimiter}'`);
      pairs.push([line.slice(0, heredoc), lines.slice(at + 1, end).join('\n')]);
      at = end;
    } else if (equals > 0) pairs.push([line.slice(0, equals), line.slice(equals + 1)]);
    else throw new Error(`Invalid format '${line}'`);
  }
  return pairs;
}
