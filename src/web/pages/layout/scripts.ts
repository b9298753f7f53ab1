// The few scripts of pages that are live: from files of their own, never from a page; the pages work without them.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const draftScript = readFileSync(join(import.meta.dirname, 'draft-live.js'), 'utf8');

export const monitorScript = readFileSync(join(import.meta.dirname, 'monitor-live.js'), 'utf8');

const addressed = (name: string, text: string): string =>
  `/${name}?v=${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
/** No organisation's login contains a dot. */
export const draftScriptPath = addressed('draft-live.js', draftScript);
export const monitorScriptPath = addressed('monitor-live.js', monitorScript);
