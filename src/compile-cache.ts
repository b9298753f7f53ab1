// Where Node keeps what it compiled: half the start of most commands.
import { join } from 'node:path';

/** Beside the packages: whoever may write there may change the code itself, and where nobody may, nothing is kept. */
export const compileCache = join(import.meta.dirname, '../node_modules/.cache/practicum');
