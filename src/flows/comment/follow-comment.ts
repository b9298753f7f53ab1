// Somebody wrote a comment: each command in it goes to the flow that carries it out.
import { findCommands, findUnknown, type CommandName } from '../../domain/comment/comment-command.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import { appealByComment } from './appeal-by-comment.ts';
import { drillByComment } from './drill-by-comment.ts';
import { extendByComment } from './extend-by-comment.ts';
import type { StaffCommand, RepositoryComment } from './authorise-staff.ts';
import { helpByComment, refuseUnknown } from './help-by-comment.ts';
import { inForce } from '../course/in-force.ts';
import { maintainByComment } from './maintain-by-comment.ts';
import { placeByComment, unplaceByComment } from './place-by-comment.ts';
import { reactByComment } from './react-by-comment.ts';
import { requestByComment } from './request-by-comment.ts';

const commands: Readonly<Record<CommandName, (ports: FlowPorts, heard: StaffCommand) => Promise<void>>> = {
  extend: extendByComment,
  request: requestByComment,
  appeal: appealByComment,
  place: placeByComment,
  unplace: unplaceByComment,
  drill: drillByComment,
  maintenance: maintainByComment,
  reaction: reactByComment,
  help: helpByComment,
};

export async function followComment(ports: FlowPorts, said: RepositoryComment): Promise<void> {
  const wanted = findCommands(said.comment.body);
  const unknown = findUnknown(said.comment.body);
  if (wanted.length === 0 && !unknown) return;
  const found = await inForce(ports.store, said.organisation);
  if (!found) return;
  for (const { name, words } of wanted) await commands[name](ports, { ...said, found, words });
  if (unknown) await refuseUnknown(ports, { ...said, found }, unknown);
}
