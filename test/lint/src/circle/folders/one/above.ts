// Must fail: folder one knows two, and two knows one, although no two files know each other.
import type { Middle } from '../two/middle.ts';

export type Above = { middle: Middle };
