// GitHub Flow as a milestone: pull requests, reviews by others, no direct pushes; what could not be seen is held against nobody.
import { describe, expect, test } from 'vitest';
import { evaluateMilestones, toMilestoneEvidence } from '../../../src/domain/milestones/evaluate-milestones.ts';
import type { FlowFacts, MergedPull } from '../../../src/domain/milestones/flow-facts.ts';
import type { MilestoneProgress } from '../../../src/domain/milestones/practice.ts';

const day = (date: number): Date => new Date(Date.UTC(2027, 0, date));
const pull = (number: number, more: Partial<MergedPull> = {}): MergedPull => ({
  number,
  author: 'ada',
  merged: day(number),
  reviewers: ['bob'],
  parents: 2,
  ...more,
});
const three = [pull(1), pull(2), pull(3, { author: 'Bob', reviewers: ['ADA'], parents: 1 })];

function progressOf(flow?: FlowFacts, team: string[] = ['ada', 'bob']): MilestoneProgress {
  const practice = { tree: [], files: new Map(), checks: [], tags: [], shipped: [], team, ...(flow ? { flow } : {}) };
  return evaluateMilestones(practice, { flow: 1 }).find(({ milestone }) => milestone === 'flow')!;
}

test('is looked for only where the challenge asks for it, and is measured by the app', () => {
  const practice = { tree: [], files: new Map(), checks: [], tags: [], shipped: [] };
  expect(evaluateMilestones(practice).map(({ milestone }) => milestone)).not.toContain('flow');
  const about = { challenge: 'c', owner: 'ada', repository: 'r', at: day(1), trust: 'claimed' as const, commit: 'a' };
  expect(toMilestoneEvidence([progressOf()], about)[0]).toMatchObject({ milestone: 'flow', trust: 'measured' });
});

test('is reached by reviewed pull requests without direct pushes; merge commits are counted', () => {
  const progress = progressOf({ pulls: three, pushes: [] });
  expect(progress).toMatchObject({ done: 3, total: 3, reached: true });
  expect(progress.notes).toEqual(['3 pull requests merged: 2 by a merge commit, 1 squashed or rebased']);
});

describe('direct pushes', () => {
  const pushes = [
    { login: 'Ada', at: day(4) },
    { login: 'bob', at: day(5) },
  ];

  test('are named, and one is let pass', () => {
    expect(progressOf({ pulls: three, pushes }).missing).toEqual([
      'push to a branch and open a pull request: 2 of the last 5 changes were pushed to the default branch directly, ' +
        'the last by bob on 2027-01-05; 1 of 10 is let pass',
    ]);
    expect(progressOf({ pulls: three, pushes: pushes.slice(1) }).missing).toEqual([]);
  });

  test('are left behind by ten changes that came as they should', () => {
    const later = Array.from({ length: 10 }, (_, index) => pull(10 + index));
    expect(progressOf({ pulls: later, pushes }).missing).toEqual([]);
  });

  test('of the staff are nobody’s fault, and neither pull requests nor reviews of strangers help', () => {
    expect(progressOf({ pulls: three, pushes: pushes.map((push) => ({ ...push, login: 'teacher' })) }).missing).toEqual(
      [],
    );
    const foreign = three.map((mergedPull) => ({ ...mergedPull, author: 'teacher' }));
    expect(progressOf({ pulls: foreign, pushes: [] })).toMatchObject({ done: 0, total: 3 });
  });

  test('that GitHub did not show are no step, and it is said', () => {
    const progress = progressOf({ pulls: three });
    expect(progress).toMatchObject({ done: 2, total: 2 });
    expect(progress.notes[1]).toContain('direct pushes could not be seen');
  });
});

describe('reviews', () => {
  test('are missing where only the author reviewed', () => {
    const alone = [pull(1, { reviewers: [] }), pull(2, { reviewers: ['Ada'] }), pull(3)];
    expect(progressOf({ pulls: alone, pushes: [] }).missing).toEqual([
      'let somebody else review a pull request before it is merged: 2 of the last 3 had no review (#2, #1)',
    ]);
  });

  test('are asked of nobody who is alone', () => {
    const progress = progressOf(
      { pulls: three.map((mergedPull) => ({ ...mergedPull, author: 'ada', reviewers: [] })), pushes: [] },
      ['ada'],
    );
    expect(progress).toMatchObject({ done: 2, total: 2 });
    expect(progress.notes[1]).toContain('nobody else in the team');
  });
});
