// practicum grades override, extend, release, withhold: what people decide about grades, on record with who and why.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { criteria, type Criterion } from '../../domain/challenge/challenge.ts';
import type { GradeAct } from '../../domain/grade/grade-act.ts';
import {
  makeExtension,
  makeOverride,
  readExtension,
  readPoints,
  type Decision,
} from '../../domain/grade/make-decision.ts';
import type { InForce } from '../../flows/course/in-force.ts';
import { recordDecision } from '../../flows/grade/record-decision.ts';
import type { Io } from '../options/command.ts';
import { withCourse } from '../options/one-course.ts';

type Common = { course?: string; by: string };
type Reasoned = Common & { reason: string };

export function decideGrades(group: Command, io: Io): void {
  reasoned(group.command('override'), 'set a grade by hand; the computed one stays beside it')
    .argument('<owner>', 'login or group')
    .argument('<challenge>', 'name of the challenge')
    .argument('<points>', '`none` withdraws an earlier override', pointsOf)
    .addOption(new Option('--criterion <name>', 'only this criterion; without it, the total').choices(criteria))
    .action((owner: string, challenge: string, points: number | null, options: Reasoned & { criterion?: Criterion }) =>
      decide(io, 'override', options, (found) => makeOverride(found, owner, challenge, points, options)),
    );
  reasoned(group.command('extend'), 'give more time, as `/extend` in an issue does')
    .argument('<owner>', 'login or group')
    .argument('<duration>', 'such as 2d or 36h; 0d withdraws an earlier extension', durationOf)
    .option('--challenge <name>', 'only in this challenge')
    .option('--release <name>', 'only of this release; the end of the challenge stays')
    .action((owner: string, by: number, options: Reasoned & { challenge?: string; release?: string }) =>
      decide(io, 'extend', options, (found) => makeExtension(found, owner, by, options)),
    );
  for (const [name, open, description] of [
    ['release', true, 'let students see their points, if `grades.release` is manual'],
    ['withhold', false, 'hide the points again'],
  ] as const) {
    signed(group.command(name), description).action((options: Common) =>
      decide(io, name, options, () => ({
        act: { kind: 'gate', open, by: options.by },
        said: open ? 'students see their points' : 'points are hidden from students',
      })),
    );
  }
}

function signed(command: Command, description: string): Command {
  return command
    .description(description)
    .requiredOption('--by <name>', 'who decided')
    .option('--course <organisation>', 'which course, if the database holds several');
}

function reasoned(command: Command, description: string): Command {
  return signed(command, description).requiredOption('--reason <text>', 'why; the student reads it');
}

function pointsOf(text: string): number | null {
  const points = readPoints(text);
  if (points === undefined) throw new InvalidArgumentError('not points');
  return points;
}

function durationOf(text: string): number {
  const by = readExtension(text);
  if (by === undefined) throw new InvalidArgumentError('not a duration up to 365d');
  return by;
}

async function decide(io: Io, name: string, { course }: Common, make: (found: InForce) => Decision): Promise<void> {
  await withCourse(io, `grades ${name}`, course, async (store, found, now) => {
    const decision = make(found);
    if ('problem' in decision) {
      io.err(`practicum grades ${name}: ${decision.problem}\n`);
      return io.exit(2);
    }
    const { organisation } = found.record;
    const count = (await store.gradeActs(organisation)).length;
    const act = { ...decision.act, id: `command/${String(count).padStart(6, '0')}`, at: now } as GradeAct;
    if (await recordDecision(store, organisation, act, now)) return io.out(`${decision.said}\n`);
    io.err(`practicum grades ${name}: somebody else decided at the same moment: check the result, then try again\n`);
    io.exit(1);
  });
}
