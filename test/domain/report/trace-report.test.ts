// A manifest is the student's to change: what a run is shown to have read is held against our own record of what was shipped.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Report, ReportedRelease } from '../../../src/domain/report/report.ts';
import { traceReport } from '../../../src/domain/report/trace-report.ts';

const held = [
  { id: 's1', challenge: 'heat', release: 'release-1', path: 'data/incoming/release-1.csv' },
  { id: 's2', challenge: 'heat', release: 'release-2', path: 'data/incoming/release-2.csv' },
];
const entry = (index: 0 | 1, more: Partial<ReportedRelease> = {}): ReportedRelease => ({
  release: held[index]!.release,
  challenge: 'heat',
  path: held[index]!.path,
  shipment: held[index]!.id,
  sha256: 'a'.repeat(64),
  state: 'intact',
  read_by: ['train'],
  in_model: true,
  ...more,
});
const report = (releases: ReportedRelease[], more: Partial<Report> = {}): Report =>
  ({
    data: { manifest: null, releases },
    model: { sha256: 'b'.repeat(64), verified: true },
    endpoint: null,
    pipeline: { file: 'pipeline.yml', form: 'practicum', sha256: 'c'.repeat(64) },
    ...more,
  }) as Report;

test('what the manifest lists and a task reads is read', () => {
  expect(traceReport(report([entry(0), entry(1)]), held)).toMatchObject({ modelFrom: ['s1', 's2'] });
  expect(traceReport(report([entry(0), entry(1)]), held).unread).toBeUndefined();
});

test.each<[string, ReportedRelease[], string[], string[]]>([
  ['an emptied manifest', [], ['s1', 's2'], ['s1', 's2']],
  ['a line taken out', [entry(0)], ['s2'], ['s2']],
  ['a line that leads to another file', [entry(0), entry(1, { path: 'data/other.csv' })], ['s2'], ['s2']],
  ['a line under the id of another shipment', [entry(0, { shipment: 's2' })], ['s2'], ['s2']],
  [
    'a line without an id',
    [entry(0), { ...entry(1, { read_by: [], in_model: false }), shipment: undefined! }],
    ['s2'],
    [],
  ],
  ['a line said to be altered', [entry(0), entry(1, { state: 'altered', read_by: [] })], ['s2'], []],
  [
    'a line that says nothing of who reads it',
    [entry(0), { ...entry(1), read_by: undefined!, in_model: undefined! }],
    ['s2'],
    [],
  ],
])('%s proves nothing', (_, releases, unread, unlisted) => {
  const traces = traceReport(report(releases), held);
  expect(traces.unread).toEqual(unread);
  expect(traces.unlisted ?? []).toEqual(unlisted);
  for (const id of unread) expect(traces.modelFrom).not.toContain(id);
});

test('an altered line of a file that is whole and read takes nothing away', () => {
  expect(traceReport(report([entry(0, { state: 'altered' }), entry(1)]), held).unread).toBeUndefined();
});

test('a release that came by two carriers is read when one of its files is', () => {
  const twice = [...held, { ...held[1]!, id: 's3', path: 'data/again.csv' }];
  expect(traceReport(report([entry(0), entry(1)]), twice).unread).toBeUndefined();
});

test('of a pipeline that names no files nothing is held against the run', () => {
  expect(traceReport(report([], { pipeline: null }), held).unread).toBeUndefined();
  const mlpipeline = { file: 'pipeline.yml', form: 'mlpipeline' as const, sha256: 'c'.repeat(64) };
  expect(traceReport(report([], { pipeline: mlpipeline }), held).unread).toBeUndefined();
});

test('whatever the manifest says: read is only what an entry at its own path shows a reader of', () => {
  const any = fc.record({
    path: fc.constantFrom(...held.map(({ path }) => path), 'x', '__proto__'),
    shipment: fc.constantFrom('s1', 's2', 's3'),
    readers: fc.constantFrom<string[]>([], ['train']),
  });
  fc.assert(
    fc.property(fc.uniqueArray(any, { selector: ({ path }) => path }), (lines) => {
      const releases = lines.map(({ path, shipment, readers }) =>
        entry(0, { path, shipment, read_by: readers, in_model: readers.length > 0 }),
      );
      const unread = new Set(traceReport(report(releases), held).unread);
      for (const { id, path } of held)
        expect(unread.has(id)).toBe(!lines.some((line) => line.path === path && line.readers.length > 0));
    }),
  );
});
