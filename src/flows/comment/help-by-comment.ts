// `/help`, and commands that there are not: the answer names what this person may use in this place.
import type { CommandName } from '../../domain/comment/comment-command.ts';
import { describeHelp, describeUnknown, helpMarker } from '../../domain/messages/help-message.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { InForce } from '../course/in-force.ts';
import { placedChallenge } from '../placement/place-pipeline.ts';
import type { StaffCommand, RepositoryComment } from './authorise-staff.ts';
import { isMember, isStaff } from './who-may.ts';

export async function helpByComment(ports: FlowPorts, heard: StaffCommand): Promise<void> {
  const { repository, number, comment, found } = heard;
  if (!(await isOurs(ports, heard))) return;
  const commands = await commandsFor(ports, heard);
  await ports
    .github(found.record)
    .dataPulls.comment(repository, number, helpMarker(comment.id), describeHelp(commands));
}

/** A thumb down and one line. Elsewhere than in the course's repositories nobody speaks to us. */
export async function refuseUnknown(
  ports: FlowPorts,
  said: RepositoryComment & { found: InForce },
  unknown: Parameters<typeof describeUnknown>[0],
): Promise<void> {
  if (!(await isOurs(ports, said))) return;
  const { repository, number, comment, found } = said;
  const { dataPulls, placements } = ports.github(found.record);
  await placements.react(repository, comment.id, '-1');
  await dataPulls.comment(repository, number, helpMarker(comment.id), describeUnknown(unknown));
}

async function isOurs(
  { store }: FlowPorts,
  { organisation, repository, found }: RepositoryComment & { found: InForce },
) {
  if (repository === found.record.repository) return true;
  return (await store.studentRepository(organisation, repository)) !== undefined;
}

async function commandsFor(ports: FlowPorts, heard: StaffCommand): Promise<CommandName[]> {
  const { organisation, repository, onPull, comment, found } = heard;
  const { login } = comment;
  const student = await ports.store.studentRepository(organisation, repository);
  const commands: CommandName[] = [];
  const isTheirs = student !== undefined && isMember(found, student, login);
  if (isTheirs) commands.push('appeal');
  if (isTheirs && found.challenges.some(({ endpoint }) => endpoint)) commands.push('maintenance');
  // The commands of the staff ask for the right to write here, as they are carried out.
  if (await ports.github(found.record).staff.mayWrite(found.record.repository, login)) {
    commands.push('extend', 'request');
    if (found.challenges.some(({ drills }) => drills)) commands.push('drill');
    if (onPull && repository === found.record.repository) commands.push('reaction');
  }
  const mayPlace = async (): Promise<boolean> => isTheirs || isStaff(ports, found, login);
  if (onPull && placedChallenge(found, repository) && (await mayPlace())) commands.push('place', 'unplace');
  return [...commands, 'help'];
}
