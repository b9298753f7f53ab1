// Ends process groups when the runner dies without a word: a shell that waits at a pipe costs a run two milliseconds.
import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';

export type Watchdog = {
  /** Before anything is started: from then on a group is on the list as soon as it is adopted. */
  prepare: () => void;
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
  const nothing = (): void => undefined;
  if (process.platform === 'win32') return { prepare: nothing, adopt: nothing, release: nothing, close: nothing };
  let input: Writable | undefined;
  const prepared = (): Writable => (input ??= watch());
  const say = (line: string): void => {
    if (prepared().writable) prepared().write(line);
  };
  return {
    prepare: () => void prepared(),
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
