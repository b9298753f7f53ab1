// `/appeal REQUEST reason` in a student's repository: the student asks for a second look.
import { appealMarker, describeAppealed, describeUnappealed } from '../../domain/messages/appeal-message.ts';
import { calledRequest, findRequest } from '../../domain/request/request-name.ts';
import { code } from '../../domain/text/escape.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import { longestAppeal, recordAppeal } from '../request/appeal.ts';
import type { StaffCommand } from './authorise-staff.ts';
import { isMember } from './who-may.ts';

const usage = 'Write `/appeal REQUEST reason`, with the name of the request, such as `data validation 2`, or its id.';

export async function appealByComment(ports: FlowPorts, heard: StaffCommand): Promise<void> {
  const { organisation, repository, number, comment, found, words } = heard;
  const { store, clock } = ports;
  const student = await store.studentRepository(organisation, repository);
  if (!student) return;
  const { dataPulls, placements } = ports.github(found.record);
  const say = async (text: string, reaction: '+1' | '-1'): Promise<void> => {
    await placements.react(repository, comment.id, reaction);
    await dataPulls.comment(repository, number, appealMarker(String(comment.id)), text);
  };
  if (!isMember(found, student, comment.login))
    return say(describeUnappealed('Only the students of this repository can appeal.'), '-1');
  const asked = (await store.requests(organisation, repository)).filter(({ state }) => state !== 'planned');
  const meant = findRequest(
    asked.map(({ request }) => request),
    words,
  );
  if (!meant) {
    const known = asked.slice(-10).map(({ request }) => `- ${calledRequest(request)}: ${code(request.id)}`);
    const list = known.length === 0 ? 'Nothing was asked here yet.' : `These were asked:\n\n${known.join('\n')}`;
    return say(describeUnappealed(`${usage} ${list}`), '-1');
  }
  const reason = meant.rest.join(' ');
  if (reason === '') return say(describeUnappealed(`No reason is given. ${usage}`), '-1');
  if (reason.length > longestAppeal)
    return say(describeUnappealed(`The reason is longer than ${longestAppeal} characters.`), '-1');
  const appeal = {
    id: `comment/${comment.id}`,
    at: comment.at.toISOString(),
    by: comment.login,
    reason,
    issue: number,
  };
  const problem = await recordAppeal(store, organisation, meant.request.id, appeal, clock.now());
  if (problem !== undefined) return say(describeUnappealed(problem), '-1');
  await say(describeAppealed(calledRequest(meant.request)), '+1');
}
