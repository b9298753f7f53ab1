// The comment by which the staff asks by hand: `/request [CHALLENGE] [KIND] [OWNER|all]`, in any order.
import type { Challenge } from './challenge.ts';
import { requestKinds, type RequestKind } from './challenge.ts';
import type { Owner } from './course.ts';
import { code } from './messages/escape.ts';
import { findOwner } from './read-extend.ts';

export type RequestComment = { challenge?: string; kind?: RequestKind; owner?: string; all: boolean };

/** Undefined where no line of the text is such a command; `problem` says in words what is wrong with one. */
export function readRequestComment(
  text: string,
  { challenges, owners }: { challenges: readonly Pick<Challenge, 'name'>[]; owners: readonly Owner[] },
): RequestComment | { problem: string } | undefined {
  const line = text.split(/\r?\n/).find((one) => /^\/request(?:\s|$)/.test(one));
  if (line === undefined) return undefined;
  const asked: RequestComment = { all: false };
  for (const word of line.trim().split(/\s+/).slice(1)) {
    const kind = requestKinds.find((one) => one === word);
    const owner = findOwner(owners, word.replace(/^@/, ''))?.slug;
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
