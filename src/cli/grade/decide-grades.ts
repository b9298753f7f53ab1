// practicum grades override, extend, release, withhold: what people decide about grades, on record with who and why.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../../domain/time/calendar.ts';
import { criteria, type Criterion } from '../../domain/challenge/challenge.ts';
import type { GradeAct } from '../../domain/grade/grade-act.ts';
import { findOwner } from '../../domain/course/find-owner.ts';
import { saidBy } from '../../domain/grade/said-by.ts';
import type { InForce } from '../../flows/course/in-force.ts';
import { recordDecision } from '../../flows/grade/record-decision.ts';
import type { Io } from '../options/command.ts';
import { withCourse } from '../options/one-course.ts';

/** `by` as it goes on record. */
type Common = { course?: string; by: string };
type Given = Omit<Common, 'by'> & { by?: string };
type Reasoned = Common & { reason: string };
type Typed<More> = Given & { reason: string } & More;
/** What is to be recorded, or what is wrong with it in one sentence. */
type Decision = { act: Omit<GradeAct, 'id' | 'at'>; said: string } | { problem: string };

export function decideGrades(group: Command, io: Io): void {
  reasoned(group.command('override'), 'set a grade by hand; the computed one stays beside it')
    .argument('<owner>', 'login or group')
    .argument('<challenge>', 'name of the challenge')
    .argument('<points>', '`none` withdraws an earlier override', readPoints)
    .addOption(new Option('--criterion <name>', 'only this criterion; without it, the total').choices(criteria))
    .action((owner: string, challenge: string, points: number | null, given: Typed<{ criterion?: Criterion }>) =>
      decide(io, 'override', given, (found, options) => override(found, owner, challenge, points, options)),
    );
  reasoned(group.command('extend'), 'give more time, as `/extend` in an issue does')
    .argument('<owner>', 'login or group')
    .argument('<duration>', 'such as 2d or 36h; 0d withdraws an earlier extension', readDuration)
    .option('--challenge <name>', 'only in this challenge')
    .option('--release <name>', 'only of this release; the end of the challenge stays')
    .action((owner: string, by: number, given: Typed<{ challenge?: string; release?: string }>) =>
      decide(io, 'extend', given, (found, options) => extend(found, owner, by, options)),
    );
  for (const [name, open, description] of [
    ['release', true, 'let students see their points, if `grades.release` is manual'],
    ['withhold', false, 'hide the points again'],
  ] as const) {
    signed(group.command(name), description).action((given: Given) =>
      decide(io, name, given, (_, { by }) => ({
        act: { kind: 'gate', open, by },
        said: open ? 'students see their points' : 'points are hidden from students',
      })),
    );
  }
}

function signed(command: Command, description: string): Command {
  return command
    .description(description)
    .option('--by <name>', 'who decided: on record as unverified, beside the account of this terminal')
    .option('--course <organisation>', 'which course, if the database holds several');
}

function reasoned(command: Command, description: string): Command {
  return signed(command, description).requiredOption('--reason <text>', 'why; the student reads it');
}

function readPoints(text: string): number | null {
  if (text === 'none') return null;
  const points = Number(text);
  if (text.trim() === '' || !Number.isFinite(points) || points < 0) throw new InvalidArgumentError('not points');
  return Math.round(points * 100) / 100;
}

function readDuration(text: string): number {
  const by = parseDuration(text);
  if (by === undefined || by > 365 * 86_400_000) throw new InvalidArgumentError('not a duration up to 365d');
  return by;
}

async function decide<Options extends Given>(
  io: Io,
  name: string,
  given: Options,
  make: (found: InForce, options: Options & { by: string }) => Decision,
): Promise<void> {
  await withCourse(io, `grades ${name}`, given.course, async (store, found, now) => {
    const decision = make(found, { ...given, by: saidBy(given.by, io.account) });
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

function override(
  { owners, challenges }: InForce,
  name: string,
  challenge: string,
  points: number | null,
  { criterion, reason, by }: Reasoned & { criterion?: Criterion },
): Decision {
  const owner = findOwner(owners, name)?.slug;
  if (owner === undefined) return { problem: `${name} is not on the roster` };
  const known = challenges.find((one) => one.name === challenge);
  if (!known) return { problem: `there is no challenge ${challenge}` };
  if (criterion !== undefined && !known.score[criterion])
    return { problem: `${challenge} has no points for ${criterion}` };
  const what = criterion === undefined ? {} : { criterion };
  const said = points === null ? 'is as computed again' : `is set to ${points}`;
  return {
    act: { kind: 'override', override: { owner, challenge, ...what, points, reason, by } } as Omit<
      GradeAct,
      'id' | 'at'
    >,
    said: `${criterion ?? 'the total'} of ${owner} in ${challenge} ${said}`,
  };
}

function extend(
  { owners, challenges }: InForce,
  name: string,
  by: number,
  options: Reasoned & { challenge?: string; release?: string },
): Decision {
  const { challenge, release: item, reason, by: grantedBy } = options;
  const owner = findOwner(owners, name)?.slug;
  if (owner === undefined) return { problem: `${name} is not on the roster` };
  const known = challenges.find((one) => one.name === challenge);
  if (challenge !== undefined && !known) return { problem: `there is no challenge ${challenge}` };
  if (item !== undefined && !known?.releases.some((one) => one.name === item))
    return { problem: `name a release of a challenge: ${challenge ?? 'no challenge'} has no ${item}` };
  const extension = { owner, ...(item === undefined ? {} : { item }), by, reason, grantedBy };
  return {
    act: { kind: 'extension', ...(challenge === undefined ? {} : { challenge }), extension } as Omit<
      GradeAct,
      'id' | 'at'
    >,
    said: by === 0 ? `the extension of ${owner} is withdrawn` : `${owner} has more time`,
  };
}
