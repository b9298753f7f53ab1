// Runs one command line in this process and keeps what it said.
import { runCli } from '../../src/cli.ts';

export type Ran = { out: string; err: string; code: number };

export const run = (...argv: string[]): Promise<Ran> => runWith({}, ...argv);

export const runWith = (env: Record<string, string>, ...argv: string[]): Promise<Ran> =>
  runAt(new Date('2027-01-01T00:00:00Z'), env, ...argv);

export async function runAt(now: Date, env: Record<string, string>, ...argv: string[]): Promise<Ran> {
  const ran: Ran = { out: '', err: '', code: 0 };
  await runCli(argv, {
    out: (text) => (ran.out += text),
    err: (text) => (ran.err += text),
    env,
    cwd: process.cwd(),
    now: () => now,
    progress: false,
    exit: (code) => {
      ran.code = code;
    },
  });
  return ran;
}

export const runCheck = (dir: string): Promise<Ran> => run('check', dir);
