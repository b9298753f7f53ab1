// Entries that were forgotten on request: the ledger still verifies, and one altered byte is still found.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { forgettingOf, subjectOf, tombstoneLine, tombstoneOf } from '../../../src/domain/ledger/forget.ts';
import { appendEntry, ledgerLine, type LedgerBody, type LedgerEntry } from '../../../src/domain/ledger/ledger.ts';
import { verifyLedgerLines } from '../../../src/domain/ledger/verify.ts';
import { score } from '../../../src/domain/score/score.ts';
import { after, data, DAY, HOUR, policy, run, shipment } from '../score/inputs.ts';

/** One owner's observations and score, and another's. */
function ledgerOf(owners: readonly string[]): LedgerEntry[] {
  const bodies: LedgerBody[] = [{ kind: 'fact', fact: 'policy', policy }];
  for (const owner of owners) {
    const evidence = [data(1, 'merged', 9 * DAY), run([1], HOUR)].map((one) => ({
      ...one,
      owner,
      id: `${owner}/${one.id}`,
      repository: `org/${owner}`,
    }));
    const theirs = { ...shipment(1, { dispatchedAt: after(0) }), owner };
    const given = { policy, evidence, shipments: [theirs], now: after(10 * DAY), extensions: [] };
    bodies.push(
      { kind: 'fact', fact: 'shipment', challenge: policy.challenge, shipment: theirs },
      ...evidence.map((one): LedgerBody => ({ kind: 'observation', evidence: one })),
      { kind: 'calculation', challenge: policy.challenge, owner, asOf: given.now, score: score(given) },
    );
  }
  const entries: LedgerEntry[] = [];
  for (const [at, body] of bodies.entries()) entries.push(appendEntry(entries.at(-1), body, after(at)));
  return entries;
}

const entries = ledgerOf(['ada', 'bob']);
const theirs = entries.filter(({ body }) => subjectOf(body) === 'ada').map(tombstoneOf);
const forgetting = appendEntry(entries.at(-1), forgettingOf(theirs), after(100));
const lines = [...entries, forgetting].map((entry) => {
  const grave = theirs.find(({ seq }) => seq === entry.seq);
  return grave ? tombstoneLine(grave) : ledgerLine(entry);
});

test('nothing of the person is left, the heads still hold, and the others are recomputed', () => {
  expect(theirs).toHaveLength(4);
  expect(lines.join('\n')).not.toContain('ada');
  const heads = entries.map(({ hash }) => hash);
  const sound = verifyLedgerLines(lines, heads);
  expect(sound).toMatchObject({
    ok: true,
    entries: lines.length,
    calculations: 1,
    forgotten: 4,
    head: forgetting.hash,
  });
});

test('a tombstone that no entry speaks of is found, by its line', () => {
  const unsaid = lines.slice(0, -1);
  expect(verifyLedgerLines(unsaid)).toMatchObject({ ok: false, first: { line: theirs[0]!.seq, code: 'forgotten' } });
  const one = entries.map((entry) => (entry.seq === 1 ? tombstoneLine(tombstoneOf(entry)) : ledgerLine(entry)));
  expect(verifyLedgerLines(one).ok).toBe(false);
});

test('one altered byte is found wherever it is', () => {
  const text = lines.join('\n');
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.integer({ min: 32, max: 126 }), (at, byte) => {
      const altered = text.slice(0, at) + String.fromCodePoint(byte) + text.slice(at + 1);
      fc.pre(altered !== text);
      expect(verifyLedgerLines(altered.split('\n')).ok).toBe(false);
    }),
    { numRuns: 1000 },
  );
});
