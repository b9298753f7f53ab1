// One challenge of a course folder, with its data on this machine: what `practicum slice` cuts.
import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { describeOptions, describeSource } from '../../dataset/source/describe-source.ts';
import { fetchSource } from '../../dataset/source/fetch-source.ts';
import { isRemoteSource } from '../../domain/challenge/source-kind.ts';
import { KeptRanks } from '../../dataset/source/keep-ranks.ts';
import type { Challenge } from '../../domain/challenge/challenge.ts';
import type { Course, Owner } from '../../domain/course/course.ts';
import type { Dataset } from '../../domain/dataset/dataset.ts';
import type { DatasetFacts } from '../../domain/dataset/facts.ts';
import { isAcceptable, type Problem } from '../../domain/text/problem.ts';
import { NoSuchFolder, readCourseFolder } from '../read-course-folder.ts';
import { elsewhere } from '../check-contracts.ts';
import { usedColumns } from '../used-columns.ts';
import { sourceAccess } from '../source-access.ts';

export type FoundChallenge = {
  course: Course;
  challenge: Challenge;
  owners: Owner[];
  facts: DatasetFacts;
  /** Where the source is on this machine. */
  source: string;
  /** The course folder: `challenge.file` is relative to it. */
  root: string;
  /** The order of its rows, where the look at it has found that. */
  ranks?: KeptRanks;
};

/** `found` is absent when there are errors. */
export type ReadChallenge = { found?: FoundChallenge; problems: Problem[] };

/**
 * `path` is a challenge file or its folder; course.yml is looked for in the folders above. A remote source is fetched into
 * `work`. Throws `NoSuchFolder` when there is no challenge at `path`.
 */
export async function readChallenge(
  path: string,
  work: string,
  env: Record<string, string | undefined>,
): Promise<ReadChallenge> {
  const file = challengeFile(path);
  const root = courseRoot(dirname(file));
  let ranks: KeptRanks | undefined;
  const ranksOf = ({ order }: Dataset): KeptRanks | undefined =>
    (ranks = order.kind === 'column' ? new KeptRanks(order.column) : undefined);
  const name = relative(root, file).split(sep).join('/');
  const read = await readCourseFolder(root, undefined, name, undefined, undefined, ranksOf);
  const [challenge] = read.challenges;
  const problems = read.problems.map(withoutRoster);
  if (!challenge || !isAcceptable(problems)) return { problems };
  const { source } = challenge.dataset;
  const { course, owners } = read;
  const known = { course, challenge, owners, root };
  if (!isRemoteSource(source)) {
    const facts = read.facts[source] ?? { rows: 0, columns: [] };
    return { found: { ...known, facts, source: join(root, source), ...(ranks ? { ranks } : {}) }, problems };
  }
  const local = join(work, `source-${basename(source.replace(/[?#].*$/, '')) || 'file'}`);
  await fetchSource(source, local, sourceAccess(env));
  const {
    rows,
    columns,
    problems: found,
  } = await describeSource(local, describeOptions(challenge.dataset, usedColumns(challenge.dataset, [], [challenge])));
  const all = [...problems, ...found.map((problem) => elsewhere(problem, source, challenge.file))];
  return isAcceptable(all)
    ? { found: { ...known, facts: { rows, columns }, source: local }, problems: all }
    : { problems: all };
}

/** Slices can be cut without knowing for whom. */
function withoutRoster(problem: Problem): Problem {
  return problem.code === 'roster-missing' ? { ...problem, level: 'warning' } : problem;
}

function challengeFile(path: string): string {
  const at = resolve(path);
  if (!existsSync(at)) throw new NoSuchFolder(`there is no ${path}`);
  if (!statSync(at).isDirectory()) return realpathSync(at);
  const file = ['challenge.yml', 'challenge.yaml']
    .map((name) => join(at, name))
    .find((candidate) => existsSync(candidate));
  if (file === undefined) throw new NoSuchFolder(`there is no challenge.yml in ${path}`);
  return realpathSync(file);
}

/** The nearest folder above with a course.yml; without one, the challenge's own. */
function courseRoot(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, 'course.yml')) || existsSync(join(at, 'course.yaml'))) return at;
    if (at === dirname(at)) return folder;
  }
}
