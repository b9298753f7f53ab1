// Recomputes a ledger from its lines: every seal, and every score from the entries before it.
import { canonicalJson } from '../text/canonical-json.ts';
import { Accounts } from './accounts.ts';
import { Graves, type Tombstone } from './forget.ts';
import { GENESIS, hashOf } from './ledger.ts';
import type { LedgerBody, LedgerEntry } from './ledger.ts';
import { pointsOf, score, scoringRules } from '../score/score.ts';

/** The first entry that cannot be as it was written. `seq` is what it says of itself, when it can be read. */
type Alteration = { line: number; seq?: number; code: string; message: string };

export type Verification =
  /**
   * `reworded`: scores with the same points and other words, as another version of the app gives them. `earlier`: scores by
   * rules of the app that are not those of this version; they are sealed like the others, but cannot be computed again.
   * `forgotten`: entries about people who asked to be forgotten, of which the seals are left.
   */
  | {
      ok: true;
      entries: number;
      calculations: number;
      reworded: number;
      earlier?: number;
      forgotten?: number;
      head: string;
    }
  | { ok: false; entries: number; calculations: number; first: Alteration };

/** Verifies entries as text, one line each. Heads that are known from elsewhere must be in it: then a cut-off end is found. */
export function verifyLedgerLines(lines: Iterable<string>, heads: readonly string[] = []): Verification {
  const missing = new Set(heads);
  const books = new Books();
  const graves = new Graves();
  let previous: string = GENESIS;
  let line = 0;
  let calculations = 0;
  const altered = (code: string, message: string, seq?: number): Verification => {
    const first = { line, ...(seq === undefined ? {} : { seq }), code, message };
    return { ok: false, entries: line - 1, calculations, first };
  };
  const unsaid = (at: number): Verification => {
    line = at;
    return altered(
      'forgotten',
      `entry ${at} is marked as forgotten, but no later entry seals that: it was altered`,
      at,
    );
  };
  for (const text of lines) {
    line++;
    const read = readEntry(text);
    if (!read) return altered('unreadable', `line ${line} is not an entry of a ledger`);
    const { entry, sealed } = read;
    const { seq } = entry;
    if (read.canonical !== text)
      return altered('not-canonical', `entry ${seq} is not written as the ledger writes it`, seq);
    // What a tombstone said is gone: a later entry seals what is left of it.
    if (!isTombstone(entry) && hashOf(sealed) !== entry.hash)
      return altered('seal', `entry ${seq} does not match its hash: it was altered`, seq);
    if (entry.previous !== previous || seq !== line) {
      return altered(
        'chain',
        `entry ${seq} does not follow the one before it: an entry was removed, added or moved`,
        seq,
      );
    }
    previous = entry.hash;
    missing.delete(previous);
    if (isTombstone(entry)) {
      graves.add(seq, line, text);
      continue;
    }
    const wrong = enterSafely(books, graves, entry.body);
    if (typeof wrong === 'number') return unsaid(wrong);
    if (wrong) return altered('score', `entry ${seq}: ${wrong}`, seq);
    if (entry.body.kind === 'calculation') calculations += books.current ? 1 : 0;
  }
  if (graves.unsaid !== undefined) return unsaid(graves.unsaid);
  for (const head of missing)
    return altered('head', `the ledger does not contain ${head}: entries were cut off at its end, or it was rewritten`);
  const { reworded, earlier } = books;
  const rest = { ...(earlier > 0 ? { earlier } : {}), ...(graves.count > 0 ? { forgotten: graves.count } : {}) };
  return { ok: true, entries: line, calculations, reworded, ...rest, head: previous };
}

/** Undefined for a tombstone, and for what is no entry. */
export function parseLedgerLine(text: string): LedgerEntry | undefined {
  const entry = readEntry(text)?.entry;
  return entry && !isTombstone(entry) ? entry : undefined;
}

/** Verifies entries as they are in memory. */
export function verifyLedger(entries: Iterable<LedgerEntry>, heads?: readonly string[]): Verification {
  return verifyLedgerLines(
    (function* () {
      for (const entry of entries) yield canonicalJson(entry);
    })(),
    heads,
  );
}

// Which texts are moments: by the names they stand under, so that a message that looks like a date stays text.
const MOMENTS = new Set(['at', 'asOf', 'due', 'ends', 'dispatchedAt', 'from', 'to']);
const ISO = /^[+-]?\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** `canonical` is the text that the entry should have; `sealed` the part of it that the hash is about. */
function readEntry(text: string): { entry: LedgerEntry | Tombstone; canonical: string; sealed: string } | undefined {
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

function isTombstone(entry: LedgerEntry | Tombstone): entry is Tombstone {
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
    Object.entries(value).map(([key, one]) => [key, (MOMENTS.has(key) && moment(one)) || findMoments(one)]),
  );
}

// A forged ledger can have valid hashes and still contain nonsense.
function enterSafely(books: Books, graves: Graves, body: LedgerBody): string | number | undefined {
  try {
    if (body.kind === 'forgetting') return graves.settle(body);
    return books.enter(body);
  } catch {
    return 'its content makes no sense';
  }
}

/** All facts and observations so far, and how the calculations agree with them. */
class Books extends Accounts {
  /** Whether scores follow by the rules of this version. */
  current = true;
  earlier = 0;
  reworded = 0;

  /** Takes in one entry; for a calculation, says what is wrong with it. */
  enter(body: LedgerBody): string | undefined {
    if (body.kind === 'fact' && body.fact === 'challenges') this.current = body.rules === scoringRules;
    if (body.kind === 'observation' || body.kind === 'fact') this.take(body);
    if (body.kind !== 'calculation') return undefined;
    const { challenge, owner, asOf } = body;
    if (!this.current) {
      this.earlier++;
      return undefined;
    }
    const input = this.inputFor(challenge, owner, asOf);
    if (!input) return `there is no policy for ${challenge}`;
    const computed = score(input);
    if (canonicalJson(computed) === canonicalJson(body.score)) return undefined;
    if (canonicalJson(pointsOf(computed)) !== canonicalJson(pointsOf(body.score)))
      return `the score of ${owner} in ${challenge} is ${computed.total} of ${computed.of}, not ${body.score.total} of ${body.score.of}, or is made up of other points`;
    this.reworded++;
    return undefined;
  }
}
