// Must fail: a flow reaches past the ports for an adapter.
import { openPool } from '../postgres/pool.ts';

export const pool = openPool;
