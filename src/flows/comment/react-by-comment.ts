// `/reaction` on a pull request of the course: the staff has seen the price, and the class is looked at.
import { readReactionComment } from '../../domain/comment/read-reaction-comment.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import { startReactionJob } from '../reaction/start-reaction.ts';
import { authoriseStaff, type StaffCommand } from './authorise-staff.ts';

export async function reactByComment(ports: FlowPorts, heard: StaffCommand): Promise<void> {
  const { organisation, repository, number, onPull, comment, found, words } = heard;
  const { record } = found;
  // In a student's repository nobody is told that there is such a thing.
  if (!onPull || repository !== record.repository) return;
  const refusal = 'Only people who may write to the course repository can start a reaction.';
  const staff = await authoriseStaff(ports, heard, { marker: `<!-- practicum-reaction ${comment.id} -->`, refusal });
  if (!staff) return;
  const { placements } = ports.github(record);
  const asked = readReactionComment(
    words,
    found.challenges.map(({ name }) => name),
  );
  if ('problem' in asked) return staff.answer(asked.problem);
  const commit = await placements.pullHead(repository, number);
  if (commit === undefined)
    return staff.answer('This pull request comes from another repository: nothing of it is run. Push its branch here.');
  await ports.store.enqueue([startReactionJob({ organisation, commit, pull: number, ...asked }, ports.clock.now())]);
  await placements.react(repository, comment.id, '+1');
}
