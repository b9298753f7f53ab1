// The check run "reaction" on the commit of the pull request.
import { describeReaction, reactionName, type ReactionWords } from '../../domain/messages/reaction-message.ts';
import type { Reaction } from '../../domain/reaction/reaction.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { InForce } from '../course/in-force.ts';

export async function showReaction(ports: FlowPorts, found: InForce, reaction: Reaction): Promise<void> {
  const { quality } = found.challenges.find(({ name }) => name === reaction.challenge) ?? {};
  await showWords(ports, found, reaction, describeReaction(reaction, quality?.metric));
}

export async function showWords(
  ports: FlowPorts,
  { record }: InForce,
  { commit, pull }: Pick<Reaction, 'commit' | 'pull'>,
  words: ReactionWords,
): Promise<void> {
  const { checkRuns } = ports.github(record);
  const check = { name: reactionName, headSha: commit, externalId: `${reactionName}:${pull}` };
  await checkRuns.publish(record.repository, { ...check, actions: [], ...words });
}
