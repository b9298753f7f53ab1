// The check run "reaction" on the commit of the pull request.
import { describeReaction, reactionName, type ReactionWords } from '../../domain/messages/reaction-message.ts';
import type { Reaction } from '../../domain/reaction/reaction.ts';
import type { Outside } from '../../ports/outside.ts';
import type { InForce } from '../course/in-force.ts';

export async function showReaction(outside: Outside, found: InForce, reaction: Reaction): Promise<void> {
  const { quality } = found.challenges.find(({ name }) => name === reaction.challenge) ?? {};
  await showWords(outside, found, reaction, describeReaction(reaction, quality?.metric));
}

export async function showWords(
  outside: Outside,
  { record }: InForce,
  { commit, pull }: Pick<Reaction, 'commit' | 'pull'>,
  words: ReactionWords,
): Promise<void> {
  const { checkRuns } = outside.github(record);
  const check = { name: reactionName, headSha: commit, externalId: `${reactionName}:${pull}` };
  await checkRuns.publish(record.repository, { ...check, actions: [], ...words });
}
