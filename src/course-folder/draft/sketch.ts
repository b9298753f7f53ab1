// A challenge tried on its data: the slices that students would get, and what drift changes in them.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { columnCells, endsOf, firstRows } from '../../dataset/propose/release-ends.ts';
import { cutSource } from '../../dataset/slice/cut-source.ts';
import type { Cut } from '../../dataset/slice/cut-table.ts';
import { sourceOptions } from '../../dataset/source/prepare-source.ts';
import type { Challenge } from '../../domain/challenge/challenge.ts';
import type { Course, Owner } from '../../domain/course/course.ts';
import { cellReader } from '../../domain/dataset/cell-reader.ts';
import type { DatasetFacts } from '../../domain/dataset/facts.ts';
import { barsOf, type Difference } from '../../domain/draft/column-difference.ts';
import type { Drift } from '../../domain/drift/kinds.ts';
import { planShipments } from '../../domain/plan/plan.ts';
import { specKey, specOf } from '../../domain/shipment/slice-spec.ts';
import type { Sketch } from '../../ports/drafts.ts';

type Tried = { course: Course; challenge: Challenge; owners: readonly Owner[]; facts: DatasetFacts; source: string };

const standIn: Owner = { slug: 'student', kind: 'student', name: 'student', members: [] };
const shownRows = 5;
const mostCells = 50_000;

/** The same for all that would give the same slices: titles, dates and points do not matter. Undefined where the bytes are not known. */
export function sketchKey({ course, challenge, owners, facts }: Tried): string | undefined {
  const [shipment] = planShipments(course, challenge, [owners[0] ?? standIn], facts);
  if (facts.sha256 === undefined || !shipment) return undefined;
  return [specKey(specOf(shipment), facts.sha256), challenge.path, challenge.dataset.encoding, shipment.owner].join(
    ' ',
  );
}

/** `work` is a folder that the caller removes. Throws what cutting throws. */
export async function sketchChallenge(tried: Tried, work: string): Promise<Sketch> {
  const { challenge } = tried;
  const { encoding, order, target } = challenge.dataset;
  const cut = await cutInto(tried, challenge.drift, join(work, 'after'));
  const first = cut.slices[0]!;
  const shown = await firstRows(first.path, shownRows, await folder(work, 'rows'), encoding);
  const column = order.kind === 'column' ? order.column : undefined;
  const releases: Sketch['releases'] = [];
  for (const [index, { release, rows, path, columns }] of cut.slices.entries()) {
    const hasEnds = column === undefined || columns.includes(column);
    const by = { column, target };
    const ends = hasEnds ? await endsOf(path, by, await folder(work, `ends-${index}`), encoding) : undefined;
    releases.push({ name: release, rows, ...(ends ? { first: ends.first, last: ends.last } : {}) });
  }
  const drift = challenge.drift.length === 0 ? [] : await differences(tried, cut, work);
  const { rows, bytes, columns, sha256 } = first;
  const slice = { rows, bytes, columns, sha256 };
  return { slice, releases, ...(column === undefined ? {} : { column }), ...shown, drift };
}

/** One owner stands for all. */
async function cutInto({ course, challenge, owners, facts, source }: Tried, drift: Drift[], out: string): Promise<Cut> {
  const owner = owners[0] ?? standIn;
  const plain = { ...challenge, drift, carriers: challenge.carriers.slice(0, 1) };
  const shipments = planShipments(course, plain, [owner], facts);
  const pathOf = new Map(shipments.map(({ release, path }) => [release, path]));
  return cutSource({
    source,
    options: sourceOptions(challenge.dataset),
    spec: specOf(shipments[0]!),
    owners: [{ owner: owner.slug, seed: shipments[0]!.seed }],
    place: (release) => join(out, pathOf.get(release)!),
    work: await folder(out, 'work'),
  });
}

async function differences(tried: Tried, after: Cut, work: string): Promise<Difference[]> {
  const { drift, dataset } = tried.challenge;
  const before = await cutInto(tried, [], join(work, 'before'));
  const found: Difference[] = [];
  for (const [index, one] of drift.entries()) {
    const column = one.column ?? dataset.target;
    const sides = [];
    for (const [side, { slices }] of [before, after].entries()) {
      const slice = slices.find(({ release }) => release === one.from)!;
      const wanted = column === undefined ? [] : [column];
      const place = await folder(work, `drift-${index}-${side}`);
      sides.push(await columnCells(slice.path, wanted, mostCells, place, dataset.encoding));
    }
    const [old, now] = [sides[0]!, sides[1]!];
    const cells = column === undefined ? [] : [old.cells.get(column), now.cells.get(column)];
    const compared = cells[0] && cells[1] ? barsOf(cells[0], cells[1], cellReader(dataset)) : undefined;
    found.push({
      kind: one.kind,
      release: one.from,
      ...(column === undefined ? {} : { column }),
      rows: { before: old.rows, after: now.rows },
      bars: compared?.bars ?? [],
      missing: compared?.missing ?? { before: 0, after: 0 },
      gone: old.columns.filter((name) => !now.columns.includes(name)),
      come: now.columns.filter((name) => !old.columns.includes(name)),
    });
  }
  return found;
}

async function folder(work: string, name: string): Promise<string> {
  const at = join(work, name);
  await mkdir(at, { recursive: true });
  return at;
}
