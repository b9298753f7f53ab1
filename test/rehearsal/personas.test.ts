import { expect, test } from 'vitest';
import type { GradebookRow } from '../../src/domain/grade/gradebook.ts';
import { judgePersona, kinds, meanings, type Played, type StudentKind } from '../../src/rehearsal/personas.ts';

function row(owner: string, points: Record<string, [points: number, of: number]>): GradebookRow {
  const scored = Object.entries(points).map(([criterion, [earned, of]]) => [criterion, { points: earned, of }]);
  const sum = (at: 0 | 1): number => Object.values(points).reduce((total, pair) => total + pair[at], 0);
  return { owner, challenge: 'c', total: sum(0), of: sum(1), criteria: Object.fromEntries(scored) } as GradebookRow;
}

const all = row('p', { data: [20, 20], pipeline: [20, 20], requests: [14, 15] });
const played = (kind: StudentKind, own: GradebookRow, more: Partial<Played> = {}): Played => ({
  row: own,
  kind,
  rows: [{ row: all, kind: 'prompt' }],
  releases: [{ isPull: false }, { isPull: true }],
  forged: false,
  ...more,
});
const unmet = (one: Played): string[] =>
  judgePersona(one)
    .filter(({ held }) => held === false)
    .map(({ says }) => says);

test('a failing student who earns everything is told of', () => {
  expect(unmet(played('failing', row('f', { data: [20, 20], pipeline: [20, 20], requests: [15, 15] })))).toEqual([
    'fails: a release without a green run',
    'answers wrongly',
    'earns less than who is prompt',
  ]);
  expect(unmet(played('failing', row('f', { data: [20, 20], pipeline: [7, 20], requests: [4, 15] })))).toEqual([]);
});

test('a prompt student whose model is hopeless is told of; what the course does not count is not', () => {
  const poor = played('prompt', row('p', { data: [20, 20], pipeline: [20, 20], requests: [4, 15] }));
  expect(unmet(poor)).toEqual(['answers rightly, as far as a simple model can']);
  expect(judgePersona(poor).find(({ says }) => says.includes('service'))).not.toHaveProperty('held');
});

test('an absent student has nothing but what came by itself; a forger has a forged check run', () => {
  const little = row('a', { data: [7, 20], pipeline: [7, 20], requests: [0, 15] });
  expect(unmet(played('absent', little))).toEqual([]);
  expect(unmet(played('absent', all))).toEqual(['merges nothing', 'answers nothing', 'earns less than who is prompt']);
  expect(unmet(played('forger', little, { forged: true }))).toEqual([]);
  expect(unmet(played('forger', little))).toEqual(['forges a check run']);
  // Where everything comes as a commit, nobody has to merge.
  expect(unmet(played('absent', little, { releases: [{ isPull: false }] }))).toEqual([]);
});

test('every kind says what it is meant to do', () => {
  for (const kind of kinds) expect(meanings[kind]).toMatch(/\w/);
});
