// The one style sheet, read once; its address changes with its content, so that browsers may keep it.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const styleText = readFileSync(join(import.meta.dirname, 'style.css'), 'utf8');
/** No organisation's login contains a dot. */
export const stylePath = `/style.css?v=${createHash('sha256').update(styleText).digest('hex').slice(0, 12)}`;
