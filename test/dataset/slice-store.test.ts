// The store cuts once, shares between processes, notices damage, and keeps hold-outs apart.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { evictEntries, usualBounds } from '../../src/dataset/slice/evict-entries.ts';
import { openSlices } from '../../src/dataset/slice/open-slices.ts';
import { cutIn, linesOf } from './cut-for-test.ts';
import { datasetOf, fileWith, ranges, shipmentOf, specWith, workFolder } from './work-folder.ts';

const dir = workFolder();
const iris = join(import.meta.dirname, '../cases/data/iris.csv');
const spec = specWith(ranges([0, 60], [60, 120]), { dataset: datasetOf({ holdOut: 0.2, target: 'variety' }) });

test('a shipment has its slice, with size, rows, columns and digest', async () => {
  const slices = openSlices(join(dir, 'a'));
  const slice = await slices.slice(shipmentOf(spec, 'release-2'), iris);
  expect(slice).toMatchObject({
    rows: 60,
    columns: ['sepal.length', 'sepal.width', 'petal.length', 'petal.width', 'variety'],
  });
  expect(readFileSync(slice.path).length).toBe(slice.bytes);
  await expect(slices.slice(shipmentOf(spec, 'release-9'), iris)).rejects.toMatchObject({ code: 'release_unknown' });
  await expect(slices.slice(shipmentOf(spec, 'release-1'), join(dir, 'none.csv'))).rejects.toMatchObject({
    code: 'source_missing',
  });
});

test('several stores on one folder end with one entry and the same slice', async () => {
  const shared = join(dir, 'b');
  const stores = Array.from({ length: 4 }, () => openSlices(shared));
  const found = await Promise.all(stores.map((store) => store.slice(shipmentOf(spec, 'release-1'), iris)));
  expect(new Set(found.map(({ path }) => path)).size).toBe(1);
  expect(readdirSync(shared).length).toBe(1);
});

test('a damaged slice is cut again; a changed source has slices of its own', async () => {
  const slices = openSlices(join(dir, 'c'));
  const before = await slices.slice(shipmentOf(spec, 'release-1'), iris);
  const text = readFileSync(before.path);
  writeFileSync(before.path, 'broken');
  const after = await slices.slice(shipmentOf(spec, 'release-1'), iris);
  expect(readFileSync(after.path)).toEqual(text);
  const changed = fileWith(dir, readFileSync(iris, 'utf8').replaceAll('5.1', '5.2'));
  const other = await slices.slice(shipmentOf(spec, 'release-1'), changed);
  expect(other.path).not.toBe(before.path);
  expect(other.sha256).not.toBe(before.sha256);
});

test('the hold-out is kept for the app and shares no row with any slice', async () => {
  const slices = openSlices(join(dir, 'd'));
  const path = await slices.holdOut(shipmentOf(spec, 'release-1'), iris);
  expect(linesOf(readFileSync(path!, 'utf8')).length).toBe(31);
  const none = specWith(ranges([0, 150]));
  expect(await slices.holdOut(shipmentOf(none, 'release-1'), iris)).toBeUndefined();
});

test('samples made together are those made one by one', async () => {
  const perStudent = { ...spec, per: 'student' as const, sample: 0.5 };
  const shipments = [1, 2, 3].map((seed) => shipmentOf(perStudent, 'release-2', { owner: `s${seed}`, seed }));
  const [together, single] = [openSlices(join(dir, 'e')), openSlices(join(dir, 'f'))];
  let asked = 0;
  const others = async () => {
    asked += 1;
    // One of another challenge is none of theirs.
    return [...shipments, shipmentOf({ ...perStudent, challenge: 'other' }, 'release-2', { owner: 's4', seed: 4 })];
  };
  const found = await Promise.all(shipments.map((shipment) => together.slice(shipment, iris, {}, others)));
  expect(asked).toBe(1);
  for (const [at, shipment] of shipments.entries()) {
    const alone = await single.slice(shipment, iris);
    expect(found[at]!.sha256).toBe(alone.sha256);
    expect(found[at]!.rows).toBe(30);
  }
  const [entry, ...none] = readdirSync(join(dir, 'e'));
  expect(none).toEqual([]);
  expect(readdirSync(join(dir, 'e', entry!))).toHaveLength(3);
});

test('a thousand samples are cut in one pass; of a source that is large beside the store, a hundred', async () => {
  const perStudent = { ...spec, per: 'student' as const, sample: 0.5 };
  const all = Array.from({ length: 1000 }, (_, seed) =>
    shipmentOf(perStudent, 'release-1', { owner: `s${seed}`, seed }),
  );
  const cutIn = async (name: string, mostBytes?: number): Promise<number> => {
    const slices = openSlices(join(dir, name), {}, mostBytes === undefined ? {} : { mostBytes });
    await slices.slice(all[0]!, iris, {}, async () => all);
    const [entry] = readdirSync(join(dir, name));
    return readdirSync(join(dir, name, entry!)).length;
  };
  expect(await cutIn('thousand')).toBe(1000);
  expect(await cutIn('crowded', 10_000)).toBe(100);
});

test('more samples than may be written side by side are written in several passes, as they would be in one', async () => {
  const many = { ...spec, per: 'student' as const, sample: 0.5 };
  const owners = Array.from({ length: 7 }, (_, at) => ({ owner: `s${at}`, seed: at }));
  const [testCut, several] = [
    await cutIn(dir, iris, many, { owners }),
    await cutIn(dir, iris, many, { owners, outputs: 3 * many.releases.length }),
  ];
  const known = new Map(testCut.slices.map(({ owner, release, sha256 }) => [`${owner}/${release}`, sha256]));
  expect(new Map(several.slices.map(({ owner, release, sha256 }) => [`${owner}/${release}`, sha256]))).toEqual(known);
  expect(several.slices).toHaveLength(14);
  expect([several.rows, several.held()]).toEqual([testCut.rows, testCut.held()]);
});

test('what nobody used for long is evicted, the longest unused first where there is too much, and cut again when asked for', async () => {
  const shared = join(dir, 'evicting');
  const dayMs = 24 * 3_600_000;
  const cut = async (challenge: string) =>
    (await openSlices(shared).slice(shipmentOf({ ...spec, challenge }, 'release-1'), iris)).path;
  const paths = [await cut('ancient'), await cut('old'), await cut('recent'), await cut('now')];
  const now = Date.now();
  const age = (path: string, days: number): void => {
    const at = (now - days * dayMs) / 1000;
    utimesSync(dirname(path), at, at);
  };
  const kept = () => paths.map((path) => existsSync(path));
  [200, 30, 10, 0].forEach((days, at) => age(paths[at]!, days));
  await evictEntries(shared, now, usualBounds);
  expect(kept()).toEqual([false, true, true, true]);
  const bytes = ['index.json', '0.csv', '1.csv', 'teacher/hold-out.csv'].reduce(
    (sum, name) => sum + statSync(join(dirname(paths[3]!), name)).size,
    0,
  );
  await evictEntries(shared, now, { ...usualBounds, mostBytes: 2 * bytes });
  expect(kept()).toEqual([false, false, true, true]);
  // What is in use stays, however much it is.
  await evictEntries(shared, now, { ...usualBounds, mostBytes: 0 });
  expect(kept()).toEqual([false, false, false, true]);
  expect(readdirSync(shared)).toHaveLength(1);
  expect(await cut('old')).toBe(paths[1]);
});

test('the card of a release compares it with the one before', async () => {
  const slices = openSlices(join(dir, 'g'));
  const first = await slices.card(shipmentOf(spec, 'release-1'), iris, ['20 points']);
  expect(first).toContain('60 rows, 5 columns.');
  expect(first).toContain('20 points');
  expect(first).not.toContain('Since the last release');
  const second = await slices.card(shipmentOf(spec, 'release-2'), iris);
  expect(second).toContain('`variety` has new values: `Virginica`');
});

test('what a killed process left is swept away after a day, and not before', async () => {
  const shared = join(dir, 'h');
  for (const name of ['.work-old', '.work-new']) mkdirSync(join(shared, name), { recursive: true });
  const long = (Date.now() - 25 * 3_600_000) / 1000;
  utimesSync(join(shared, '.work-old'), long, long);
  await openSlices(shared).slice(shipmentOf(spec, 'release-1'), iris);
  expect(readdirSync(shared).filter((name) => name.startsWith('.work'))).toEqual(['.work-new']);
});
