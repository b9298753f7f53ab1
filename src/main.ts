#!/usr/bin/env node
// The composition root: the only file that starts anything.
import { keepCompiled } from './keep-compiled.ts';

keepCompiled(process.env);
const { start } = await import('./cli/options/start.ts');
const { commands } = await import('./cli.ts');
await start(commands, { envFile: true });
