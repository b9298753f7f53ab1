// Recomputes a ledger from its lines: every seal, and every score from the entries before it.
import { canonicalJson } from '../text/canonical-json.ts';
import { Graves } from './forget.ts';
import { GENESIS, hashOf } from './ledger.ts';
import { Books } from './books.ts';
import type { LedgerBody, LedgerEntry } from './ledger.ts';
import { isTombstone, readEntry } from './read-entry.ts';

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

/** Verifies entries as they are in memory.
 * @public */
export function verifyLedger(entries: Iterable<LedgerEntry>, heads?: readonly string[]): Verification {
  return verifyLedgerLines(
    (function* () {
      for (const entry of entries) yield canonicalJson(entry);
    })(),
    heads,
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
