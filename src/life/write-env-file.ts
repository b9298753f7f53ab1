// Settings that a set-up found, written into `.env`: what else is there stays, and nobody else may read it.
import { access, constants, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

/** Rejects where the file could not be written. Asked before anything is registered that cannot be registered twice. */
export async function canWriteEnvFile(folder: string): Promise<void> {
  await access(folder, constants.W_OK);
  await read(folder);
}

export async function writeEnvFile(folder: string, settings: Readonly<Record<string, string>>): Promise<void> {
  const file = join(folder, '.env');
  const kept = withoutKeys(await read(folder), new Set(Object.keys(settings)));
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${quote(value)}`);
  const text = `${[kept.trimEnd(), ...lines].filter(Boolean).join('\n')}\n`;
  const fresh = `${file}.${process.pid}.new`;
  await writeFile(fresh, text, { mode: 0o600, flag: 'wx' });
  await rename(fresh, file);
}

const read = (folder: string): Promise<string> =>
  readFile(join(folder, '.env'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });

/** The text without these settings; a value may have several lines. */
function withoutKeys(text: string, names: ReadonlySet<string>): string {
  const lines = text.split('\n');
  const kept: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const [, name, mark] = /^\s*(?:export\s+)?(\w+)\s*=\s*(["'`])?/.exec(lines[at]!) ?? [];
    let end = at;
    const isOpen = (): boolean =>
      mark !== undefined && parseEnv(lines.slice(at, end + 1).join('\n'))[name!]?.startsWith(mark) === true;
    while (isOpen() && end < lines.length - 1) end++;
    if (name === undefined || !names.has(name)) kept.push(...lines.slice(at, end + 1));
    at = end;
  }
  return kept.join('\n');
}

/** Line feeds become `\n`, which `.env` and the setting both read as such. */
function quote(value: string): string {
  return /^[\w.:/@-]*$/.test(value) ? value : `"${value.replaceAll('\n', '\\n')}"`;
}
