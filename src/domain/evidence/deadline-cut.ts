// The deadline of a challenge: which commit GitHub had received by then, from its own record of what became of the branch.
import type { CutEvidence } from './evidence.ts';
import { pushTime } from './push-time.ts';
import { cutOff, shortSha } from './criterion.ts';
import type { ScoreInput } from './criterion.ts';
import { sayDuration, sayInstant } from '../time/say-time.ts';

/** A push, a merge, a forced push: what the branch was before and after it. `at` is GitHub's, in whole seconds. */
export type BranchMove = { at: Date; before: string; after: string };

/** `receivedAt` is absent where the commit is older than everything that was recorded. */
export type Cut = { commit: string; receivedAt?: Date };

/** Tags below this are the App's alone. */
export const ownTags = 'practicum';

export function deadlineTag(challenge: string): string {
  return `${ownTags}/deadline/${challenge}`;
}

/** What the branch was at the deadline. Later moves, forced or not, only tell what was there before them. */
export function cutAt(moves: readonly BranchMove[], head: string, deadline: Date): Cut {
  const inOrder = moves.toSorted((a, b) => a.at.getTime() - b.at.getTime());
  const inTime = ({ at }: BranchMove): boolean => endOfSecond(at) <= deadline;
  const last = inOrder.findLast(inTime);
  if (last && !isNothing(last.after)) return { commit: last.after, receivedAt: last.at };
  const next = inOrder.find((move) => !inTime(move) && !isNothing(move.before));
  return { commit: next?.before ?? head };
}

function endOfSecond(at: Date): Date {
  return pushTime(at.getTime() / 1000, new Date(at.getTime() + 999));
}

function isNothing(commit: string): boolean {
  return /^0+$/.test(commit);
}

/** The cut that holds for the owner: the one at their own deadline, with their extension. */
export function cutOf(input: ScoreInput): CutEvidence | undefined {
  const end = cutOff(input).getTime();
  return input.evidence.find(
    (evidence): evidence is CutEvidence => evidence.kind === 'cut' && evidence.at.getTime() === end,
  );
}

/** `commit abc1234, received …, 18 seconds before the deadline …`: the comparison, in the course's zone. */
export function describeCut(
  { commit, receivedAt, at }: Pick<CutEvidence, 'commit' | 'receivedAt' | 'at'>,
  zone: string,
): string {
  const deadline = `the deadline ${sayInstant(at, zone)}`;
  if (receivedAt === undefined) return `commit ${shortSha(commit)}, as it was made, at ${deadline}`;
  const received = new Date(receivedAt);
  const before = sayDuration(at.getTime() - received.getTime());
  return `commit ${shortSha(commit)}, received ${sayInstant(received, zone)}, ${before} before ${deadline}`;
}
