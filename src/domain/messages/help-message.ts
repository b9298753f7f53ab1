// What the app answers to `/help`, and to a command that there is not.
import type { CommandName } from '../comment/comment-command.ts';
import { code } from '../text/escape.ts';

const usages: Readonly<Record<CommandName, [form: string, does: string]>> = {
  appeal: ['/appeal REQUEST reason', 'asks a person for a second look at the verdict on a request'],
  extend: ['/extend LOGIN 2d reason', 'gives more time; `LOGIN` may be left out in a student’s repository'],
  request: ['/request LOGIN KIND', 'asks a student now; `all` asks everybody from the course repository'],
  place: ['/place', 'on a pull request: its pipeline goes into the queue for a runner'],
  unplace: ['/unplace', 'on a pull request: takes it out of the queue'],
  reaction: ['/reaction', 'on a pull request of the course: runs the class against the next release'],
  help: ['/help', 'shows this list'],
};

export function helpMarker(comment: number): string {
  return `<!-- practicum help ${comment} -->`;
}

/** `commands`: those that the asker may use here. */
export function describeHelp(commands: readonly CommandName[]): string {
  const rows = commands.map((name) => `| ${code(usages[name][0])} | ${usages[name][1]} |`);
  return [
    'You may use these here, each alone on its line:',
    '',
    '| command | what it does |',
    '|---|---|',
    ...rows,
  ].join('\n');
}

export function describeUnknown({ written, meant }: { written: string; meant?: CommandName }): string {
  const close = meant === undefined ? '' : ` Did you mean ${code(`/${meant}`)}?`;
  return `There is no command ${code(`/${written}`)}.${close} ${code('/help')} shows those that you may use here.`;
}
