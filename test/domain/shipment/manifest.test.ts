// The manifest: stable bytes, nothing lost, whatever a student did to it.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  manifestEntry,
  type ManifestEntry,
  mergeManifest,
  readManifest,
} from '../../../src/domain/shipment/manifest.ts';

const entryOf = (release: string, changes: Partial<ManifestEntry> = {}): ManifestEntry => ({
  challenge: 'c',
  release,
  path: `data/incoming/${release}.csv`,
  rows: 3,
  columns: ['a', 'b, "c"'],
  bytes: 12,
  sha256: '0'.repeat(64),
  shipment: `id-${release}`,
  ...changes,
});

const addToManifest = (text: string | undefined, added: ManifestEntry): string => mergeManifest(text, added).text;

test('the order of arrival does not matter, and adding twice changes nothing', () => {
  const names = fc.uniqueArray(
    fc.string({ minLength: 1 }).filter((name) => !/[{}]/.test(name)),
    { minLength: 1, maxLength: 8 },
  );
  fc.assert(
    fc.property(names, fc.infiniteStream(fc.nat()), (releases, order) => {
      const add = (list: readonly string[]): string =>
        list.reduce<string | undefined>((text, release) => addToManifest(text, entryOf(release)), undefined)!;
      const keys = new Map(releases.map((release) => [release, order.next().value as number]));
      const text = add(releases);
      expect(add(releases.toSorted((a, b) => keys.get(a)! - keys.get(b)!))).toBe(text);
      expect(addToManifest(text, entryOf(releases[0]!))).toBe(text);
      expect(readManifest(text)).toEqual({
        releases: expect.arrayContaining(releases.map((release) => entryOf(release))),
      });
    }),
  );
});

test('a release that is sent again replaces its entry, at its old or a new path', () => {
  const first = addToManifest(undefined, entryOf('r1'));
  expect(readManifest(addToManifest(first, entryOf('r1', { rows: 4 }))).releases.map(({ rows }) => rows)).toEqual([4]);
  expect(readManifest(addToManifest(first, entryOf('r1', { path: 'x.csv' }))).releases.map(({ path }) => path)).toEqual(
    ['x.csv'],
  );
});

test('of two carriers of one release, both are listed; what another release left at the path is not', () => {
  const both = addToManifest(addToManifest(undefined, entryOf('r1')), entryOf('r1', { shipment: 'by-asset' }));
  expect(readManifest(both).releases.map(({ shipment }) => shipment)).toEqual(['by-asset', 'id-r1']);
  const later = addToManifest(both, entryOf('r2', { path: entryOf('r1').path }));
  expect(readManifest(later).releases.map(({ shipment }) => shipment)).toEqual(['id-r2']);
});

test('what it says of a slice; of a folder, how many files came with it', () => {
  const shipment = { challenge: 'c', release: 'r1', path: 'data/incoming/r1.csv', id: 'id-r1' };
  const { rows, columns, bytes, sha256 } = entryOf('r1');
  const slice = { rows, columns, bytes, sha256 };
  expect(manifestEntry(shipment, slice)).toEqual(entryOf('r1'));
  expect(manifestEntry(shipment, { ...slice, files: ['a', 'b'] })).toEqual(entryOf('r1', { files: 2 }));
  expect(manifestEntry(shipment, { ...slice, files: [] })).toEqual(entryOf('r1', { files: 0 }));
});

test('entries stand by path, then by shipment; another challenge takes a path over', () => {
  const all = [
    entryOf('r2', { path: 'b', shipment: '3' }),
    entryOf('r1', { path: 'a', shipment: '2' }),
    entryOf('r1', { path: 'a', shipment: '1' }),
  ];
  const text = all.reduce<string | undefined>(addToManifest, undefined)!;
  expect(readManifest(text).releases.map(({ shipment }) => shipment)).toEqual(['1', '2', '3']);
  const taken = addToManifest(text, entryOf('r1', { path: 'a', shipment: '4', challenge: 'other' }));
  expect(readManifest(taken).releases.map(({ shipment }) => shipment)).toEqual(['4', '3']);
});

test('a shipment that came to another path leaves the old one', () => {
  const moved = addToManifest(addToManifest(undefined, entryOf('r1')), entryOf('r1', { path: 'data/new.csv' }));
  expect(readManifest(moved).releases.map(({ path }) => path)).toEqual(['data/new.csv']);
});

describe('made unreadable', () => {
  const text = ['r1', 'r2'].reduce<string | undefined>(
    (all, release) => addToManifest(all, entryOf(release)),
    undefined,
  )!;

  test.each([
    [
      'conflict markers',
      text.replace('    {', '<<<<<<< HEAD\n    {').replace('    },', '    },\n=======\n>>>>>>> theirs'),
      2,
    ],
    ['both sides of a conflict', `<<<<<<< HEAD\n${text}=======\n${text}>>>>>>> theirs\n`, 2],
    ['a missing bracket', text.slice(0, -5), 2],
    ['another version', text.replace('"version": 1', '"version": 2'), 2],
    ['one entry spoilt', text.replace('"rows": 3', '"rows": "three"'), 1],
    ['other JSON', '[1, 2]', 0],
    ['no JSON', 'hello', 0],
    ['an attack on the prototype', '{"__proto__": {"version": 1, "releases": []}}', 0],
  ])('by %s: whole entries stay, and the fault is said', (_, broken, kept) => {
    const merged = mergeManifest(broken, entryOf('r3'));
    expect(merged.fault).toContain('data/MANIFEST.json');
    expect(readManifest(merged.text)).toEqual({ releases: expect.any(Array) });
    expect(new Set(readManifest(merged.text).releases.map(({ shipment }) => shipment)).size).toBe(kept + 1);
    expect(readManifest(merged.text).releases.length).toBe(kept + 1);
  });

  test('why is said: no JSON, or another form; beyond a megabyte nothing is looked for', () => {
    expect(readManifest('hello')).toEqual({ releases: [], fault: expect.stringContaining('is not JSON') });
    expect(readManifest('[1]').fault).toContain('does not have the form');
    expect(readManifest(`${text}${' '.repeat(1_000_000 - text.length - 1)}!`).releases).toHaveLength(2);
    expect(readManifest(`${text}${' '.repeat(1_000_000 - text.length)}!`).releases).toEqual([]);
  });

  test('an empty or missing file is a beginning, not a fault', () => {
    for (const empty of [undefined, '', ' \n']) expect(mergeManifest(empty, entryOf('r1')).fault).toBeUndefined();
  });
});
