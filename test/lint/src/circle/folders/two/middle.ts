// Must fail with the files of folder one.
import type { Below } from '../one/below.ts';

export type Middle = { below: Below };
