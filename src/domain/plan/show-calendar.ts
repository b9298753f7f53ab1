// The plan of one challenge as a table for people at a terminal.
import { sayWallTime } from '../time/say-time.ts';
import { carrierName, carriersOf } from '../challenge/delivery.ts';
import type { Challenge } from '../challenge/challenge.ts';
import type { Course, Owner } from '../course/course.ts';
import type { DatasetFacts } from '../dataset/facts.ts';
import { calendarOf } from './plan.ts';
import { describeSlot, slotKey, type ReleaseSlot } from './release-schedule.ts';
import { alignLeft } from '../text/align-left.ts';
import { fillTemplate } from '../text/repository-path.ts';
import { releasedRows } from '../dataset/slices.ts';

const heads = ['release', 'released', '', 'rows', 'path', 'for', 'by', 'takes about'];

export function showCalendar(
  course: Course,
  challenge: Challenge,
  owners: readonly Owner[],
  facts: DatasetFacts | undefined,
  counts: readonly number[] | undefined,
  slots: ReadonlyMap<string, ReleaseSlot>,
  now: Date,
): string {
  const students = owners.flatMap(({ members }) => members).length;
  const groups = owners.filter(({ kind }) => kind === 'group').length;
  const audience = `${students} student${students === 1 ? '' : 's'}${groups > 0 ? `, ${owners.length} repositories` : ''}`;
  const rows = calendarOf(challenge, facts).map(({ name, due, rows: range, where }, index) => [
    name,
    sayWallTime(new Date(due), course.timezone),
    Date.parse(due) <= now.getTime() ? '(past: sent at once)' : '',
    range ? `[${range[0]}, ${range[1]})` : (counts?.[index] ?? (where ? 'by condition' : 'not known yet')).toString(),
    fillTemplate(challenge.path, { release: name, challenge: challenge.name }),
    challenge.per === 'student' ? `${audience}, a sample of ${Math.round(challenge.sample * 100)}% each` : audience,
    carriersOf(challenge, name).map(carrierName).join(', '),
    describeSlot(slots.get(slotKey(challenge.name, name))!, new Date(due), course.timezone, now),
  ]);
  const lines = [
    `${challenge.title} (${challenge.name}), ${sayWallTime(challenge.starts, course.timezone)} to ${sayWallTime(challenge.ends, course.timezone)}, ${course.timezone}`,
    dataLine(challenge, facts, counts),
    '',
    ...align([heads, ...rows]).map((line) => `  ${line}`),
    ...driftLines(challenge),
  ];
  return `${lines.join('\n')}\n`;
}

function dataLine(
  challenge: Challenge,
  facts: DatasetFacts | undefined,
  counts: readonly number[] | undefined,
): string {
  const { dataset } = challenge;
  if (!facts) return `${dataset.source}: not read yet`;
  const released = releasedRows(facts.rows, dataset.holdOut);
  const left = counts ? Math.max(0, released - counts.reduce((sum, rows) => sum + rows, 0)) : 0;
  const aside = left === 0 ? '' : `, ${left} in no release`;
  return `${dataset.source}: ${facts.rows} rows, ${released - left} released, ${facts.rows - released} held out${aside}`;
}

function driftLines({ drift }: Challenge): string[] {
  if (drift.length === 0) return [];
  return [
    '',
    ...drift.map(
      ({ kind, column, from, to }) =>
        `  drift: ${kind}${column ? ` of ${column}` : ''} from ${from}${to ? ` to ${to}` : ' on'}`,
    ),
  ];
}

/** Columns as wide as their widest cell; columns that are empty throughout are left out. */
function align(rows: string[][]): string[] {
  const isFilled = heads.map((_, column) => rows.some((row) => row[column] !== ''));
  return alignLeft(rows.map((row) => row.filter((_, column) => isFilled[column])));
}
