// Must fail: one adapter reaches for another.
import { openPool } from '../postgres/pool.ts';

export const pool = openPool;
