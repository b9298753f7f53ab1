// Commands in comments, one for all that listen: `/extend …`, `/request …`, `/drill …`, at the beginning of a line.
import { suggest } from '../text/suggest.ts';

export const commandNames = [
  'extend',
  'request',
  'appeal',
  'place',
  'unplace',
  'drill',
  'maintenance',
  'reaction',
  'help',
] as const;
export type CommandName = (typeof commandNames)[number];
export type CommentCommand = { name: CommandName; words: string[] };

/** The first of each name. What stands in a block of code only shows what a command looks like. */
export function findCommands(comment: string): CommentCommand[] {
  const found = new Map<CommandName, CommentCommand>();
  for (const line of saidLines(comment)) {
    const [, written] = /^\/([a-z]+)(?:\s|$)/.exec(line) ?? [];
    const name = commandNames.find((commandName) => commandName === written);
    if (name === undefined || found.has(name)) continue;
    found.set(name, { name, words: line.trim().split(/\s+/).slice(1) });
  }
  return [...found.values()];
}

/** The first word that is written like a command and is none. A path, such as /usr/bin, is not written like one. */
export function findUnknown(comment: string): { written: string; meant?: CommandName } | undefined {
  for (const line of saidLines(comment)) {
    const [, written] = /^\/([a-z][a-z-]{1,19})(?:\s|$)/i.exec(line) ?? [];
    if (written === undefined || (commandNames as readonly string[]).includes(written)) continue;
    const meant = commandNames.find((commandName) => commandName === suggest(written.toLowerCase(), commandNames));
    return { written, ...(meant === undefined ? {} : { meant }) };
  }
  return undefined;
}

function* saidLines(comment: string): Generator<string> {
  let fence: string | undefined;
  for (const line of comment.split(/\r?\n/)) {
    const [, mark] = /^ {0,3}(`{3,}|~{3,})/.exec(line) ?? [];
    if (mark !== undefined && (fence === undefined || mark.startsWith(fence)))
      fence = fence === undefined ? mark : undefined;
    else if (fence === undefined) yield line;
  }
}
