// Runs a program that talks to this process, which therefore may not stand still meanwhile.
import { spawn } from 'node:child_process';

export type Ended = { code: number | null; text: string };
type Given = { cwd?: string; env?: NodeJS.ProcessEnv; input?: string };

export function within(
  milliseconds: number,
  program: string,
  args: readonly string[],
  { cwd, env, input }: Given = {},
): Promise<Ended> {
  const child = spawn(program, args, {
    timeout: milliseconds,
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env }),
  });
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, text }));
  });
}
