// `/extend` in an issue or a pull request: the staff gives a student more time.
import type { Challenge } from '../../domain/challenge/challenge.ts';
import type { GradeAct } from '../../domain/grade/grade-act.ts';
import { findOwner } from '../../domain/course/find-owner.ts';
import { code } from '../../domain/text/escape.ts';
import { describeExtension, describeRefusal, extendMarker } from '../../domain/messages/extend-message.ts';
import { readExtend, type ExtendCommand } from '../../domain/comment/read-extend.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { StudentRepository } from '../../ports/records.ts';
import { authoriseStaff, type StaffCommand } from './authorise-staff.ts';
import type { InForce } from '../course/in-force.ts';
import { recordDecision } from '../grade/record-decision.ts';

export async function extendByComment(ports: FlowPorts, heard: StaffCommand): Promise<void> {
  const { organisation, comment, found, words } = heard;
  const refusal = describeRefusal('Only people who may write to the course repository can give more time.');
  const staff = await authoriseStaff(ports, heard, { marker: extendMarker(comment.id), refusal });
  if (!staff) return;
  const command = readExtend(words);
  const granted = 'problem' in command ? command : await resolve(ports, found, staff.student, command);
  if ('problem' in granted) return staff.answer(describeRefusal(granted.problem));
  const { challenge, ...extension } = granted;
  const act: GradeAct = {
    id: `comment/${comment.id}`,
    at: comment.at,
    kind: 'extension',
    ...(challenge === undefined ? {} : { challenge }),
    extension: { ...extension, grantedBy: comment.login },
  };
  await recordDecision(ports.store, organisation, act, ports.clock.now());
  await staff.answer(describeExtension(granted, comment.login));
}

type Granted = Omit<ExtendCommand, 'owner'> & { owner: string };

/** In a student's repository it is about them, and about the challenge that the repository is for. */
async function resolve(
  { store }: FlowPorts,
  { record: { organisation }, owners, challenges }: InForce,
  student: StudentRepository | undefined,
  command: ExtendCommand,
): Promise<Granted | { problem: string }> {
  const named = command.owner === undefined ? undefined : findOwner(owners, command.owner);
  if (command.owner !== undefined && !named)
    return { problem: `${code(command.owner.slice(0, 60))} is not on the roster.` };
  const owner = named?.slug ?? student?.owner;
  if (owner === undefined) return { problem: 'No login is given: write one after `/extend`.' };
  if (student && owner !== student.owner)
    return { problem: 'This repository belongs to somebody else: write it in theirs, or in the course repository.' };
  const here = student ? await store.shipments(organisation, { repository: student.name }) : [];
  const names = [...new Set(here.map(({ shipment }) => shipment.challenge))];
  const challenge = command.challenge ?? (names.length === 1 ? names[0] : undefined);
  const problem = whatIsMissing(challenges, challenge, command.item);
  return problem === undefined ? { ...command, owner, ...(challenge === undefined ? {} : { challenge }) } : { problem };
}

function whatIsMissing(
  challenges: readonly Challenge[],
  challenge: string | undefined,
  item: string | undefined,
): string | undefined {
  const known = challenges.find(({ name }) => name === challenge);
  if (challenge !== undefined && !known) return `There is no challenge ${code(challenge.slice(0, 60))}.`;
  if (item === undefined || known?.releases.some(({ name }) => name === item)) return undefined;
  return `${code(challenge ?? '')} has no release ${code(item.slice(0, 60))}.`;
}
