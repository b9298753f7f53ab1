// Makes a course folder from data: looks, proposes, writes, and then reads what it wrote as anybody would.
import { existsSync, statSync } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { findIndex } from '../../dataset/propose/find-index.ts';
import { observeSource } from '../../dataset/propose/observe-source.ts';
import { endsOf } from '../../dataset/propose/release-ends.ts';
import { describeSource } from '../../dataset/source/describe-source.ts';
import { fetchSource } from '../../dataset/source/fetch-source.ts';
import { readCourseFolder } from '../read-course-folder.ts';
import { sourceAccess } from '../source-access.ts';
import { isRemoteSource } from '../../domain/challenge/source-kind.ts';
import {
  emptyRoster,
  type Proposal,
  renderChallenge,
  renderCourse,
  renderReadme,
  renderSchema,
} from '../../domain/propose/propose-course.ts';
import type { Problem } from '../../domain/text/problem.ts';
import { sayWallTime } from '../../domain/time/say-time.ts';
import { asTable, isReadable } from './as-table.ts';
import type { NewOptions } from './new-options.ts';
import { proposeFrom, slugOf } from './propose-from.ts';
import { readChallenge } from './read-challenge.ts';

import { withLabels } from './with-labels.ts';
import { writeChallenge } from './write-challenge.ts';
import { writeStudentProject } from './write-student-project.ts';
import { WrongUse } from './wrong-use.ts';

type ShownColumn = { name: string; kind: string; missing: number; example: string; role: string };
type ShownRelease = { name: string; due: string; rows: number; first: string; last: string };

export type NewCourse = {
  out: string;
  /** Relative to `out`; empty when nothing was written. */
  files: string[];
  columns: ShownColumn[];
  releases: ShownRelease[];
  /** The column that gives the order: its first and last value are shown of each release. Without it, the first and last row are. */
  columnOfEnds?: string;
  notes: readonly string[];
  problems: Problem[];
  /** The data in the course is another text than the file that was named. */
  copied: boolean;
};

export type Surroundings = { work: string; env: Record<string, string | undefined>; cwd: string; now: Date };

export async function makeCourse(data: string, options: NewOptions, around: Surroundings): Promise<NewCourse> {
  const { work, cwd } = around;
  const remote = isRemoteSource(data) && !existsSync(resolve(cwd, data));
  const bare = data.replace(/[?#].*$/, '').replace(/\/+$/, '');
  const name = options.name ?? slugOf(basename(bare));
  const out = options.out ?? `${name}-course`;
  const root = resolve(cwd, out);
  refuseExisting(root, out, `challenges/${name}`);
  const given = remote ? await fetched(data, basename(bare), around) : localPath(data, cwd);
  const isFolder = statSync(given).isDirectory();
  const listed = isFolder ? await findIndex(given) : undefined;
  const labelled = isFolder && listed === undefined ? await withLabels(given, work) : undefined;
  const index = listed ?? labelled?.index;
  const by = { name: data, ...(index === undefined ? {} : { index }) };
  const plain = labelled?.path ?? given;
  // Elsewhere the file is not ours to change.
  const {
    path: local,
    found,
    notes,
  } = remote
    ? { path: plain, found: await describeSource(plain, by), notes: [] }
    : await asTable(plain, by, options.columns, work);
  const source = remote ? data : `data/${basename(local).replaceAll(/[^\w.-]+/g, '-')}`;
  if (!remote) refuseExisting(root, out, source);
  const empty = { out, files: [], columns: [], releases: [], notes: [], copied: false };
  if (!isReadable(found.problems) || found.rows === 0) return { ...empty, problems: found.problems };
  const observed = await observeSource(local, data, work, index);
  const proposed = proposeFrom({ observed, name, source, ...(index === undefined ? {} : { index }) }, options, around);
  if (proposed instanceof Error) throw new WrongUse(proposed.message);
  const changed = [...notes, ...(labelled ? [labelled.note] : [])];
  const proposal = { ...proposed, notes: [...changed, ...proposed.notes] };
  const files = await writeAll(root, proposal, remote ? undefined : local);
  const { project, ...read } = await readBack(root, proposal, around);
  return { out, files: [...files, ...project], ...read, copied: !remote && local !== plain };
}

function localPath(data: string, cwd: string): string {
  const path = resolve(cwd, data);
  if (!existsSync(path)) throw new WrongUse(`there is no ${data}`);
  return path;
}

async function fetched(url: string, name: string, { work, env }: Surroundings): Promise<string> {
  const to = join(work, 'fetched', name || 'file');
  await fetchSource(url, to, sourceAccess(env));
  return to;
}

/** Nothing is overwritten; a course that is there gets one more challenge. */
function refuseExisting(root: string, out: string, path: string): void {
  if (existsSync(join(root, path))) {
    throw new WrongUse(`${join(out, path)} exists already, and nothing is overwritten: choose another --out or --name`);
  }
  if (existsSync(join(root, 'challenge.yml'))) {
    throw new WrongUse(`${out} is a course with one challenge.yml at its top: choose another --out`);
  }
}

/** What is written, relative to the course. */
async function writeAll(root: string, proposal: Proposal, local: string | undefined): Promise<string[]> {
  const folder = `challenges/${proposal.name}`;
  const texts: [string, string][] = [
    ['course.yml', renderCourse(proposal)],
    ['roster.csv', emptyRoster],
    [`${folder}/challenge.yml`, renderChallenge(proposal)],
    [`${folder}/schema.yml`, renderSchema(proposal)],
    [`${folder}/README.md`, renderReadme(proposal)],
  ];
  const written: string[] = [];
  for (const [path, text] of texts) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    const isNew = await writeFile(join(root, path), text, { flag: 'wx' }).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
        return false;
      },
    );
    if (isNew) written.push(path);
  }
  if (local === undefined) return written;
  await cp(local, join(root, proposal.source), {
    recursive: true,
    errorOnExist: true,
    force: false,
    dereference: true,
  });
  return [...written, proposal.source];
}

type ReadBack = Pick<NewCourse, 'columns' | 'releases' | 'columnOfEnds' | 'notes' | 'problems'> & { project: string[] };

async function readBack(root: string, proposal: Proposal, { work, env }: Surroundings): Promise<ReadBack> {
  const file = join(root, 'challenges', proposal.name, 'challenge.yml');
  const { found, problems } = await readChallenge(file, work, env);
  // With the roster, and the other challenges of the course.
  const whole = await readCourseFolder(root);
  const own = relative(root, file).split(sep).join('/');
  const all = [
    ...problems,
    ...whole.problems.filter(({ file: at }) => at !== own && !problems.some((problem) => problem.file === at)),
  ];
  const columns = proposal.columns.map((column) => shownColumn(column, proposal));
  const common = { columns, notes: proposal.notes, problems: all };
  if (!found) return { ...common, releases: [], project: [] };
  const ends = proposal.order.kind === 'column' ? proposal.order.column : undefined;
  const { rows } = await writeChallenge(found, join(work, 'slices'), undefined, work);
  const project = await writeStudentProject(root, proposal, join(work, 'slices', rows[0]!.path), work);
  const releases: ShownRelease[] = [];
  for (const { release, path, count } of rows) {
    const { due } = found.challenge.releases.find(({ name }) => name === release)!;
    const shown = { name: release, due: sayWallTime(due, proposal.timezone), rows: count };
    const { encoding } = found.challenge.dataset;
    const by = { column: ends, target: proposal.target };
    const { first, last } = await endsOf(join(work, 'slices', path), by, work, encoding);
    releases.push({ ...shown, first, last });
  }
  return { ...common, releases, project, ...(ends === undefined ? {} : { columnOfEnds: ends }) };
}

function shownColumn({ name, summary, cells }: Proposal['columns'][number], { order, target }: Proposal): ShownColumn {
  const { kind, missing, min, max, values, odd } = summary;
  const range = min === undefined ? (values ?? []).map(([value]) => value).join(', ') : `${min} … ${max}`;
  const others = odd === undefined ? '' : `; ${odd.count} other, such as ${odd.example}`;
  const roles = [
    ...(order.kind === 'column' && order.column === name ? ['order'] : []),
    ...(target === name ? ['target'] : []),
  ];
  return { name, kind: cells.kind ?? kind, missing, example: `${range}${others}`, role: roles.join(', ') };
}
