// What a person wants to decide about a grade → a decision that can be recorded, or what is wrong with it in one sentence.
import { criteria, type Challenge, type Criterion } from '../challenge/challenge.ts';
import { findOwner } from '../course/find-owner.ts';
import type { Owner } from '../course/course.ts';
import { parseDuration } from '../time/calendar.ts';
import type { GradeAct } from './grade-act.ts';

type Unsigned<Act> = Act extends unknown ? Omit<Act, 'id' | 'at'> : never;
/** Without what makes it one entry of the record: its id and its moment. */
export type Decision = { act: Unsigned<GradeAct>; said: string } | { problem: string };
type Course = { owners: readonly Owner[]; challenges: readonly Challenge[] };
type Signed = { reason: string; by: string };

const longest = 365 * 86_400_000;

/** Points with two decimals; null for `none`, which takes an earlier grade back; undefined for anything else. */
export function readPoints(text: string): number | null | undefined {
  const written = text.trim();
  if (written === 'none') return null;
  const points = Number(written);
  return written === '' || !Number.isFinite(points) || points < 0 ? undefined : Math.round(points * 100) / 100;
}

/** Up to a year; undefined for anything else. */
export function readExtension(text: string): number | undefined {
  const by = parseDuration(text.trim());
  return by === undefined || by > longest ? undefined : by;
}

export function isCriterion(name: string): name is Criterion {
  return (criteria as readonly string[]).includes(name);
}

export function makeOverride(
  { owners, challenges }: Course,
  name: string,
  challenge: string,
  points: number | null,
  { criterion, reason, by }: Signed & { criterion?: Criterion },
): Decision {
  const owner = findOwner(owners, name)?.slug;
  if (owner === undefined) return { problem: `${name} is not on the roster` };
  const known = challenges.find((candidate) => candidate.name === challenge);
  if (!known) return { problem: `there is no challenge ${challenge}` };
  if (criterion !== undefined && !known.score[criterion])
    return { problem: `${challenge} has no points for ${criterion}` };
  const what = criterion === undefined ? {} : { criterion };
  const said = points === null ? 'is as computed again' : `is set to ${points}`;
  return {
    act: { kind: 'override', override: { owner, challenge, ...what, points, reason, by } },
    said: `${criterion ?? 'the total'} of ${owner} in ${challenge} ${said}`,
  };
}

export function makeExtension(
  { owners, challenges }: Course,
  name: string,
  by: number,
  options: Signed & { challenge?: string; release?: string },
): Decision {
  const { challenge, release: item, reason, by: grantedBy } = options;
  const owner = findOwner(owners, name)?.slug;
  if (owner === undefined) return { problem: `${name} is not on the roster` };
  const known = challenges.find((candidate) => candidate.name === challenge);
  if (challenge !== undefined && !known) return { problem: `there is no challenge ${challenge}` };
  if (item !== undefined && !known?.releases.some((release) => release.name === item))
    return { problem: `name a release of a challenge: ${challenge ?? 'no challenge'} has no ${item}` };
  const extension = { owner, ...(item === undefined ? {} : { item }), by, reason, grantedBy };
  return {
    act: { kind: 'extension', ...(challenge === undefined ? {} : { challenge }), extension },
    said: by === 0 ? `the extension of ${owner} is withdrawn` : `${owner} has more time`,
  };
}
