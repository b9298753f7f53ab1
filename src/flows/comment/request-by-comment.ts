// `/request` in an issue or a pull request: the staff asks now. In a student's repository it is about them; in the course repository it says whom.
import { describeRequested, describeUnasked, requestMarker } from '../../domain/messages/request-message.ts';
import { readRequestComment } from '../../domain/comment/read-request-comment.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import { askByHand } from '../request/ask-by-hand.ts';
import { authoriseStaff, type StaffCommand } from './authorise-staff.ts';

export async function requestByComment(ports: FlowPorts, heard: StaffCommand): Promise<void> {
  const { organisation, repository, comment, found, words } = heard;
  const { store, clock } = ports;
  const refusal = describeUnasked('Only people who may write to the course repository can ask.');
  const staff = await authoriseStaff(ports, heard, { marker: requestMarker(comment.id), refusal });
  if (!staff) return;
  const { student, answer } = staff;
  const wanted = readRequestComment(words, found);
  if ('problem' in wanted) return answer(describeUnasked(wanted.problem));
  const owner = wanted.owner ?? student?.owner;
  if (student && (wanted.all || owner !== student.owner))
    return answer(describeUnasked('This repository is of one student: ask others from the course repository.'));
  if (!wanted.all && owner === undefined) return answer(describeUnasked('Nobody is named: write a login, or `all`.'));
  const here = student ? await store.shipments(organisation, { repository }) : [];
  const names = [
    ...new Set(student ? here.map(({ shipment }) => shipment.challenge) : found.challenges.map(({ name }) => name)),
  ];
  const challenge = wanted.challenge ?? (names.length === 1 ? names[0] : undefined);
  if (challenge === undefined) return answer(describeUnasked('No challenge is named.'));
  const meant = {
    challenge,
    occasion: `comment/${comment.id}`,
    ...(wanted.kind === undefined ? {} : { kind: wanted.kind }),
    ...(wanted.all ? {} : { owners: [owner!] }),
  };
  const asked = await askByHand(store, found, meant, clock.now());
  await answer('problem' in asked ? describeUnasked(asked.problem) : describeRequested(asked));
}
