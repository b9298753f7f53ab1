// Laws of drills: how they are planned, what a fault does to bytes, what counts as mended, as a post-mortem, and as points.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drillKinds, type Challenge, type DrillRule } from '../../../src/domain/challenge/challenge.ts';
import { faultBytes, isMended } from '../../../src/domain/drill/fault-bytes.ts';
import { dayOff, deadlinesOf, isWorkingHour, planDrills } from '../../../src/domain/drill/plan-drills.ts';
import { findPostMortem, isTest, namesIncident, type IncidentPull } from '../../../src/domain/drill/post-mortem.ts';
import { timeInDrills } from '../../../src/domain/drill/drill-spans.ts';
import type { DrillEvidence } from '../../../src/domain/evidence/evidence.ts';
import { scoreDrills } from '../../../src/domain/score/drills.ts';

const hour = 3_600_000;
const day = 24 * hour;
const starts = new Date('2027-01-11T08:00:00Z');
const at = (days: number): Date => new Date(starts.getTime() + days * day);
const rule = (more: Partial<DrillRule> = {}): DrillRule => ({
  from: at(0),
  to: at(60),
  kinds: ['corrupted_shipment', 'burst'],
  number: 4,
  detectWithin: 4 * hour,
  lasts: 12 * hour,
  postMortemWithin: 3 * day,
  sections: ['Summary'],
  seed: 0,
  ...more,
});
type Planned = Parameters<typeof planDrills>[0][number];
const challenge = (name: string, drills: DrillRule, every = 7): Planned => ({
  name,
  starts,
  ends: at(70),
  releases: Array.from({ length: 8 }, (_, index) => ({
    name: `week-${index}`,
    due: at(index * every),
    take: null as never,
  })),
  requests: [],
  drills,
});

test('never two at once, never within a day of a deadline, at work, and of equal difficulty', () => {
  const owners = fc.string({ minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(
      owners,
      owners,
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 2, max: 24 }),
      (owner, secret, number, lasts) => {
        const one = challenge('one', rule({ number, lasts: lasts * hour }));
        const two = challenge('two', rule({ number, lasts: lasts * hour, kinds: ['schema_change'] }));
        const planned = planDrills([one, two], { owner, secret, zone: 'Europe/Copenhagen' });
        const all = planned.toSorted((a, b) => a.at.getTime() - b.at.getTime());
        for (const [index, drill] of all.entries()) {
          if (index > 0) expect(drill.at.getTime() - all[index - 1]!.at.getTime()).toBeGreaterThanOrEqual(3 * day);
          expect(isWorkingHour(drill.at.getTime(), 'Europe/Copenhagen')).toBe(true);
          for (const deadline of [...deadlinesOf(one, owner), ...deadlinesOf(two, owner)]) {
            const [from, to] = [drill.at.getTime() - dayOff, drill.at.getTime() + lasts * hour + dayOff];
            expect(deadline.getTime() <= from || deadline.getTime() >= to).toBe(true);
          }
        }
        expect(planDrills([two, one], { owner, secret, zone: 'Europe/Copenhagen' })).toEqual(planned);
      },
    ),
    { numRuns: 40 },
  );
});

test('everybody meets the same kinds equally often, at times of their own', () => {
  const meet = (owner: string): { kinds: string[]; times: string } => {
    const planned = planDrills([challenge('one', rule())], { owner, secret: 's', zone: 'UTC' });
    return {
      kinds: planned.map(({ kind }) => kind).toSorted(),
      times: planned.map(({ at: when }) => when.toISOString()).join(),
    };
  };
  const all = Array.from({ length: 20 }, (_, index) => meet(`student-${index}`));
  for (const { kinds } of all) expect(kinds).toEqual(['burst', 'burst', 'corrupted_shipment', 'corrupted_shipment']);
  expect(new Set(all.map(({ times }) => times)).size).toBeGreaterThan(15);
});

test('where deadlines leave no room, no drill is planned', () => {
  expect(
    planDrills([challenge('one', rule(), 1)], { owner: 'a', secret: '', zone: 'UTC' }).every(
      ({ at: when }) => when > at(8),
    ),
  ).toBe(true);
  const crowded = { ...challenge('one', rule({ to: at(7) }), 1) };
  expect(planDrills([crowded], { owner: 'a', secret: '', zone: 'UTC' })).toEqual([]);
});

const csv = `id,x,"a, b",label\n${Array.from({ length: 40 }, (_, row) => `${row},${row * 3},"q ""${row}""",${row % 2 ? 'hot' : 'cold'}`).join('\n')}\n`;

test('a fault changes the bytes, is the same for the same seed, and is never taken for sound', () => {
  for (const kind of ['corrupted_shipment', 'schema_change', 'poisoned_labels'] as const) {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (seed) => {
        const shipped = Buffer.from(csv);
        const faulty = faultBytes(kind, shipped, { path: 'a.csv', target: 'label', seed })!;
        expect(faulty.equals(shipped)).toBe(false);
        expect(faultBytes(kind, shipped, { path: 'a.csv', target: 'label', seed })!.equals(faulty)).toBe(true);
        expect(isMended(shipped, faulty)).toBe(false);
        expect(isMended(shipped, shipped)).toBe(true);
      }),
      { numRuns: 30 },
    );
  }
});

test('JSON lines are altered like tables; what has no label or no text is left alone', () => {
  const lines = Array.from(
    { length: 10 },
    (_, row) => `${JSON.stringify({ id: row, æ: `ø${row}`, label: row % 2 })}\n`,
  ).join('');
  const faulty = faultBytes('poisoned_labels', Buffer.from(lines), { path: 'a.jsonl', target: 'label', seed: 7 })!;
  const rows = faulty
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: number; æ: string; label: number });
  expect(rows.filter(({ id, label }) => label !== id % 2)).toHaveLength(3);
  expect(rows[4]!.æ).toBe('ø4');
  const renamed = faultBytes('schema_change', Buffer.from(lines), {
    path: 'a.jsonl',
    target: 'label',
    seed: 7,
  })!.toString();
  expect(Object.keys(JSON.parse(renamed.split('\n')[0]!)).some((name) => name.endsWith('_v2'))).toBe(true);
  expect(faultBytes('poisoned_labels', Buffer.from(csv), { path: 'a.csv', target: 'none', seed: 7 })).toBeUndefined();
  const same = Buffer.from('x,label\n1,a\n2,a\n');
  expect(faultBytes('poisoned_labels', same, { path: 'a.csv', target: 'label', seed: 7 })).toBeUndefined();
});

test('mended is the shipped lines and nothing else: half of them at least, the header first', () => {
  const shipped = Buffer.from('a,b\n1,2\n3,4\n5,6\n');
  expect(isMended(shipped, Buffer.from('a,b\r\n1,2\r\n5,6\r\n'))).toBe(true);
  expect(isMended(shipped, Buffer.from('a,b\n'))).toBe(false);
  expect(isMended(shipped, Buffer.from('1,2\na,b\n3,4\n'))).toBe(false);
  expect(isMended(shipped, Buffer.from('a,b\n1,2\n3,5\n5,6\n'))).toBe(false);
  expect(isMended(shipped, Buffer.from(''))).toBe(false);
});

const five = 'Five words are enough here.';
const pull = (more: Partial<IncidentPull> = {}): IncidentPull => ({
  number: 3,
  createdAt: at(1),
  title: 'Post-mortem of #12',
  body: `## Summary\n${five}\n### Root Cause:\n${five}\n`,
  commits: [
    { sha: 'a', files: ['tests/test_x.py'], conclusion: 'failure', endedAt: at(1.1) },
    { sha: 'b', files: ['src/x.py'], conclusion: 'success', endedAt: at(1.2) },
  ],
  ...more,
});
const asked = { issue: 12, sections: ['Summary', 'Root cause'] };

test('a post-mortem has its sections, a test that was red alone, and ends green', () => {
  expect(findPostMortem([pull()], asked)).toEqual({ at: at(1.2), lacks: [] });
  const lacking = (more: Partial<IncidentPull>): string => findPostMortem([pull(more)], asked)!.lacks.join('; ');
  expect(lacking({ body: `## Summary\n${five}\n` })).toContain('"Root cause"');
  expect(lacking({ body: '## Summary\n## Root cause\n' })).toContain('"Summary"');
  const [red, green] = pull().commits;
  expect(lacking({ commits: [green!] })).toContain('a test');
  expect(lacking({ commits: [{ ...red!, conclusion: 'success' }, green!] })).toContain('CI fails');
  // Red with other code in it shows nothing of the old code.
  expect(lacking({ commits: [{ ...red!, files: ['tests/test_x.py', 'src/x.py'] }, green!] })).toContain('CI fails');
  expect(lacking({ commits: [red!] })).toContain('CI passes');
  const { conclusion: _, ...silent } = green!;
  expect(lacking({ commits: [red!, silent] })).toContain('CI passes');
  expect(findPostMortem([pull({ title: 'Post-mortem of #120' })], asked)).toBeUndefined();
});

test('an incident is named by its number alone, and tests by their paths', () => {
  const named = (body: string): boolean => namesIncident({ title: '', body }, 12);
  expect(['#12', 'see #12.', '(#12)'].every(named)).toBe(true);
  expect(['#123', 'a/b#12', 'x#12', '12'].some(named)).toBe(false);
  expect(['tests/a.py', 'src/test/x.js', 'test_a.py', 'src/a.test.ts', 'a_test.go'].every(isTest)).toBe(true);
  expect(['src/testing.py', 'latest.py', 'src/contest.ts'].some(isTest)).toBe(false);
});

const policy = { challenge: 'heat', timezone: 'UTC', ends: at(70) };
const event = (
  drill: string,
  name: DrillEvidence['event'],
  when: Date,
  more: Partial<DrillEvidence> = {},
): DrillEvidence => ({
  kind: 'drill',
  id: `drill/${drill}/${name}`,
  challenge: 'heat',
  owner: 'ada',
  repository: 'o/r',
  at: when,
  trust: 'measured',
  drill,
  turn: 0,
  event: name,
  ...(name === 'began' ? { terms: { detectWithin: hour, lasts: 6 * hour, postMortemWithin: day } } : {}),
  ...more,
});
const points = (evidence: DrillEvidence[]): { points: number; of: number; text: string } => {
  const input = { policy: policy as never, evidence, shipments: [], now: at(60) };
  const scored = scoreDrills(input, { points: 10, trust: 'measured' });
  return { points: scored.points, of: scored.of, text: scored.reasons.map(({ text }) => text).join('\n') };
};

test('points: each part counts, a late detection half, nothing at all is explicit, and practice never counts', () => {
  const began = event('a', 'began', at(1));
  const closed = event('a', 'closed', at(3), { fault: 'a burst' });
  const after = (name: DrillEvidence['event'], hours: number): DrillEvidence =>
    event('a', name, new Date(at(1).getTime() + hours * hour));
  expect(points([began])).toMatchObject({ points: 0, of: 0, text: expect.stringContaining('not closed') });
  expect(points([began, closed])).toMatchObject({
    points: 0,
    of: 10,
    text: expect.stringContaining('never detected, never mitigated, no post-mortem'),
  });
  expect(points([began, after('detected', 1), after('mitigated', 2), after('reviewed', 3), closed]).points).toBe(10);
  expect(points([began, after('detected', 2), closed]).points).toBe(1.5);
  const practice = [event('b', 'began', at(5), { practice: true }), event('b', 'closed', at(6), { practice: true })];
  expect(points([began, after('mitigated', 2), closed, ...practice])).toMatchObject({ points: 4, of: 10 });
  expect(points(practice)).toMatchObject({ of: 0 });
});

test('time in drills is never more than the time there is', () => {
  const span = fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 50 }));
  fc.assert(
    fc.property(
      fc.array(span, { maxLength: 5 }),
      fc.integer({ min: 0, max: 100 }),
      fc.integer({ min: 0, max: 50 }),
      (all, from, length) => {
        const spans = all.map(([begin, many]) => ({ from: at(begin), to: at(begin + many) }));
        const taken = timeInDrills(at(from), at(from + length), spans);
        expect(taken).toBeGreaterThanOrEqual(0);
        expect(taken).toBeLessThanOrEqual(length * day);
      },
    ),
  );
});

test('every kind has words', () => {
  expect(drillKinds).toHaveLength(7);
  expect(({} as Challenge).drills).toBeUndefined();
});
