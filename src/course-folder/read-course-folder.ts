// A course folder on disk → its files, and what is known of its data.
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { checkSizes } from './check-sizes.ts';
import { checkContracts, elsewhere } from './check-contracts.ts';
import { usedColumns } from './used-columns.ts';
import { countReleases } from './count-releases.ts';
import { DatasetError, problemCodeOf } from '../dataset/work/dataset-error.ts';
import { roomFor } from '../dataset/work/room-for.ts';
import { describeOptions, describeSource } from '../dataset/source/describe-source.ts';
import type { KeptRanks } from '../dataset/source/keep-ranks.ts';
import type { Challenge } from '../domain/challenge/challenge.ts';
import { defaultCourse, parseCourse } from '../domain/course/read-course-file.ts';
import { isRemoteSource } from '../domain/challenge/source-kind.ts';
import { challengePaths, localSources, readCourseFiles } from '../domain/plan/read-course-files.ts';
import type { CourseFiles, ReadCourse, TextFile } from '../domain/plan/read-course-files.ts';
import type { Dataset } from '../domain/dataset/dataset.ts';
import type { DatasetFacts } from '../domain/dataset/facts.ts';
import { maxTextBytes } from '../domain/text/decode-text.ts';
import type { Problem } from '../domain/text/problem.ts';
import { rubricPaths } from '../domain/rubric/join-rubrics.ts';
import { openRclone } from '../rclone/open-rclone.ts';

export type ReadFolder = ReadCourse & {
  facts: Record<string, DatasetFacts>;
  /** Rows of each release, by file of the challenge, where conditions choose them. */
  counts: Record<string, number[]>;
};

/** Not a course folder at all: wrong use, not a mistake in a file. */
export class NoSuchFolder extends Error {}

/**
 * Reads everything below `dir`. `roster` replaces the one that course.yml names; `only` is the one challenge to look at.
 * With `env`, rclone is asked for the remotes that carriers name; with `fetch`, sources from elsewhere are fetched and looked at;
 * what `ranksOf` gives for a source of the course is told the order of its rows.
 */
export async function readCourseFolder(
  dir: string,
  roster?: string,
  only?: string,
  env?: Record<string, string | undefined>,
  fetch?: (source: string) => Promise<string>,
  ranksOf?: (dataset: Dataset) => KeptRanks | undefined,
): Promise<ReadFolder> {
  const root = await folder(dir);
  const paths = await listFiles(root);
  const files = await readFiles(root, paths, roster, only);
  const first = readCourseFiles(files);
  const { facts, problems } = await lookAtSources(root, first, ranksOf);
  const fetched = new Map<string, string>();
  if (fetch) problems.push(...(await lookElsewhere(first.challenges, facts, fetch, fetched)));
  const pathOf = (source: string): string | undefined =>
    isRemoteSource(source) ? fetched.get(source) : join(root, source);
  const counts = await countReleases(first.challenges, facts, pathOf);
  const read = readCourseFiles(files, facts, env && (await lookAtRemotes(first.challenges, env)), counts);
  const broken = await checkContracts(root, read.challenges, pathOf);
  broken.push(...(await checkSizes(read.challenges, facts, counts, pathOf)));
  return { ...read, problems: [...read.problems, ...problems, ...broken], facts, counts };
}

async function folder(dir: string): Promise<string> {
  const found = await stat(dir).catch(() => undefined);
  if (!found) throw new NoSuchFolder(`there is no folder ${dir}`);
  if (!found.isDirectory())
    throw new NoSuchFolder(`${dir} is not a folder: name the folder that course.yml or challenge.yml is in`);
  return realpath(dir);
}

const ignored = new Set(['.git', 'node_modules', '.practicum', '.dvc', '.venv']);

/** Paths with `/`, relative to the root. What a link points to outside the folder is not part of the course. */
async function listFiles(root: string): Promise<string[]> {
  const paths: string[] = [];
  const pending = [root];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    for (const entry of await readdir(at, { withFileTypes: true })) {
      const path = join(at, entry.name);
      if (entry.isDirectory() && !ignored.has(entry.name)) pending.push(path);
      else if (entry.isFile() || (entry.isSymbolicLink() && (await leadsToFile(root, path)))) {
        paths.push(relative(root, path).split(sep).join('/'));
      }
    }
  }
  return paths.toSorted();
}

async function leadsToFile(root: string, link: string): Promise<boolean> {
  return (await isInside(root, link)) && (await stat(link)).isFile();
}

async function isInside(root: string, link: string): Promise<boolean> {
  const target = await realpath(link).catch(() => undefined);
  return target !== undefined && target.startsWith(root + sep);
}

async function readFiles(root: string, paths: string[], roster?: string, only?: string): Promise<CourseFiles> {
  const read = async (path: string): Promise<TextFile> => ({ path, bytes: await readStart(join(root, path)) });
  const coursePath = paths.find((path) => path === 'course.yml' || path === 'course.yaml');
  const course = coursePath === undefined ? undefined : await read(coursePath);
  const draft = course ? parseCourse(course.bytes, course.path).draft : defaultCourse;
  const rosterFile = roster === undefined ? await ownRoster(draft.roster, paths, read) : await otherRoster(roster);
  const challenges = only === undefined ? challengePaths(draft, paths) : [only];
  const beside = challenges.map((path) => path.replace(/[^/]*$/, 'schema.yml'));
  const contracts = paths.filter((path) => beside.includes(path));
  const rubrics = rubricPaths(challenges, paths).filter((path) => only === undefined || !path.startsWith('rubric'));
  return {
    ...(course ? { course } : {}),
    ...(rosterFile ? { roster: rosterFile } : {}),
    challenges: await Promise.all(challenges.map(read)),
    contracts: await Promise.all(contracts.map(read)),
    rubrics: await Promise.all(rubrics.map(read)),
    paths,
  };
}

async function ownRoster(
  path: string,
  paths: string[],
  read: (path: string) => Promise<TextFile>,
): Promise<TextFile | undefined> {
  return paths.includes(path) ? read(path) : undefined;
}

async function otherRoster(path: string): Promise<TextFile> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw new NoSuchFolder(`there is no roster ${path}`);
  return { path, bytes: await readStart(resolve(path)) };
}

/** One byte more than any reader takes is enough to be refused for its size. */
async function readStart(path: string, room?: number): Promise<Uint8Array> {
  const handle = await open(path);
  try {
    const buffer = Buffer.alloc(room ?? (await roomFor(handle, maxTextBytes + 1)));
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    // It has grown since it was measured.
    if (length === buffer.length && length <= maxTextBytes) return await readStart(path, maxTextBytes + 1);
    return buffer.subarray(0, length);
  } finally {
    await handle.close();
  }
}

async function lookAtRemotes(
  challenges: readonly Challenge[],
  env: Record<string, string | undefined>,
): Promise<Record<string, string>> {
  const rclone = openRclone({ env });
  const faults: Record<string, string> = {};
  const remotes = challenges.flatMap(({ carriers }) =>
    carriers.flatMap((carrier) => (carrier.kind === 'rclone' ? [carrier.remote] : [])),
  );
  for (const remote of new Set(remotes)) {
    const fault = await rclone.fault(remote.replaceAll(/\{[^{}]*\}/g, 'x'));
    if (fault !== undefined) faults[remote] = fault;
  }
  return faults;
}

type Looked = { facts: Record<string, DatasetFacts>; problems: Problem[] };

async function lookAtSources(
  root: string,
  { datasets, challenges }: ReadCourse,
  ranksOf?: (dataset: Dataset) => KeptRanks | undefined,
): Promise<Looked> {
  const looked: Looked = { facts: {}, problems: [] };
  for (const dataset of localSources(datasets)) {
    const { source } = dataset;
    const path = resolve(root, source);
    const inside = await isInside(root, path);
    if (!inside) continue;
    try {
      const ranks = ranksOf?.(dataset);
      const { rows, columns, sha256, format, problems } = await describeSource(path, {
        ...describeOptions(dataset, usedColumns(dataset, datasets, challenges)),
        ...(ranks ? { ranks } : {}),
      });
      looked.problems.push(...problems);
      if (columns.length > 0) looked.facts[source] = { rows, columns, sha256, format };
    } catch (error) {
      if (!(error instanceof DatasetError)) throw error;
      const { code, message } = error;
      looked.problems.push({
        file: source,
        line: 1,
        column: 1,
        level: 'error',
        code: problemCodeOf(code),
        message,
      });
    }
  }
  return looked;
}

/** Adds facts of sources from elsewhere. One that cannot be reached is a warning: what was planned from it stays. */
async function lookElsewhere(
  challenges: readonly Challenge[],
  facts: Record<string, DatasetFacts>,
  fetch: (source: string) => Promise<string>,
  fetched: Map<string, string>,
): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const { file, dataset } of challenges) {
    const { source } = dataset;
    if (!isRemoteSource(source) || facts[source]) continue;
    try {
      const path = await fetch(source);
      fetched.set(source, path);
      const {
        rows,
        columns,
        sha256,
        format,
        problems: found,
      } = await describeSource(path, describeOptions(dataset, usedColumns(dataset, [dataset], challenges)));
      problems.push(...found.map((problem) => elsewhere(problem, source, file)));
      if (columns.length > 0) facts[source] = { rows, columns, sha256, format };
    } catch (error) {
      if (!(error instanceof DatasetError)) throw error;
      const { code, message } = error;
      problems.push({ file, line: 1, column: 1, level: 'warning', code: problemCodeOf(code), message });
    }
  }
  return problems;
}
