// A fresh folder for each test file, removed at its end.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { Dataset } from '../../src/domain/dataset/dataset.ts';
import type { Drift } from '../../src/domain/drift/kinds.ts';
import type { Shipment } from '../../src/domain/shipment/shipment.ts';
import type { SliceRelease, SliceSpec } from '../../src/domain/shipment/slice-spec.ts';

export function workFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'practicum-test-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

let files = 0;

/** Writes a file with a name of its own and returns its path. */
export function fileWith(dir: string, content: string | Buffer, extension = '.csv'): string {
  const path = join(dir, `file-${files++}${extension}`);
  writeFileSync(path, content);
  return path;
}

export function datasetOf(changes: Partial<Dataset> = {}): Dataset {
  return { source: 'data.csv', order: { kind: 'file' }, holdOut: 0, ...changes };
}

export function specWith(releases: SliceRelease[], changes: Partial<SliceSpec> = {}): SliceSpec {
  return { challenge: 'c', dataset: datasetOf(), releases, drift: [], per: 'course', sample: 1, ...changes };
}

export function ranges(...rows: [number, number][]): SliceRelease[] {
  return rows.map((range, index) => ({ name: `release-${index + 1}`, rows: range }));
}

export function driftWith(changes: Partial<Drift> & Pick<Drift, 'kind'>): Drift {
  return { from: 'release-2', seed: 3, ...changes };
}

export function shipmentOf(spec: SliceSpec, release: string, changes: Partial<Shipment> = {}): Shipment {
  const own = spec.releases.find(({ name }) => name === release);
  return {
    id: '0123456789abcdef0123',
    challenge: spec.challenge,
    release,
    due: '2027-01-11T08:00:00.000Z',
    owner: 'alice',
    members: ['alice'],
    repository: 'c-alice',
    carrier: 'commit',
    path: `data/incoming/${release}.csv`,
    rows: own?.rows ?? null,
    ...(own?.where ? { where: own.where } : {}),
    dataset: spec.dataset,
    per: spec.per,
    sample: spec.sample,
    seed: 17,
    drift: spec.drift,
    releases: spec.releases.map((sliceRelease) => ({ ...sliceRelease, due: '2027-01-11T08:00:00.000Z' })),
    branch: 'practicum/x',
    trailer: 'Practicum-Shipment: 0123456789abcdef0123',
    ...changes,
  };
}
