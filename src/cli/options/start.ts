// Runs a table of commands with the process's own arguments, streams and environment.
import { codeOf } from '../../domain/text/failure.ts';
import type { Io } from './command.ts';
import { type Commands, runTable } from './run-table.ts';

export async function start(table: Commands): Promise<void> {
  // A reader that stops early (`| head`) is not an error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
  await runTable(process.argv.slice(2), io(), table).catch((error: Error) => {
    // Told to stop: that is not a failure to explain.
    if (error.name === 'AbortError') return void (process.exitCode = 130);
    process.stderr.write(`practicum: ${error.message}${codeOf(error) ? ` (${codeOf(error)})` : ''}\n`);
    if (process.env['DEBUG']) process.stderr.write(`${error.stack}\n`);
    process.exitCode = 1;
  });
}

function io(): Io {
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    env: process.env,
    cwd: process.cwd(),
    now: () => new Date(),
    progress: process.stderr.isTTY === true,
    exit: (code) => {
      process.exitCode = code;
    },
  };
}
