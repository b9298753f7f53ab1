// The comment by which the staff asks by hand: `/request [CHALLENGE] [KIND] [OWNER|all]`, in any order.
import { requestKinds, type Challenge, type RequestKind } from '../challenge/challenge.ts';
import type { Owner } from '../course/course.ts';
import { findOwner } from '../course/find-owner.ts';
import { code } from '../text/escape.ts';

export type RequestComment = { challenge?: string; kind?: RequestKind; owner?: string; all: boolean };

/** `problem` says in words what is wrong with it. */
export function readRequestComment(
  words: readonly string[],
  { challenges, owners }: { challenges: readonly Pick<Challenge, 'name'>[]; owners: readonly Owner[] },
): RequestComment | { problem: string } {
  const asked: RequestComment = { all: false };
  for (const word of words) {
    const kind = requestKinds.find((requestKind) => requestKind === word);
    const owner = findOwner(owners, word)?.slug;
    if (kind) asked.kind = kind;
    else if (word === 'all') asked.all = true;
    else if (challenges.some(({ name }) => name === word)) asked.challenge = word;
    else if (owner !== undefined) asked.owner = owner;
    else
      return {
        problem: `${code(word.slice(0, 60))} is neither a challenge, nor a kind of request, nor on the roster.`,
      };
  }
  return asked;
}
