// The comment by which the staff gives more time: `/extend LOGIN 2d reason`.
import { parseDuration } from '../time/calendar.ts';
import { code } from '../text/escape.ts';

/** What was asked for. Without `owner` it is about whoever has the repository in which it was said. */
export type ExtendCommand = { owner?: string; challenge?: string; item?: string; by: number; reason: string };

const longest = 365 * 86_400_000;
const usage = 'Write `/extend LOGIN 2d reason`, or `/extend LOGIN CHALLENGE/RELEASE 2d reason` for one release only.';

/** `problem` says in words what is wrong with it. */
export function readExtend(words: readonly string[]): ExtendCommand | { problem: string } {
  const at = words.findIndex((word) => parseDuration(word) !== undefined);
  if (at === -1 || at > 2) return { problem: `No duration is given. ${usage}` };
  const by = parseDuration(words[at]!)!;
  const reason = words.slice(at + 1).join(' ');
  if (reason === '') return { problem: `No reason is given. ${usage}` };
  if (reason.length > 500) return { problem: 'The reason is longer than 500 characters.' };
  if (by > longest) return { problem: 'An extension can be one year at most.' };
  const [owner, scope] = words.slice(0, at);
  const [challenge, item, more] = scope?.split('/') ?? [];
  if (more !== undefined) return { problem: `${code(scope!.slice(0, 80))} is not CHALLENGE/RELEASE. ${usage}` };
  return {
    ...(owner === undefined ? {} : { owner }),
    ...(challenge === undefined ? {} : { challenge }),
    ...(item === undefined ? {} : { item }),
    by,
    reason,
  };
}
