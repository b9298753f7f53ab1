// The comment by which the staff begins a drill: `/drill now [KIND] [CHALLENGE] [OWNER]`, after `now` in any order.
import { drillKinds, type Challenge, type DrillKind } from '../challenge/challenge.ts';
import type { Owner } from '../course/course.ts';
import { findOwner } from '../course/find-owner.ts';
import { code } from '../text/escape.ts';
import { suggest } from '../text/suggest.ts';

export type DrillCommand = { kind?: DrillKind; challenge?: string; owner?: string };

const usage = 'Write `/drill now`, or `/drill now KIND CHALLENGE OWNER` with what is meant.';

/** `problem` says in words what is wrong with it. */
export function readDrillCommand(
  words: readonly string[],
  { challenges, owners }: { challenges: readonly Pick<Challenge, 'name'>[]; owners: readonly Owner[] },
): DrillCommand | { problem: string } {
  const [when, ...rest] = words;
  if (when !== 'now') return { problem: usage };
  const asked: DrillCommand = {};
  for (const word of rest) {
    const kind = drillKinds.find((drillKind) => drillKind === word.replaceAll('-', '_'));
    const owner = findOwner(owners, word)?.slug;
    if (kind) asked.kind = kind;
    else if (challenges.some(({ name }) => name === word)) asked.challenge = word;
    else if (owner !== undefined) asked.owner = owner;
    else {
      const near = suggest(word, drillKinds);
      const meant = near === undefined ? '' : ` Did you mean ${code(near)}?`;
      return { problem: `${code(word.slice(0, 60))} is neither a kind, nor a challenge, nor on the roster.${meant}` };
    }
  }
  return asked;
}
