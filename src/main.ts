#!/usr/bin/env node
// The composition root: the only file that starts anything.
import { commands } from './cli.ts';
import { start } from './cli/options/start.ts';

await start(commands, { envFile: true });
