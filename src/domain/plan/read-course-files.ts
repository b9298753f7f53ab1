// All files of a course → the course, its challenges and owners, or every problem in any of them at once.
import { parseChallenge } from '../challenge/file.ts';
import { isRemoteSource } from '../challenge/source-kind.ts';
import type { ParsedChallenge } from '../challenge/file.ts';
import type { Challenge } from '../challenge/challenge.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { joinRubrics } from '../rubric/join-rubrics.ts';
import { parseRubric } from '../rubric/read-rubric.ts';
import { checkTogether } from './check-together.ts';
import { parseContract } from '../dataset/contract.ts';
import { defaultCourse, parseCourse } from '../course/read-course-file.ts';
import type { ParsedCourse } from '../course/read-course-file.ts';
import type { Course, Owner } from '../course/course.ts';
import type { DatasetFacts } from '../dataset/facts.ts';
import type { Problem } from '../text/problem.ts';
import { parseRoster } from '../course/roster.ts';
import { suggest } from '../text/suggest.ts';
import { valueAt } from '../text/value-at.ts';
import type { ProblemCode } from '../text/problem-codes.ts';

export type TextFile = { path: string; bytes: Uint8Array };

/** `paths` lists every file of the repository; without it, nothing is said about files that do not exist. */
export type CourseFiles = {
  course?: TextFile;
  roster?: TextFile;
  challenges: TextFile[];
  /** Each `schema.yml` beside a challenge: the data contract. */
  contracts?: TextFile[];
  /** `rubric.yml` at the top, or beside a challenge: what a person judges. */
  rubrics?: TextFile[];
  paths?: readonly string[];
};

export type ReadCourse = {
  course: Course;
  /** Only those without an error. */
  challenges: Challenge[];
  owners: Owner[];
  /** Of every challenge that names one, so that sources can be looked at and the files read again with the facts. */
  datasets: Dataset[];
  problems: Problem[];
};

/**
 * `facts` by `dataset.source`; `counts`, the rows of each release where conditions choose them, by file; `remoteFaults`, why an rclone remote cannot be used, by its template as written in `carrier`.
 * Nothing of the result is in force unless `isAcceptable(problems)`.
 */
export function readCourseFiles(
  files: CourseFiles,
  facts: Readonly<Record<string, DatasetFacts>> = {},
  remoteFaults: Readonly<Record<string, string>> = {},
  counts: Readonly<Record<string, readonly number[]>> = {},
): ReadCourse {
  const parsed: ParsedCourse = files.course
    ? parseCourse(files.course.bytes, files.course.path)
    : { value: defaultCourse, draft: defaultCourse, problems: [] };
  const course = parsed.draft;
  const roster = files.roster ? parseRoster(files.roster.bytes, files.roster.path) : { value: [], problems: [] };
  const challenges = files.challenges.map((file) => readOne(file, course, files.paths, facts, counts[file.path]));
  const owners = roster.value ?? [];
  const judged = joinRubrics(
    challenges.flatMap(({ value }) => (value ? [value] : [])),
    challenges.flatMap(nameOf),
    (files.rubrics ?? []).map(({ bytes, path }) => parseRubric(bytes, path)),
  );
  return {
    course,
    challenges: judged.challenges,
    owners,
    datasets: challenges.flatMap(({ dataset }) => (dataset ? [dataset] : [])),
    problems: [
      ...parsed.problems,
      ...checkPresence(files, parsed),
      ...roster.problems,
      ...challenges.flatMap(({ problems }) => problems),
      ...(files.contracts ?? []).flatMap(({ bytes, path }) => parseContract(bytes, path).problems),
      ...judged.problems,
      ...checkTogether(course, challenges, owners),
      ...checkRemotes(challenges, remoteFaults),
    ],
  };
}

/** What it is called, also where something else in it is wrong. */
function nameOf({ value, source }: ParsedChallenge): string[] {
  const written = value?.name ?? valueAt(source?.value, ['name']);
  return typeof written === 'string' ? [written] : [];
}

function readOne(
  file: TextFile,
  course: Course,
  paths: readonly string[] | undefined,
  facts: Readonly<Record<string, DatasetFacts>>,
  counts: readonly number[] | undefined,
): ParsedChallenge {
  const known = paths ? { paths } : { sources: Object.keys(facts) };
  const first = parseChallenge(file.bytes, file.path, course, known);
  const source = first.dataset?.source;
  if (source === undefined) return first;
  if (!Object.hasOwn(facts, source)) {
    if (!isRemoteSource(source) || !first.source || !first.value) return first;
    const message = 'a source outside the repository is read when the course is applied';
    return {
      ...first,
      problems: [...first.problems, first.source.problem(['dataset', 'source'], 'notice', 'source-remote', message)],
    };
  }
  return parseChallenge(file.bytes, file.path, course, {
    ...known,
    facts: facts[source]!,
    ...(counts ? { counts } : {}),
  });
}

/** Only a warning: the app may run where the remote is known. */
function checkRemotes(parsed: readonly ParsedChallenge[], faults: Readonly<Record<string, string>>): Problem[] {
  return parsed.flatMap(({ value, source }) =>
    (value?.carriers ?? []).flatMap((carrier) => {
      if (!source || carrier.kind !== 'rclone' || !Object.hasOwn(faults, carrier.remote)) return [];
      const message = `\`${carrier.remote}\` cannot be used here: ${faults[carrier.remote]}`;
      const hint = 'nothing can be shipped by it until this is fixed where the app runs';
      return [source.problem(['releases', 'carrier'], 'warning', 'remote-unusable', message, hint)];
    }),
  );
}

function checkPresence({ course, roster, challenges, paths }: CourseFiles, parsed: ParsedCourse): Problem[] {
  const problems: Problem[] = [];
  const file = course?.path ?? 'course.yml';
  const say = (path: (string | number)[], code: ProblemCode, message: string, hint?: string): void => {
    const found = parsed.source?.problem(path, 'error', code, message, hint);
    problems.push(
      found ?? { file, line: 1, column: 1, level: 'error', code, message, ...(hint === undefined ? {} : { hint }) },
    );
  };
  if (course && !roster) say(['roster'], 'roster-missing', `the roster \`${parsed.draft.roster}\` does not exist`);
  for (const [index, wanted] of (parsed.draft.challenges ?? []).entries()) {
    if (!paths || challengePaths(parsed.draft, paths).some((path) => isAt(path, wanted))) continue;
    const close = suggest(
      wanted,
      paths.filter((path) => isChallengeFile(path)).map((path) => path.replace(/\/[^/]+$/, '')),
    );
    say(
      ['challenges', index],
      'challenge-missing',
      `there is no challenge in \`${wanted}\``,
      close && `did you mean \`${close}\`?`,
    );
  }
  if (challenges.length === 0 && parsed.draft.challenges === undefined) {
    const hint = 'write `challenges/NAME/challenge.yml`, or `challenge.yml` at the top';
    say(
      [],
      course ? 'no-challenges' : 'no-course',
      course ? 'the course has no challenges' : 'there is neither a course nor a challenge',
      hint,
    );
  }
  return parsed.draft.challenges ? problems : [...problems, ...emptyFolders(paths ?? [])];
}

/** A folder of challenges/ that is not read, most likely because of its file's name. */
function emptyFolders(paths: readonly string[]): Problem[] {
  const folders = Map.groupBy(
    paths.filter((path) => /^challenges\/[^/]+\//.test(path)),
    (path) => path.split('/')[1]!,
  );
  return [...folders].flatMap(([name, inside]): Problem[] => {
    if (inside.some((path) => isChallengeFile(path))) return [];
    const near = inside.find((path) => suggest(path.split('/').at(-1)!, ['challenge.yml']));
    const message = 'there is no such file: the folder is not read';
    const hint = near === undefined ? undefined : `rename \`${near}\``;
    const file = `challenges/${name}/challenge.yml`;
    return [
      { file, line: 1, column: 1, level: 'warning', code: 'challenge-missing', message, ...(hint ? { hint } : {}) },
    ];
  });
}

const isChallengeFile = (path: string): boolean => /(?:^|\/)challenge\.ya?ml$/.test(path);
const isAt = (path: string, wanted: string): boolean =>
  path === wanted || path.replace(/\/[^/]+$/, '') === wanted.replace(/\/$/, '');

/** Which of the repository's files are the course's challenges, in order of path. */
export function challengePaths(course: Course, paths: readonly string[]): string[] {
  const listed = course.challenges;
  const isOne = listed
    ? (path: string): boolean =>
        listed.some((wanted) => path === wanted || (isChallengeFile(path) && isAt(path, wanted)))
    : (path: string): boolean => /^(?:challenges\/[^/]+\/)?challenge\.ya?ml$/.test(path);
  return paths.filter(isOne).toSorted();
}

/** Sources that are files of the course repository, each once. */
export function localSources(datasets: readonly Dataset[]): Dataset[] {
  const bySource = new Map(datasets.map((dataset) => [dataset.source, dataset]));
  return [...bySource.values()].filter(({ source }) => !isRemoteSource(source));
}
