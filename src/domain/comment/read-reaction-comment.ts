// The comment by which the staff has the class looked at before a release: `/reaction`, `/reaction CHALLENGE`, `all`, a number.
import { code } from '../text/escape.ts';

/** `most`: how many are looked at; all of them where it is Infinity. */
export type ReactionCommand = { challenge?: string; most?: number };

const usage =
  'Write `/reaction`, `/reaction all`, `/reaction 20`, or the challenge before it: `/reaction CHALLENGE 20`.';

/** `problem` says in words what is wrong with it. */
export function readReactionComment(
  words: readonly string[],
  challenges: readonly string[],
): ReactionCommand | { problem: string } {
  const command: ReactionCommand = {};
  for (const word of words.slice(0, 3)) {
    if (challenges.includes(word) && command.challenge === undefined) command.challenge = word;
    else if (word === 'all' && command.most === undefined) command.most = Number.MAX_SAFE_INTEGER;
    else if (/^[1-9]\d{0,4}$/.test(word) && command.most === undefined) command.most = Number(word);
    else return { problem: `${code(word.slice(0, 80))} is neither a challenge nor a number. ${usage}` };
  }
  return words.length > 2 ? { problem: usage } : command;
}
