// practicum forget: what the app keeps about one person goes, and the ledger stays sound.
import type { Io, Register } from '../options/command.ts';
import { withCourse } from '../options/one-course.ts';
import { forgetPerson, type Forgetting } from '../../flows/ledger/forget-person.ts';

type Options = { course?: string; yes?: boolean };

export const forget: Register = (program, io) => {
  program
    .command('forget')
    .description('remove what the app keeps about one person; the ledger keeps sealed tombstones and still verifies')
    .argument('<login>', 'the GitHub login, also of somebody who has left the roster')
    .option('--course <organisation>', 'which course, where the database holds several')
    .option('--yes', 'remove it; without this, only say what would be removed')
    .addHelpText('after', '\nExit code: 0 removed, 1 nothing was removed, 2 wrong use. It cannot be undone.')
    .action((login: string, options: Options) => run(io, login.replace(/^@/, ''), options));
};

async function run(io: Io, login: string, { course, yes = false }: Options): Promise<void> {
  await withCourse(io, 'forget', course, async (store, found, now) => {
    const forgotten = await forgetPerson(store, { found, login, now, carryOut: yes });
    if (!forgotten) {
      io.err(`practicum forget: nobody in ${found.record.login} is known as ${login}\n`);
      return io.exit(2);
    }
    io.out(`${describe(forgotten, yes, `${found.record.login}/${found.record.repository}`).join('\n')}\n`);
    if (!yes) io.exit(1);
  });
}

function describe(forgotten: Forgetting, done: boolean, courseRepository: string): string[] {
  const { login, slug, others, counts, repositories, roster } = forgotten;
  const { evidence, requests, decisions, releases, webhooks, entries } = counts;
  const about = [
    `${evidence} pieces of evidence`,
    `${requests} requests with their answers`,
    `${releases} records of releases`,
    `${decisions} grade decisions`,
    `${webhooks} webhooks`,
    `${entries} ledger entries`,
  ].join(', ');
  return [
    others.length > 0
      ? `${login}: the work of ${slug} is also that of ${others.join(', ')} and stays; the name is ${done ? 'removed' : 'to be removed'}.`
      : `${login}: ${about} ${done ? 'removed' : 'to be removed'}.`,
    ...(roster.lines.length > 0
      ? [
          `Still to do: take line ${roster.lines.join(', ')} out of ${roster.path} in ${courseRepository}. The next sync begins anew with whoever is in it.`,
        ]
      : []),
    ...(repositories.length > 0 && others.length === 0
      ? [`Still to do: delete ${repositories.join(', ')} on GitHub, if that is wanted too: the app does not.`]
      : []),
    ...(done ? [] : ['Nothing was removed. Add --yes to do it; it cannot be undone.']),
  ];
}
