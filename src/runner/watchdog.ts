// Ends process groups when the runner dies without a word: a shell that waits at a pipe costs a run two milliseconds.
import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';

export type Watchdog = {
  adopt: (group: number) => void;
  release: (group: number) => void;
  close: () => void;
};

/** The end of its input means that the runner is gone, or done: then nothing is left on the list. */
const source = `trap '' INT TERM HUP
groups=
while read -r what group; do
  if [ "$what" = + ]; then groups="$groups $group"; continue; fi
  left=
  for one in $groups; do [ "$one" = "$group" ] || left="$left $one"; done
  groups=$left
done
for one in $groups; do kill -s KILL -- "-$one"; done
`;

/** On Windows there are no groups, and nothing is watched. */
export function openWatchdog(): Watchdog {
  if (process.platform === 'win32') return { adopt: () => undefined, release: () => undefined, close: () => undefined };
  let input: Writable | undefined;
  const say = (line: string): void => {
    input ??= watch();
    if (input.writable) input.write(line);
  };
  return {
    adopt: (group) => say(`+ ${group}\n`),
    release: (group) => say(`- ${group}\n`),
    close: () => void input?.end(),
  };
}

function watch(): Writable {
  // A group of its own: what a terminal sends to the runner's must not end it first.
  const child = spawn('/bin/sh', ['-c', source], { stdio: ['pipe', 'ignore', 'ignore'], detached: true, env: {} });
  // Without it a run goes on as before; only an outright kill would leave something behind.
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  child.unref();
  return child.stdin;
}
