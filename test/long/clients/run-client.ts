// Runs a program that talks to this process, which therefore may not stand still meanwhile.
import { spawn } from 'node:child_process';

export function within(
  milliseconds: number,
  program: string,
  args: readonly string[],
): Promise<{ code: number | null; text: string }> {
  const child = spawn(program, args, { timeout: milliseconds, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, text }));
  });
}
