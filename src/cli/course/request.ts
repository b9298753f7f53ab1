// practicum request: asks a question by hand, by a rule of the challenge with `on: manual`.
import { Option } from 'commander';
import { requestKinds, type RequestKind } from '../../domain/challenge/challenge.ts';
import { findOwner } from '../../domain/course/find-owner.ts';
import { askByHand } from '../../flows/request/ask-by-hand.ts';
import type { Io, Register } from '../options/command.ts';
import { withCourse } from '../options/one-course.ts';

type Options = { owner?: string[]; all?: boolean; kind?: RequestKind; course?: string; json?: boolean };

export const request: Register = (program, io) => {
  program
    .command('request')
    .description('issue a request now, by a rule of the challenge with `on: manual`')
    .argument('<challenge>', 'name of the challenge')
    .option('--owner <login...>', 'students or groups to ask')
    .option('--all', 'ask everyone who has data of the challenge')
    .addOption(new Option('--kind <kind>', 'which one, if the challenge has several').choices(requestKinds))
    .option('--course <organisation>', 'which course, if the database holds several')
    .option('--json', 'print who was asked as JSON')
    .action((challenge: string, options: Options) => run(io, challenge, options));
};

async function run(io: Io, challenge: string, { owner: names, all, kind, course, json }: Options): Promise<void> {
  const refuse = (problem: string): void => {
    io.err(`practicum request: ${problem}\n`);
    io.exit(2);
  };
  if ((names === undefined) === (all !== true)) return refuse('say whom: --owner LOGIN, or --all');
  await withCourse(io, 'request', course, async (store, found, now) => {
    const owners = names?.map((name) => findOwner(found.owners, name)?.slug);
    const unknown = names?.find((_, index) => owners?.[index] === undefined);
    if (unknown !== undefined) return refuse(`${unknown} is not on the roster`);
    const wanted = {
      challenge,
      occasion: `command/${now.toISOString()}`,
      ...(kind === undefined ? {} : { kind }),
      ...(owners === undefined ? {} : { owners: owners as string[] }),
    };
    const asked = await askByHand(store, found, wanted, now);
    if ('problem' in asked) return refuse(asked.problem);
    if (json) return io.out(`${JSON.stringify(asked, undefined, 2)}\n`);
    io.out(`${asked.kind.replaceAll('_', ' ')} of ${challenge}: asked ${asked.asked.join(', ') || 'nobody'}\n`);
    if (asked.without.length > 0) io.err(`no data of ${challenge} yet: ${asked.without.join(', ')}\n`);
  });
}
