// Somebody wrote a comment: each command in it goes to the flow that carries it out.
import { findCommands, type CommandName } from '../../domain/comment/comment-command.ts';
import type { Outside } from '../../ports/outside.ts';
import { extendByComment } from './extend-by-comment.ts';
import type { StaffCommand, RepositoryComment } from './authorise-staff.ts';
import { inForce } from '../course/in-force.ts';
import { placeByComment, unplaceByComment } from './place-by-comment.ts';
import { requestByComment } from './request-by-comment.ts';

const commands: Readonly<Record<CommandName, (outside: Outside, heard: StaffCommand) => Promise<void>>> = {
  extend: extendByComment,
  request: requestByComment,
  place: placeByComment,
  unplace: unplaceByComment,
};

export async function followComment(outside: Outside, said: RepositoryComment): Promise<void> {
  const wanted = findCommands(said.comment.body);
  const found = wanted.length > 0 ? await inForce(outside.store, said.organisation) : undefined;
  if (!found) return;
  for (const { name, words } of wanted) await commands[name](outside, { ...said, found, words });
}
