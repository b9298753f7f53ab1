// `/drill now` in an issue or a pull request: the staff begins a drill. In the course repository it says whose.
import { readDrillCommand } from '../../domain/comment/read-drill.ts';
import { describeUndrilled, drillMarker } from '../../domain/messages/drill-message.ts';
import { plain } from '../../domain/text/escape.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import { beginByHand } from '../drill/begin-drill.ts';
import { drillSite } from '../drill/drill-site.ts';
import { drillJob } from '../jobs/queue-practice.ts';
import { authoriseStaff, type StaffCommand } from './authorise-staff.ts';

export async function drillByComment(ports: FlowPorts, heard: StaffCommand): Promise<void> {
  const { organisation, comment, found, words } = heard;
  const { store, clock } = ports;
  const refusal = describeUndrilled('Only people who may write to the course repository can start one.');
  const staff = await authoriseStaff(ports, heard, { marker: drillMarker(comment.id), refusal });
  if (!staff) return;
  const { student, answer } = staff;
  const wanted = readDrillCommand(words, found);
  if ('problem' in wanted) return answer(describeUndrilled(wanted.problem));
  const owner = wanted.owner ?? student?.owner;
  if (owner === undefined) return answer(describeUndrilled('Nobody is named: write a login or a group.'));
  if (student && owner !== student.owner)
    return answer(describeUndrilled('This repository is of somebody else: start it from the course repository.'));
  const filter = student ? { repository: student.name } : { owner };
  const sent = await store.shipments(organisation, filter);
  const places = new Map(sent.map(({ shipment }) => [shipment.challenge, shipment.repository]));
  const drilled = found.challenges.filter(({ name, drills }) => drills && places.has(name)).map(({ name }) => name);
  const challenge = wanted.challenge ?? (drilled.length === 1 ? drilled[0] : undefined);
  if (challenge === undefined) {
    const why = drilled.length === 0 ? 'No challenge here announces `drills`.' : 'No challenge is named.';
    return answer(describeUndrilled(why));
  }
  const repository = places.get(challenge);
  if (repository === undefined)
    return answer(describeUndrilled(`${plain(owner)} has nothing of ${plain(challenge)} yet.`));
  const place = { organisation, repository, challenge };
  const site = await drillSite(ports, place);
  if (!site) return answer(describeUndrilled('The repository is not ready yet.'));
  const occasion = `comment/${comment.id}`;
  const begun = await beginByHand(ports, site, { ...(wanted.kind ? { kind: wanted.kind } : {}), occasion });
  if ('problem' in begun) return answer(describeUndrilled(begun.problem));
  await store.enqueue([drillJob(place, owner, clock.now())]);
  const counts = begun.practice ? ' It is for practice: the number that the challenge announces is used up.' : '';
  await answer(`An incident begins for **${plain(owner)}** in ${plain(challenge)}.${counts}`);
}
