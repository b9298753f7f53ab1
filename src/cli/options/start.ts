// Runs a table of commands with the process's own arguments, streams and environment.
import { userInfo } from 'node:os';
import { codeOf } from '../../domain/text/failure.ts';
import type { Io } from './command.ts';
import { withEnvFile } from './env-file.ts';
import { type Commands, runTable } from './run-table.ts';

type Settings = { envFile: boolean; program?: string };

/** With `envFile`, what `.env` of the working directory adds to the environment. */
export async function start(table: Commands, { envFile, ...program }: Settings): Promise<void> {
  // A reader that stops early (`| head`) is not an error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
  // What cannot be said there can be said nowhere, and is no reason to end.
  process.stderr.on('error', () => undefined);
  const run = async (): Promise<void> =>
    runTable(
      process.argv.slice(2),
      { ...io(envFile ? withEnvFile(process.env, process.cwd()) : process.env), ...program },
      table,
    );
  await run().catch((error: Error & { sentences?: string[] }) => {
    // Told to stop: that is not a failure to explain.
    if (error.name === 'AbortError') return void (process.exitCode = 130);
    if (error.sentences) {
      for (const sentence of error.sentences) process.stderr.write(`${sentence}\n`);
      return void (process.exitCode = 2);
    }
    process.stderr.write(`practicum: ${error.message}${codeOf(error) ? ` (${codeOf(error)})` : ''}\n`);
    if (process.env['DEBUG']) process.stderr.write(`${error.stack}\n`);
    process.exitCode = 1;
  });
}

function io(env: Io['env']): Io {
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    env,
    exported: process.env,
    cwd: process.cwd(),
    ...accountHere(),
    now: () => new Date(),
    progress: process.stderr.isTTY === true,
    exit: (code) => {
      process.exitCode = code;
    },
  };
}

/** Never by the environment, which whoever types the command may set. */
function accountHere(): Pick<Io, 'account'> {
  try {
    return { account: userInfo().username };
  } catch {
    // A container's account may have a number and no name.
    return {};
  }
}
