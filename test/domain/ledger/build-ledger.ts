// Writes the ledger of a course: everything that is known as of a moment, and every score that follows from it.
import type { Evidence } from '../../../src/domain/evidence/evidence.ts';
import { scoreInputs } from '../../../src/domain/grade/gradebook.ts';
import type { GradebookInput } from '../../../src/domain/grade/gradebook.ts';
import { appendEntry } from '../../../src/domain/ledger/ledger.ts';
import type { LedgerBody, LedgerEntry } from '../../../src/domain/ledger/ledger.ts';
import { score, scoringRules } from '../../../src/domain/score/score.ts';

/**
 * The entries that continue a ledger from `last` (or begin one), all written at `now`. Facts and observations come
 * first, then the calculations that rest on them, then what people set instead. Equal input, equal entries.
 */
export function* writeLedger(input: GradebookInput, last?: LedgerEntry): Generator<LedgerEntry> {
  let previous = last;
  for (const body of ledgerBodies(input)) {
    previous = appendEntry(previous, body, input.now);
    yield previous;
  }
}

function* ledgerBodies(input: GradebookInput): Generator<LedgerBody> {
  const names = input.policies.map(({ challenge }) => challenge);
  yield { kind: 'fact', fact: 'challenges', names, rules: scoringRules };
  for (const policy of input.policies) yield { kind: 'fact', fact: 'policy', policy };
  for (const { challenge, ...shipment } of input.shipments) {
    const { id, release, owner, due, state, dispatchedAt, carrier } = shipment;
    const delivered = dispatchedAt === undefined ? {} : { dispatchedAt };
    const by = carrier === undefined ? {} : { carrier };
    const scored = { id, release, owner, due, state, ...delivered, ...by };
    yield { kind: 'fact', fact: 'shipment', challenge, shipment: scored };
  }
  for (const { challenge, ...extension } of input.extensions ?? []) {
    const names = challenge === undefined ? input.policies.map((policy) => policy.challenge) : [challenge];
    for (const name of names) yield { kind: 'fact', fact: 'extension', challenge: name, extension };
  }
  for (const evidence of input.evidence.toSorted(byTime)) yield { kind: 'observation', evidence };
  for (const { owner, scoring } of scoreInputs(input)) {
    const { challenge } = scoring.policy;
    yield { kind: 'calculation', challenge, owner: owner.slug, asOf: input.now, score: score(scoring) };
  }
  for (const override of input.overrides ?? []) yield { kind: 'override', override };
}

function byTime(a: Evidence, b: Evidence): number {
  return a.at.getTime() - b.at.getTime() || (a.id < b.id ? -1 : 1);
}
