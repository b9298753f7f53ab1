// `practicum.cjs`: the commands that a student needs, bundled into one file that runs wherever Node does.
import { portableCommands } from './cli/portable-commands.ts';
import { start } from './cli/options/start.ts';

void start(portableCommands);
