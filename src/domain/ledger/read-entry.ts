// One entry of a ledger from its line: what it says, how it should be written, and what its seal is about.
import { canonicalJson } from '../text/canonical-json.ts';
import type { Tombstone } from './forget.ts';
import type { LedgerBody, LedgerEntry } from './ledger.ts';

type ReadEntry = { entry: LedgerEntry | Tombstone; canonical: string; sealed: string };

// Which texts are moments: by the names they stand under, so that a message that looks like a date stays text.
const MOMENTS = new Set(['at', 'asOf', 'due', 'ends', 'dispatchedAt', 'from', 'to']);
const ISO = /^[+-]?\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** `canonical` is the text that the entry should have; `sealed` the part of it that the hash is about. */
export function readEntry(text: string): ReadEntry | undefined {
  try {
    const value = JSON.parse(text) as LedgerEntry | Tombstone;
    // Written the other way only where it has to be: a ledger is long, and nearly all of it is as it should be.
    const canonical = isSorted(value) && JSON.stringify(value) === text ? text : canonicalJson(value);
    const { hash, previous } = value;
    const at = moment(value.at);
    const says = isTombstone(value)
      ? value.forgotten === true && !('body' in value)
      : typeof value.body?.kind === 'string';
    const sound = Number.isInteger(value.seq) && at !== undefined && says;
    if (!sound || typeof hash !== 'string' || typeof previous !== 'string') return undefined;
    // In canonical order the hash stands between the body and what comes before the entry.
    const end = canonical.lastIndexOf(`,"hash":${JSON.stringify(hash)},"previous":`);
    const sealed = canonical.slice(0, end) + canonical.slice(end + `,"hash":${JSON.stringify(hash)}`.length);
    const entry = isTombstone(value) ? { ...value, at } : { ...value, at, body: withMoments(value.body) };
    return { entry, canonical, sealed };
  } catch {
    return undefined;
  }
}

export function isTombstone(entry: LedgerEntry | Tombstone): entry is Tombstone {
  return 'forgotten' in entry;
}

function isSorted(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isSorted);
  let before: string | undefined;
  for (const [key, one] of Object.entries(value)) {
    if ((before !== undefined && before >= key) || !isSorted(one)) return false;
    before = key;
  }
  return true;
}

/** Observations are most of a ledger, and of theirs only one text is a moment: the rest is searched through. */
function withMoments(body: LedgerBody): LedgerBody {
  if (body.kind === 'calculation') return { ...body, asOf: moment(body.asOf) ?? body.asOf };
  if (body.kind !== 'observation') return findMoments(body) as LedgerBody;
  return { ...body, evidence: { ...body.evidence, at: moment(body.evidence.at) ?? body.evidence.at } };
}

function moment(value: unknown): Date | undefined {
  if (typeof value !== 'string' || !ISO.test(value)) return undefined;
  const date = new Date(value);
  // A day that does not exist, or one written in another way, is not what the ledger wrote.
  if (date.toISOString() !== value) throw new TypeError('not a moment');
  return date;
}

function findMoments(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(findMoments);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, (MOMENTS.has(key) && moment(inner)) || findMoments(inner)]),
  );
}
