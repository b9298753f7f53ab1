// A shipment by itself: its id, all that it says in a digest, the slices that it is part of, and its JSON read again.
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { planShipments } from '../../../src/domain/plan/plan.ts';
import { readShipment } from '../../../src/domain/shipment/read-shipment.ts';
import { shipmentContent } from '../../../src/domain/shipment/shipment-content.ts';
import { shipmentId, type Shipment } from '../../../src/domain/shipment/shipment.ts';
import { holdOutSeed, specKey, specOf, type SliceSpec } from '../../../src/domain/shipment/slice-spec.ts';
import { challenge, course, facts, student } from '../plan/course-for-test.ts';

const planned = planShipments({ ...course }, challenge(), [student('ada-l')], facts);
const shipment: Shipment = { ...planned[0]!, organisation: 'uni' };

describe('the id', () => {
  const identity = { challenge: 'prices', release: 'release-1', repository: 'prices-ada', carrier: 'commit' as const };
  test('is the digest of challenge, release, repository in lower case and carrier: what repositories hold stays found', () => {
    const text = '["prices","release-1","prices-ada","commit"]';
    expect(shipmentId(identity)).toBe(createHash('sha256').update(text).digest('hex').slice(0, 20));
    expect(shipmentId(identity)).toBe('77122ae679400049f9ca');
    expect(shipmentId({ ...identity, repository: 'Prices-ADA' })).toBe(shipmentId(identity));
    expect(shipmentId({ ...identity, carrier: 'rclone', remote: 's3:bucket/ada' })).toBe('2200fbd8d44e4fae1008');
  });
});

describe('what it says, as a digest', () => {
  // What is known of a calendar is kept with its list of releases: each test has its own.
  const anew = (): Shipment => ({ ...shipment, releases: [...shipment.releases] });
  const changes: [string, Partial<Shipment>][] = [
    ['due', { due: '2027-01-12T08:00:00.000Z' }],
    ['rows', { rows: [0, 1] }],
    ['rows that a condition chooses', { rows: null }],
    ['members', { members: ['ada-l', 'bob'] }],
    ['dataset', { dataset: { ...shipment.dataset, holdOut: 0.3 } }],
    ['drift', { drift: [{ kind: 'shuffle' }] as unknown as Shipment['drift'] }],
    ['where', { where: [{ column: 'y', is: 'a' }] as unknown as NonNullable<Shipment['where']> }],
    ['other releases', { releases: shipment.releases.slice(1) }],
    ['sample', { sample: 0.5 }],
    ['path', { path: 'data/other.csv' }],
    ['early', { early: true }],
  ];
  test.each(changes)('another %s is another digest', (_, change) => {
    const base = anew();
    expect(shipmentContent({ ...base, ...change })).not.toBe(shipmentContent(base));
  });
  test('is short, and does not depend on the order of keys, on who holds the parts, or on keys without a value', () => {
    const shipment = anew();
    const content = shipmentContent(shipment);
    expect(content).toMatch(/^[\w-]{27}$/);
    expect(shipmentContent(structuredClone(shipment))).toBe(content);
    const turned = Object.fromEntries(Object.entries(shipment).toReversed()) as Shipment;
    expect(shipmentContent(turned)).toBe(content);
    expect(shipmentContent({ ...shipment, remote: undefined } as unknown as Shipment)).toBe(content);
    const members = (...list: string[]): string => shipmentContent({ ...shipment, members: list });
    expect(members('a,b')).not.toBe(members('a', 'b'));
    expect(shipmentContent({ ...shipment, seed: 1 })).not.toBe(shipmentContent({ ...shipment, seed: 2 }));
    // The same members under two names would be a value that moved from one key to another.
    expect(shipmentContent({ ...shipment, branch: shipment.path, path: shipment.branch })).not.toBe(content);
  });
});

describe('the slices that it is part of', () => {
  const spec = specOf(shipment);
  test('are those of its challenge, without dates and people', () => {
    const where = [{ column: 'y', is: 'a' }] as unknown as NonNullable<Shipment['where']>;
    expect(Object.keys(spec).toSorted()).toEqual(['challenge', 'dataset', 'drift', 'per', 'releases', 'sample']);
    expect(spec.releases).toEqual(shipment.releases.map(({ name, rows }) => ({ name, rows })));
    const chosen = specOf({ ...shipment, releases: [{ name: 'r', due: shipment.due, rows: null, where }] });
    expect(chosen.releases).toEqual([{ name: 'r', rows: null, where }]);
  });
  test('have a name that changes whenever a slice could, and not with where the source lies', () => {
    const key = specKey(spec, 'a'.repeat(64));
    expect(key).toMatch(/^[0-9a-f]{32}$/);
    expect(specKey({ ...spec, dataset: { ...spec.dataset, source: 'elsewhere.csv' } }, 'a'.repeat(64))).toBe(key);
    const others: SliceSpec[] = [
      { ...spec, challenge: 'other' },
      { ...spec, per: 'student' },
      { ...spec, sample: 0.5 },
      { ...spec, releases: spec.releases.slice(1) },
      { ...spec, dataset: { ...spec.dataset, target: 'x' } },
      { ...spec, dataset: { ...spec.dataset, missing: ['NA'] } },
      { ...spec, dataset: { ...spec.dataset, missing: ['-'] } },
    ];
    const keys = [...others.map((other) => specKey(other, 'a'.repeat(64))), specKey(spec, 'b'.repeat(64)), key];
    expect(new Set(keys).size).toBe(others.length + 2);
  });
  test('hold the same rows back for all owners and releases of a challenge', () => {
    expect(holdOutSeed({ ...spec, releases: [], per: 'student' })).toBe(holdOutSeed(spec));
    expect(holdOutSeed({ ...spec, challenge: 'other' })).not.toBe(holdOutSeed(spec));
  });
});

describe('read again from its JSON', () => {
  const problems = (change: Record<string, unknown>): string[] =>
    readShipment(JSON.stringify({ ...shipment, ...change })).problems;

  test('it is what it was, more keys included', () => {
    expect(readShipment(JSON.stringify(shipment))).toEqual({ shipment: shipment, problems: [] });
    expect(readShipment(JSON.stringify({ ...shipment, more: 1 })).shipment).toMatchObject({ more: 1 });
    expect(problems({ due: '2027-01-11T09:00:00+01:00', rows: [0, 0] })).toEqual([]);
    const remote = { carrier: 'rclone' as const, remote: 's3:b/ada' };
    const id = shipmentId({ ...shipment, ...remote });
    expect(problems({ ...remote, id, trailer: `Practicum-Shipment: ${id}` })).toEqual([]);
  });

  test('what is no JSON, and what is none of ours, says so', () => {
    expect(readShipment('{').problems).toMatchObject([expect.stringMatching(/^not JSON: ./)]);
    expect(readShipment('{').shipment).toBeUndefined();
    expect(readShipment('7').problems).toMatchObject([expect.stringMatching(/^shipment: /)]);
    expect(problems({ organisation: undefined })).toEqual([
      'organisation: names no organisation: take the shipment from the app, not from an offline plan',
    ]);
    expect(problems({ releases: [{ name: 'r', rows: [0, -1] }] })).toMatchObject([
      expect.stringMatching(/^releases\.0\.rows\.1: /),
    ]);
  });

  test.each<Record<string, unknown>>([
    { id: `${shipment.id}0` },
    { id: shipment.id.slice(1) },
    { id: shipment.id.replace(/^./, 'g') },
    { challenge: '' },
    { release: '' },
    { owner: '' },
    { organisation: '' },
    { path: '' },
    { branch: '' },
    { due: '2027-01-11' },
    { repository: 'a/b' },
    { repository: 'prices ada' },
    { carrier: 'pigeon' },
    { rows: [-1, 2] },
    { rows: [0, 1.5] },
    { rows: [0] },
    { trailer: null },
    { dataset: {} },
    { dataset: { source: '' } },
    { releases: [] },
  ])('%j is refused, by its name', (change) => {
    const [first, ...others] = problems(change);
    expect(first?.split(/[.:]/)[0]).toBe(Object.keys(change)[0]);
    expect(others).toEqual([]);
  });

  test('one that was edited by hand would not be found again', () => {
    const foreign = { ...shipment, release: 'release-2' };
    const [said] = readShipment(JSON.stringify(foreign)).problems;
    expect(said).toBe(
      `id: ${shipment.id} does not belong to this challenge, release, repository and carrier (${shipmentId(foreign)} does)`,
    );
    expect(problems({ trailer: 'Practicum-Shipment: other' })).toHaveLength(1);
    expect(problems({ trailer: shipment.id })).toHaveLength(1);
  });
});
