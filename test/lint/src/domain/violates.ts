// Must fail: the domain reaches for an adapter, a file, the clock and the environment.
import { readFileSync } from 'node:fs';
import { openPool } from '../postgres/pool.ts';
import { parse } from 'yaml';

export const now = Date.now();
export const secret = process.env['SECRET'];
export const text = readFileSync(String(openPool));
export const unbounded = parse(text);
