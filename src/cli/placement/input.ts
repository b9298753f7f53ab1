// The files of the placement commands → checked input, with every problem of every file.
import { lstat, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { describePipeline } from '../../domain/placement/model/describe-pipeline.ts';
import { defaultHeuristics, readHeuristics, type Heuristics } from '../../domain/placement/model/heuristics.ts';
import { readNodes, type NodeFile } from '../../domain/placement/model/node.ts';
import type { Pipeline } from '../../domain/placement/model/pipeline.ts';
import { readDurations, type Durations } from '../../domain/placement/simulation/read-durations.ts';
import { readMetadata } from '../../domain/placement/model/read-metadata.ts';
import { readSubmissions, submit } from '../../domain/placement/simulation/read-submissions.ts';
import type { Problem } from '../../domain/text/problem.ts';
import type { ProblemCode } from '../../domain/text/problem-codes.ts';

type Read<T> = { value?: T; problems: Problem[] };

const largestFile = 16 * 1024 * 1024;
const mostPipelines = 20_000;
const deepest = 12;

export type PlacementFiles = {
  nodes: string;
  pipelines?: string | undefined;
  heuristics?: string | undefined;
  durations?: string | undefined;
  submissions?: string | undefined;
};
export type PlacementInput = {
  nodes: NodeFile;
  /** Undefined when the workload is generated instead. */
  pipelines: Pipeline[] | undefined;
  /** Where each pipeline was read from, for messages. */
  sources: ReadonlyMap<string, string>;
  heuristics: Heuristics;
  durations: Durations;
};

/** Everything a simulation reads. `value` is absent when there is any problem. */
export async function readPlacementInput(files: PlacementFiles, cwd: string): Promise<Read<PlacementInput>> {
  const nodes = await readWith(files.nodes, cwd, readNodes);
  const none = { problems: [] };
  const heuristics: Read<Heuristics> = files.heuristics ? await readWith(files.heuristics, cwd, readHeuristics) : none;
  const durations: Read<Durations> = files.durations ? await readWith(files.durations, cwd, readDurations) : none;
  const found = files.pipelines
    ? await readPipelines(files.pipelines, cwd, nodes.value?.datasetKb ?? new Map())
    : undefined;
  const submitted = found && files.submissions ? await readTimes(found.value ?? [], files.submissions, cwd) : found;
  const all = [nodes, heuristics, durations, found ?? none, submitted === found ? none : (submitted ?? none)];
  const problems = all.flatMap((read) => read.problems);
  if (problems.length > 0 || !nodes.value) return { problems };
  return {
    value: {
      nodes: nodes.value,
      pipelines: submitted?.value,
      sources: found?.sources ?? new Map(),
      heuristics: heuristics.value ?? defaultHeuristics,
      durations: durations.value ?? new Map(),
    },
    problems,
  };
}

async function readTimes(pipelines: Pipeline[], path: string, cwd: string): Promise<Read<Pipeline[]>> {
  const times = await readWith(path, cwd, readSubmissions);
  return times.value ? submit(pipelines, times.value, path) : { problems: times.problems };
}

type PipelinesRead = Read<Pipeline[]> & { sources: Map<string, string> };

/** Every metadata.json below a folder, in order of its path; a pipeline is named by its folder. */
async function readPipelines(folder: string, cwd: string, sizes: ReadonlyMap<string, number>): Promise<PipelinesRead> {
  const root = resolve(cwd, folder);
  const problems: Problem[] = [];
  const sources = new Map<string, string>();
  const value: Pipeline[] = [];
  let paths: string[];
  try {
    paths = await findMetadata(root, 0);
  } catch (error) {
    return { problems: [unreadable(folder, error)], sources };
  }
  for (const path of paths.toSorted(compareText).slice(0, mostPipelines)) {
    const shown = join(folder, relative(root, path));
    const inner = relative(root, join(path, '..')).split(sep).join('/');
    const name = inner === '' ? basename(root) : inner;
    const read = await readWith(shown, cwd, readMetadata);
    problems.push(...read.problems);
    if (!read.value) continue;
    const described = describePipeline(read.value, { name, folderKb: sizes.get(read.value.dataset.name) });
    if ('pipeline' in described) value.push(described.pipeline);
    else
      problems.push(
        problem(shown, 'pipeline-circle', `these tasks wait for each other: ${described.circle.join(', ')}`),
      );
    sources.set(name, shown);
  }
  if (paths.length === 0) problems.push(problem(folder, 'pipeline-none', 'no metadata.json in this folder or below'));
  if (paths.length > mostPipelines)
    problems.push(problem(folder, 'pipeline-many', `more than ${mostPipelines} pipelines`));
  return { value, problems, sources };
}

async function findMetadata(folder: string, depth: number): Promise<string[]> {
  if (depth > deepest) return [];
  const found: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    // Links are not followed: a folder of submissions must not lead out of itself.
    if (entry.isFile() && entry.name === 'metadata.json') found.push(path);
    const skipped = entry.name.startsWith('.') || entry.name === 'node_modules';
    if (entry.isDirectory() && !skipped) found.push(...(await findMetadata(path, depth + 1)));
  }
  return found;
}

/** Reads a file and hands its text on; a file that cannot be read is a problem like any other. */
export async function readWith<T>(
  path: string,
  cwd: string,
  read: (text: string, file: string) => Read<T>,
): Promise<Read<T>> {
  try {
    const full = resolve(cwd, path);
    const { size } = await lstat(full);
    if (size > largestFile)
      return { problems: [problem(path, 'file-large', `is larger than ${largestFile / 1024 / 1024} MiB`)] };
    return read(await readFile(full, 'utf8'), path);
  } catch (error) {
    return { problems: [unreadable(path, error)] };
  }
}

/** Writes a result, into a new folder if need be; a place that cannot be written to is a problem, not a crash. */
export async function writeText(path: string, text: string, cwd: string): Promise<Problem[]> {
  const full = resolve(cwd, path);
  // One level only: a recursive mkdir never returns on some file systems. What is wrong otherwise, writing will tell.
  await mkdir(dirname(full)).catch(() => undefined);
  try {
    await writeFile(full, text);
    return [];
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return [problem(path, 'file-unwritable', `cannot be written (${code})`)];
  }
}

export function problem(file: string, code: ProblemCode, message: string): Problem {
  return { file, line: 1, column: 1, level: 'error', code, message };
}

function unreadable(path: string, error: unknown): Problem {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  const reasons: Record<string, string> = {
    ENOENT: 'does not exist',
    EISDIR: 'is a folder, not a file',
    ENOTDIR: 'is not a folder',
    EACCES: 'may not be read',
  };
  return problem(path, 'file-unreadable', reasons[code] ?? `cannot be read (${code})`);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
