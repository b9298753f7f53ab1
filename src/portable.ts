// `practicum.cjs`: the commands that a student needs, bundled into one file that runs wherever Node does.
import { portableCommands } from './cli/portable-commands.ts';
import { start } from './cli/options/start.ts';

/** Digest of the bundle, which the bundler puts here. */
declare const PRACTICUM_PROGRAM: string | undefined;

void start(portableCommands, {
  envFile: false,
  ...(typeof PRACTICUM_PROGRAM === 'string' ? { program: PRACTICUM_PROGRAM } : {}),
});
