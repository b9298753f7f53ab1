// Must fail: the Action reaches for what only the app may know.
import { openPool } from '../../src/postgres/pool.ts';

export const pool = openPool;
