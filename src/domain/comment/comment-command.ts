// Commands in comments, one for all that listen: `/extend …`, `/request …`, `/place …`, `/drill …`, …, at the beginning of a line.

const names = ['extend', 'request', 'place', 'unplace', 'drill', 'maintenance', 'reaction'] as const;
export type CommandName = (typeof names)[number];
export type CommentCommand = { name: CommandName; words: string[] };

/** The first of each name. What stands in a block of code only shows what a command looks like. */
export function findCommands(comment: string): CommentCommand[] {
  const found = new Map<CommandName, CommentCommand>();
  let fence: string | undefined;
  for (const line of comment.split(/\r?\n/)) {
    const [, mark] = /^ {0,3}(`{3,}|~{3,})/.exec(line) ?? [];
    if (mark !== undefined && (fence === undefined || mark.startsWith(fence)))
      fence = fence === undefined ? mark : undefined;
    const name = names.find((one) => new RegExp(`^/${one}(?:\\s|$)`).test(line));
    if (fence !== undefined || name === undefined || found.has(name)) continue;
    found.set(name, { name, words: line.trim().split(/\s+/).slice(1) });
  }
  return [...found.values()];
}
