// Parts of a plan: the order of shipments, what each says, what a new plan comes to, and when it is the same plan.
import { describe, expect, test } from 'vitest';
import { countKept, countNew, diffPlan, emptyDiff, joinDiffs } from '../../../src/domain/plan/diff.ts';
import { planSignature } from '../../../src/domain/plan/plan-signature.ts';
import { calendarOf, compareShipments, planShipments, rowCounts } from '../../../src/domain/plan/plan.ts';
import type { Shipment } from '../../../src/domain/shipment/shipment.ts';
import { challenge, course, facts, student } from './course-for-test.ts';

const [first, second, third] = planShipments(course, challenge(), [student('ada')], facts) as [
  Shipment,
  Shipment,
  Shipment,
];

test('shipments go by due date, challenge, place of the release, owner, and carrier with its remote', () => {
  const due = { due: '2027-01-25T08:00:00.000Z' };
  const inOrder: Shipment[] = [
    { ...first, challenge: 'z' },
    { ...third, ...due, challenge: 'a' },
    { ...first, ...due, owner: 'zoe' },
    { ...second, ...due, owner: 'ada' },
    { ...second, ...due, owner: 'bob', carrier: 'commit' },
    { ...second, ...due, owner: 'bob', carrier: 'pull_request' },
    { ...second, ...due, owner: 'bob', carrier: 'rclone' },
    { ...second, ...due, owner: 'bob', carrier: 'rclone', remote: 'a:x' },
    { ...second, ...due, owner: 'bob', carrier: 'rclone', remote: 'b:x' },
    { ...third, ...due, owner: 'ada' },
  ];
  for (const [place, shipment] of inOrder.entries()) {
    expect(inOrder.map((other) => Math.sign(compareShipments(shipment, other)))).toEqual(
      inOrder.map((_, at) => Math.sign(place - at)),
    );
  }
});

describe('a shipment says', () => {
  const said = (extra: string, more: object = {}, organisation?: string) =>
    planShipments(
      course,
      { ...challenge(extra), ...more },
      [student('ada')],
      'facts' in more ? undefined : facts,
      organisation,
    )[0]!;
  test('only what is so', () => {
    expect(
      Object.keys(said('')).filter((key) => ['early', 'where', 'remote', 'organisation', 'digest'].includes(key)),
    ).toEqual([]);
    expect(said('', { early: true })).toMatchObject({ early: true });
    expect(said('', {}, 'uni').organisation).toBe('uni');
    expect(planShipments(course, challenge(), [student('ada')], { ...facts, sha256: 'abc' })[0]!.digest).toBe('abc');
  });
  test('the owner in its path and remote, and nothing in the place of braces that are none of its own', () => {
    const { path, remote } = said('  carrier: { rclone: "s3:b/{challenge}/{owner}/{release}" }', {
      path: 'data/{owner}/{release}.csv',
    });
    expect([path, remote]).toEqual(['data/ada/release-1.csv', 's3:b/prices/ada/release-1']);
    expect(said('', { path: 'data/a.csv' }).path).toBe('data/a.csv');
  });
  test('rows by condition, by number or by share; of shares nothing is known before the data is', () => {
    const take = (releases: object[]) => ({
      ...challenge(),
      releases: releases.map((release, index) => ({ ...challenge().releases[index]!, take: release })) as never,
    });
    const chosen = take([
      { kind: 'where', where: [{ column: 'y', is: 'a' }] },
      { kind: 'rows', rows: [0, 5] },
      { kind: 'share', share: 0.1 },
    ]);
    expect(calendarOf(chosen, undefined).map(({ rows, where }) => [rows, where])).toEqual([
      [null, [{ column: 'y', is: 'a' }]],
      [[0, 5], undefined],
      [null, undefined],
    ]);
    expect(calendarOf(chosen, undefined)[1]).not.toHaveProperty('where');
    expect(planShipments(course, chosen, [student('ada')], undefined)[0]!.where).toEqual([{ column: 'y', is: 'a' }]);
    expect(rowCounts(chosen, undefined, undefined)).toEqual([undefined, 5, undefined]);
    expect(rowCounts(chosen, undefined, [7])).toEqual([7, 5, undefined]);
    expect(rowCounts(challenge(), facts, undefined)).toEqual([240, 320, 240]);
  });
});

describe('a difference of plans', () => {
  const now = new Date('2027-01-18T08:00:00Z');
  const change = (before: object, after: object, state: 'planned' | 'dispatched' = 'planned') => {
    const diff = diffPlan(
      [{ shipment: { ...first, ...before } as Shipment, state }],
      [{ ...first, ...after } as Shipment],
      now,
    );
    return diff.change[0]?.fields ?? diff.frozen[0]?.fields ?? [];
  };
  // oxfmt-ignore
  test.each<[string, object, object, string[]]>([
    ['nothing', {}, {}, []],
    ['a key without a value', { remote: undefined }, {}, []],
    ['a key without a value now', {}, { remote: undefined }, []],
    ['a key inside without a value', { dataset: { a: 1, b: undefined } }, { dataset: { a: 1 } }, []],
    ['a key inside that is new', { dataset: { a: 1 } }, { dataset: { a: 1, b: 2 } }, ['dataset']],
    ['a key inside that is gone', { dataset: { a: 1, b: 2 } }, { dataset: { a: 1 } }, ['dataset']],
    ['nothing in the place of rows', { rows: [0, 1] }, { rows: null }, ['rows']],
    ['rows in the place of nothing', { rows: null }, { rows: [0, 1] }, ['rows']],
    ['a number in the place of a list', { rows: [] }, { rows: 0 }, ['rows']],
    ['a list in the place of a word', { path: '' }, { path: [] }, ['path']],
    ['a dictionary in the place of a list', { drift: [] }, { drift: {} }, ['drift']],
    ['several, by their names', { sample: 1, path: 'a' }, { sample: 0.5, path: 'b' }, ['path', 'sample']],
  ])('%s', (_, before, after, fields) => expect(change(before, after)).toEqual(fields));
  test('what has arrived is not touched by its neighbours, its group, or a digest it never had', () => {
    const others = { releases: [], members: ['x'], organisation: 'y', digest: 'z' };
    expect(change({}, others, 'dispatched')).toEqual([]);
    expect(change({ digest: 'a' }, others, 'dispatched')).toEqual(['digest']);
    expect(change({}, { ...others, path: 'b' }, 'dispatched')).toEqual(['path']);
  });
  test('what is stored as the plan says is kept unread; what is due now is caught up', () => {
    const diff = diffPlan([], [first, second, third], now, new Set([first.id]));
    expect(diff).toStrictEqual({ ...emptyDiff(), keep: [first], add: [second, third], catchUp: [second.id] });
  });
  test('of several challenges is the sum of each', () => {
    const part = { challenge: 'c', shipments: 3, places: [] };
    const one = {
      ...diffPlan([], [first], now),
      fresh: [{ ...part, plan: () => [] }],
      untouched: [part],
      keep: [second],
      cancel: [third],
    };
    const other = {
      ...diffPlan(
        [
          { shipment: first, state: 'dispatched' },
          { shipment: { ...second, path: 'x' }, state: 'planned' },
        ],
        [second],
        now,
      ),
      untouched: [part],
    };
    const joined = joinDiffs([one, other]);
    for (const key of Object.keys(emptyDiff()) as (keyof typeof joined)[])
      expect(joined[key]).toEqual([...one[key], ...other[key]]);
    expect([countNew(one), countKept(one), countNew(joined), countKept(joined)]).toEqual([4, 4, 4, 7]);
    expect([other.frozen.length, other.change.length]).toEqual([1, 1]);
  });
});

test('the signature of a plan is another whenever a shipment is, and only then', () => {
  const owners = [student('ada'), student('bob')];
  const sign = (given = challenge(), people = owners, known = facts, organisation = 'uni', rules = course): string =>
    planSignature(rules, given, people, known, organisation);
  const signature = sign();
  expect(signature).toMatch(/^[\w-]{43}$/);
  expect(sign()).toBe(signature);
  expect(sign(challenge(), owners, facts, 'uni', { ...course, title: 'x' })).toBe(signature);
  const others = [
    sign({ ...challenge(), path: 'x/{release}' }),
    sign(challenge('  carrier: commit')),
    sign(challenge('  first: 2027-01-12T09:00')),
    sign(challenge(), owners.slice(0, 1)),
    sign(challenge(), [...owners, student('eve')]),
    sign(challenge(), [owners[0]!, { ...owners[1]!, members: [{ login: 'x' }] }]),
    sign(challenge(), [owners[0]!, student('joe')]),
    sign(challenge(), owners, { ...facts, rows: 999 }),
    sign(challenge(), owners, facts, 'other'),
    sign(challenge(), owners, facts, 'uni', {
      ...course,
      repositories: { ...course.repositories, name: '{challenge}_{owner}' },
    }),
    sign({ ...challenge(), path: 'x/{owner}-{release}' }, []),
    sign(challenge(), []),
  ];
  expect(new Set([signature, ...others]).size).toBe(others.length + 1);
});
