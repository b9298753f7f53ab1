// The check runs "plan" and "sync" in the course repository: what merging means, what was applied, or every problem.
import { sayWallTime } from '../time/say-time.ts';
import { carriersOf } from '../challenge/delivery.ts';
import type { Challenge } from '../challenge/challenge.ts';
import type { Course } from '../course/course.ts';
import type { DatasetFacts } from '../dataset/facts.ts';
import { countKept, countNew, type PlanDiff } from '../plan/diff.ts';
import { rowCounts } from '../plan/plan.ts';
import type { Annotation } from '../text/annotation.ts';
import type { Problem } from '../text/problem.ts';
import { describeSlot, scheduleReleases, slotKey, type ReleaseSlot } from '../plan/release-schedule.ts';
import { code, plain } from '../text/escape.ts';
import { sayRetention } from './plan-words.ts';

type CheckRunText = { conclusion: 'success' | 'failure'; title: string; summary: string; annotations?: Annotation[] };

/** What the course's files say, and what is known of their data. */
type PlannedFiles = {
  course: Course;
  challenges: readonly Challenge[];
  owners: readonly unknown[];
  facts: Readonly<Record<string, DatasetFacts>>;
  counts: Readonly<Record<string, readonly number[]>>;
};

/** What merging would do: calendar, files, changes, and how long each release takes. */
export function describePlan(
  read: PlannedFiles,
  changes: PlanDiff,
  problems: readonly Problem[],
  now: Date,
): CheckRunText {
  const { change, cancel } = changes;
  const added = countNew(changes);
  const { course, challenges, owners } = read;
  const slots = scheduleReleases(challenges, owners.length);
  const retention = sayRetention(course, challenges);
  return {
    conclusion: 'success',
    title: `${added} new, ${change.length} changed, ${cancel.length} cancelled shipments`,
    annotations: problems.map(toAnnotation),
    summary: [
      `Merging this changes **${added + change.length + cancel.length}** shipments to ${owners.length} student repositories: ${added} new, ${change.length} changed, ${cancel.length} cancelled; ${countKept(changes)} unchanged. Dispatched shipments never change.`,
      '',
      ...(retention === undefined ? [] : [retention, '']),
      ...challenges.flatMap((challenge) => calendar(read, challenge, slots, now)),
      ...changeList(changes, course.timezone),
    ].join('\n'),
  };
}

/** What a merge did. */
export function describeSync(changes: PlanDiff, owners: number, problems: readonly Problem[]): CheckRunText {
  const { change, cancel } = changes;
  const added = countNew(changes);
  return {
    conclusion: 'success',
    title: `In force: ${added} new, ${change.length} changed, ${cancel.length} cancelled shipments`,
    annotations: problems.map(toAnnotation),
    summary: `This commit is in force for ${owners} student repositories. ${added} shipments were planned, ${change.length} changed, ${cancel.length} cancelled, ${countKept(changes)} are unchanged.`,
  };
}

/** Every problem, on its line. */
export function describeProblems(problems: readonly Problem[], consequence: string): CheckRunText {
  const errors = problems.filter(({ level }) => level === 'error');
  return {
    conclusion: 'failure',
    title: `${errors.length} ${errors.length === 1 ? 'problem' : 'problems'}`,
    annotations: problems.map(toAnnotation),
    summary: [
      `The course's files have ${errors.length} ${errors.length === 1 ? 'problem' : 'problems'}. ${consequence}`,
      '',
      '| where | problem | hint |',
      '|---|---|---|',
      ...problems
        .slice(0, 100)
        .map(
          ({ file, line, column, code: name, message, hint }) =>
            `| ${code(`${file}:${line}:${column}`)} | ${code(name)} ${plain(message)} | ${plain(hint ?? '')} |`,
        ),
    ].join('\n'),
  };
}

function calendar(
  { course, facts, counts }: PlannedFiles,
  challenge: Challenge,
  slots: ReadonlyMap<string, ReleaseSlot>,
  now: Date,
): string[] {
  const sample = challenge.per === 'student' ? `, of which each ${Math.round(challenge.sample * 100)}%` : '';
  const rows = rowCounts(challenge, facts[challenge.dataset.source], counts[challenge.file]).map((count) =>
    count === undefined ? 'not known yet' : `${count}${sample}`,
  );
  return [
    `### ${plain(challenge.title)}`,
    '',
    '| release | released | each student receives | rows | by | takes about |',
    '|---|---|---|---:|---|---|',
    ...challenge.releases.map(({ name, due }, index) => {
      const carriers = carriersOf(challenge, name).map(({ kind }) => kind);
      const takes = describeSlot(slots.get(slotKey(challenge.name, name))!, due, course.timezone, now);
      const path = challenge.path.replaceAll('{release}', name).replaceAll('{challenge}', challenge.name);
      const past = due < now ? ' (past: sent at once to everyone who lacks it)' : '';
      return `| ${plain(name)} | ${sayWallTime(due, course.timezone)}${past} | ${code(path)} | ${rows[index]} | ${carriers.join(', ')} | ${takes} |`;
    }),
    '',
  ];
}

/** The first of what changes, by name: a thousand repositories would not fit. */
function changeList({ change, cancel }: PlanDiff, zone: string): string[] {
  const shown = [
    ...change.map(
      ({ after: { owner, challenge, release, due } }) =>
        `| changed | ${plain(owner)} | ${plain(challenge)} ${plain(release)} | ${sayWallTime(new Date(due), zone)} |`,
    ),
    ...cancel.map(
      ({ owner, challenge, release, due }) =>
        `| cancelled | ${plain(owner)} | ${plain(challenge)} ${plain(release)} | ${sayWallTime(new Date(due), zone)} |`,
    ),
  ];
  if (shown.length === 0) return [];
  const rest = shown.length > 50 ? [`… and ${shown.length - 50} more.`] : [];
  return [
    '### What changes',
    '',
    '| | owner | release | released |',
    '|---|---|---|---|',
    ...shown.slice(0, 50),
    '',
    ...rest,
  ];
}

function toAnnotation({ file, line, column, level, code: name, message, hint }: Problem): Annotation {
  return {
    path: file,
    line,
    column,
    title: name,
    level: level === 'error' ? 'failure' : level,
    message: hint ? `${message} (${hint})` : message,
  };
}
