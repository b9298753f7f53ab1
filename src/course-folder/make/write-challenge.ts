// Cuts a challenge into a folder: slices at their paths, and below .teacher/ what students must not see.
import { copyFile, mkdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkSlice } from '../../dataset/slice/check-slice.ts';
import { cutSource } from '../../dataset/slice/cut-source.ts';
import { filesOfSlice } from '../../dataset/source/list-folder.ts';
import type { SliceRecord } from '../../dataset/work/output-set.ts';
import { sourceOptions } from '../../dataset/source/prepare-source.ts';
import { isRemoteSource } from '../../domain/challenge/source-kind.ts';
import type { RowRange } from '../../domain/dataset/dataset.ts';
import type { Contract } from '../../domain/dataset/contract.ts';
import type { Owner } from '../../domain/course/course.ts';
import { isActive } from '../../domain/drift/drift.ts';
import { planShipments } from '../../domain/plan/plan.ts';
import type { Problem } from '../../domain/text/problem.ts';
import type { Shipment } from '../../domain/shipment/shipment.ts';
import { specOf } from '../../domain/shipment/slice-spec.ts';
import { suggest } from '../../domain/text/suggest.ts';
import type { FoundChallenge } from './read-challenge.ts';
import { readContract } from '../check-contracts.ts';

export type WrittenRow = {
  release: string;
  owner?: string;
  /** Relative to the output folder. */
  path: string;
  /** Of the released rows; null when a condition chooses them. */
  rows: RowRange | null;
  count: number;
  columns: string[];
  bytes: number;
  sha256: string;
};

/** The owner that was asked for is not one. */
export class WrongOwner extends Error {}

export type WrittenChallenge = { rows: WrittenRow[]; problems: Problem[] };

export async function writeChallenge(
  found: FoundChallenge,
  out: string,
  owner: string | undefined,
  work: string,
): Promise<WrittenChallenge> {
  const { course, challenge, facts, source, root } = found;
  const { contract } = await readContract(root, challenge.file);
  const owners = chooseOwners(found, owner);
  const carriers = challenge.carriers.slice(0, 1);
  const shipments = planShipments(course, { ...challenge, carriers }, owners, facts);
  const pathOf = (release: string, slug: string | undefined): string => placeOf(shipments, release, slug);
  const teacher = join(out, '.teacher');
  await rm(teacher, { recursive: true, force: true });
  await mkdir(teacher, { recursive: true });
  const { slices, format } = await cutSource({
    source,
    options: sourceOptions(challenge.dataset),
    spec: specOf(shipments[0]!),
    owners: shipments.map(({ owner: slug, seed }) => ({ owner: slug, seed })).filter(isFirst),
    place: (release, slug) => join(out, pathOf(release, slug)),
    work: join(work, 'cut'),
    teacher,
    ...(found.ranks ? { ranks: found.ranks } : {}),
  });
  if (format === 'folder') for (const slice of slices) await copyFiles(slice, source, challenge.dataset.encoding);
  const rows = slices.map((slice): WrittenRow => {
    const { release, owner: slug, rows: count, columns, bytes, sha256 } = slice;
    const range = shipments.find((shipment) => shipment.release === release)?.rows ?? null;
    const path = pathOf(release, slug);
    return {
      release,
      ...(slug === undefined ? {} : { owner: slug }),
      path,
      rows: range,
      count,
      columns,
      bytes,
      sha256,
    };
  });
  const broken = contract ? await checkSlices(slices, found, contract, pathOf) : [];
  return {
    rows,
    problems: [...broken, ...(isRemoteSource(challenge.dataset.source) ? withoutRows(rows, challenge.file) : [])],
  };
}

/** A condition that no row meets is nearly always a mistake in it. Of a source in the course, that was seen when it was read. */
function withoutRows(rows: readonly WrittenRow[], file: string): Problem[] {
  const releases = new Set(
    rows.filter(({ rows: range, count }) => range === null && count === 0).map((row) => row.release),
  );
  return [...releases].map((release) => ({
    file,
    line: 1,
    column: 1,
    level: 'warning',
    code: 'release-without-rows',
    message: `no row meets the \`where\` of \`${release}\`, or those that do are in a release before it`,
  }));
}

/** One owner stands for all when all receive the same rows. */
function chooseOwners({ challenge, owners }: FoundChallenge, wanted: string | undefined): Owner[] {
  if (wanted === undefined && challenge.per === 'student') {
    if (owners.length > 0) return owners;
    throw new WrongOwner('each owner receives rows of his or her own, and there is no roster: name one by --owner');
  }
  if (wanted === undefined) return [owners[0] ?? standIn('course')];
  const found = owners.find(({ slug }) => slug.toLowerCase() === wanted.toLowerCase());
  if (found) return [found];
  if (owners.length === 0 && /^[A-Za-z0-9][A-Za-z0-9-]{0,38}$/.test(wanted)) return [standIn(wanted)];
  const near = suggest(
    wanted,
    owners.map(({ slug }) => slug),
  );
  throw new WrongOwner(`there is no owner "${wanted}"${near === undefined ? '' : `; did you mean "${near}"?`}`);
}

/** An owner without a roster. */
function standIn(slug: string): Owner {
  return { slug, kind: 'student', name: slug, members: [] };
}

function isFirst({ owner }: { owner: string }, index: number, all: readonly { owner: string }[]): boolean {
  return all.findIndex((candidate) => candidate.owner === owner) === index;
}

/** Relative to the output folder; with rows of his or her own, below the owner's name. */
function placeOf(shipments: readonly Shipment[], release: string, slug: string | undefined): string {
  const shipment = shipments.find(
    (candidate) => candidate.release === release && (slug === undefined || candidate.owner === slug),
  );
  if (!shipment) throw new Error(`no shipment of ${release} for ${slug}`);
  return slug === undefined ? shipment.path : `${slug}/${shipment.path}`;
}

/** The files that a slice of an index names lie beside it. */
async function copyFiles(slice: SliceRecord, folder: string, encoding: 'latin1' | undefined): Promise<void> {
  for (const { path, from } of await filesOfSlice(slice.path, folder, encoding)) {
    const to = join(dirname(slice.path), path);
    await mkdir(dirname(to), { recursive: true });
    await copyFile(from, to);
  }
}

/** Drift may well break the contract on purpose: there it is a warning. */
async function checkSlices(
  slices: readonly SliceRecord[],
  { challenge }: FoundChallenge,
  contract: Contract,
  pathOf: (release: string, slug: string | undefined) => string,
): Promise<Problem[]> {
  const names = challenge.releases.map(({ name }) => name);
  const problems: Problem[] = [];
  for (const slice of slices) {
    if ((await stat(slice.path)).size === 0) continue;
    const drifts = challenge.drift.some((drift) => isActive(drift, names.indexOf(slice.release), names));
    const found = await checkSlice(
      slice.path,
      contract,
      pathOf(slice.release, slice.owner),
      challenge.dataset.encoding,
      challenge.dataset,
    );
    problems.push(...found.map((problem): Problem => (drifts ? { ...problem, level: 'warning' } : problem)));
  }
  return problems;
}
