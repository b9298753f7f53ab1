// The ledger: an append-only list of facts, observations, calculations and overrides, each entry sealed with the one before.
import { createHash } from 'node:crypto';
import { canonicalJson } from '../text/canonical-json.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { Override } from '../grade/gradebook.ts';
import type { Extension } from '../evidence/late.ts';
import type { ScoredShipment } from '../evidence/criterion.ts';
import type { ScorePolicy } from '../evidence/policy.ts';
import type { Score } from '../score/score.ts';

/** What was decided or granted: the rules, what was shipped to whom, more time for somebody. The latest of a kind holds. */
type Fact =
  /** Those in force, what was entered about others counts no more; and by which rules of the app scores follow from now on. */
  | { kind: 'fact'; fact: 'challenges'; names: string[]; rules: number }
  | { kind: 'fact'; fact: 'policy'; policy: ScorePolicy }
  | { kind: 'fact'; fact: 'shipment'; challenge: string; shipment: ScoredShipment }
  | { kind: 'fact'; fact: 'extension'; challenge: string; extension: Extension };
/** What was seen. */
type Observation = { kind: 'observation'; evidence: Evidence };
/** What follows from all entries before it, as of `asOf`. */
type Calculation = { kind: 'calculation'; challenge: string; owner: string; asOf: Date; score: Score };
/** What a person set instead; the calculation stays. */
type Overriding = { kind: 'override'; override: Override };

export type LedgerBody = Fact | Observation | Calculation | Overriding;

/** `seq` counts from 1. `hash` seals everything else in the entry, and through `previous` everything before it. */
export type LedgerEntry = { seq: number; at: Date; previous: string; body: LedgerBody; hash: string };

/** What the first entry follows. */
export const GENESIS = '0'.repeat(64);

/** The next entry after `last`. */
export function appendEntry(
  last: Pick<LedgerEntry, 'seq' | 'hash'> | undefined,
  body: LedgerBody,
  at: Date,
): LedgerEntry {
  const unsealed = { seq: (last?.seq ?? 0) + 1, at, previous: last?.hash ?? GENESIS, body };
  return { ...unsealed, hash: sealOf(unsealed) };
}

/** SHA-256 over the canonical JSON of an entry without its hash. */
export function sealOf(entry: Omit<LedgerEntry, 'hash'>): string {
  const { seq, at, previous, body } = entry;
  return hashOf(canonicalJson({ seq, at, previous, body }));
}

/** Of the canonical text of an entry without its hash. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The line of an entry in a ledger file. Any other text for the same entry counts as altered. */
export function ledgerLine(entry: LedgerEntry): string {
  return canonicalJson(entry);
}
