#!/usr/bin/env node
// The composition root: the only file that starts anything.
import { enableCompileCache } from 'node:module';
import { compileCache } from './compile-cache.ts';

enableCompileCache(compileCache);
const [{ commands }, { start }] = await Promise.all([import('./cli.ts'), import('./cli/options/start.ts')]);
await start(commands, { envFile: true });
