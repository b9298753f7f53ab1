// A term with drills: it plays to the same points, an altered drill is named by its line, and other rules are tried on it.
import { expect, test } from 'vitest';
import type { DrillEvidence } from '../../../src/domain/evidence/evidence.ts';
import { buildGradebook, type GradebookInput } from '../../../src/domain/grade/gradebook.ts';
import { termLine, type TermLine } from '../../../src/domain/term/line.ts';
import { tryRules } from '../../../src/domain/term/try-rules.ts';
import { after, DAY, HOUR, policy } from '../score/inputs.ts';
import { exported, play, sealedAnew } from './write-term.ts';

const terms = { detectWithin: 2 * HOUR, lasts: 6 * HOUR, postMortemWithin: 3 * DAY };
const event = (owner: string, what: DrillEvidence['event'], at: number, more: object = {}): DrillEvidence => ({
  id: `drill/secret-${owner}/${what}`,
  challenge: 'weather',
  owner,
  repository: `org/weather-${owner}`,
  at: after(2 * DAY + at),
  trust: 'measured',
  kind: 'drill',
  drill: `secret-${owner}`,
  turn: 1,
  event: what,
  ...(what === 'began' ? { terms, issue: 7 } : {}),
  ...more,
});
const closed = { fault: 'corrupted_shipment in data/incoming/release-1.csv', lacks: ['the section of ada'] };

/** Ada reacts and writes it up, bob notices late and no more, carl does nothing. */
const given: GradebookInput = {
  policies: [{ ...policy, criteria: { drills: { points: 12, trust: 'measured' } } }],
  owners: ['ada', 'bob', 'carl'].map((slug) => ({
    slug,
    kind: 'student' as const,
    name: slug,
    members: [{ login: slug, name: slug }],
  })),
  pass: 0.5,
  shipments: [],
  evidence: [
    event('ada', 'began', 0),
    event('ada', 'detected', HOUR),
    event('ada', 'mitigated', 2 * HOUR),
    event('ada', 'over', 6 * HOUR),
    event('ada', 'reviewed', DAY),
    event('ada', 'closed', 3 * DAY, closed),
    event('bob', 'began', 0),
    event('bob', 'detected', 3 * HOUR),
    event('bob', 'over', 6 * HOUR),
    event('bob', 'closed', 3 * DAY, closed),
    event('carl', 'began', 0),
    event('carl', 'over', 6 * HOUR),
    event('carl', 'closed', 3 * DAY, closed),
  ],
  extensions: [],
  overrides: [],
  now: after(9 * DAY),
};
const lines = exported(given, ['ada', 'bob', 'carl']);
type Seen = Extract<TermLine, { kind: 'evidence' }>;
const lineOf = (what: string): number => lines.findIndex((line) => line.includes(`"event":"${what}"`));

test('it plays to the same points: all, half of a third, none', () => {
  const { replay, problem } = play(lines);
  expect([problem, replay.difference]).toEqual([undefined, undefined]);
  const points = (rows: ReturnType<typeof buildGradebook>['rows']) => rows.map(({ total }) => total).toSorted();
  expect(points(buildGradebook(given).rows)).toEqual([0, 1.8, 12]);
  expect(points(replay.gradebook().rows)).toEqual([0, 1.8, 12]);
});

test('neither the fault, nor the issue, nor the secret name of a drill is in it', () => {
  expect(lines.join('\n')).not.toMatch(/corrupted|incoming|secret|"issue"|section|ada|carl/);
});

test('an altered drill is named by its line', () => {
  const at = lineOf('mitigated');
  const { problem } = play(lines.with(at, lines[at]!.replace('mitigated', 'reviewed')));
  const { evidence } = termLine.parse(JSON.parse(lines[at]!)) as Seen;
  expect(problem).toMatchObject({ line: at + 1, code: 'term-altered' });
  expect(problem!.message).toContain(
    `${evidence.id} (drill, for freshness, endpoint, quality, drills) of ${evidence.owner}`,
  );
  expect(play(lines.toSpliced(at, 1)).problem).toMatchObject({ line: at + 1, code: 'term-altered' });
});

test('sealed anew, it is the first score that no longer follows, and a piece of that student’s drill is named', () => {
  let altered: Seen['evidence'] | undefined;
  const forged = sealedAnew(lines, (line) => {
    if (line.kind !== 'evidence' || line.evidence.kind !== 'drill' || line.evidence.event !== 'detected' || altered)
      return line;
    altered = line.evidence;
    // Later than is noticed in time.
    return { ...line, evidence: { ...line.evidence, at: after(2 * DAY + 5 * HOUR) } };
  });
  const { replay, problem } = play(forged);
  expect(problem).toBeUndefined();
  expect(replay.difference).toMatchObject({ challenge: 'weather', criterion: 'drills' });
  expect(replay.difference!.evidence).toMatchObject({ kind: 'drill', owner: altered!.owner });
});

test('other rules: who changes, and by how much', () => {
  const { replay } = play(lines);
  const course = { timezone: 'UTC', late: policy.late, grades: { pass: 0.5, release: 'auto' as const } };
  const rules = (points: number) =>
    ({ ...policy, name: 'weather', score: { drills: { points, trust: 'measured' } } }) as never;
  expect(tryRules(replay, course, [rules(12)])).toMatchObject({ unknown: [], whatIf: { changed: 0 } });
  expect(tryRules(replay, course, [rules(24)])).toMatchObject({ unknown: [], whatIf: { changed: 3 } });
});
