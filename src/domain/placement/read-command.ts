// What a comment asks of the queue: `/place [placer]` or `/unplace`, alone on its first line.

export type PlaceCommand = { command: 'place'; placer?: string } | { command: 'unplace' };

export function readCommand(comment: string): PlaceCommand | undefined {
  const [line = ''] = comment.trimStart().split('\n', 1);
  const found = /^\/(place|unplace)(?:[ \t]+([\w.-]{1,60}))?[ \t\r]*$/.exec(line);
  if (!found) return undefined;
  const [, command, placer] = found;
  if (command === 'unplace') return placer === undefined ? { command } : undefined;
  return { command: 'place', ...(placer === undefined ? {} : { placer }) };
}
