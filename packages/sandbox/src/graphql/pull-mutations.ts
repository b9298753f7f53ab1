// Mutations of pull requests and their reviews.
import { roleAtLeast, roleOf } from '../world/access.ts';
import { stamp } from '../world/clock.ts';
import { factsOf } from '../pulls/facts.ts';
import { announcePull } from '../pulls/announce.ts';
import type { Ctx } from '../http/context.ts';
import { byRest } from './by-rest.ts';
import { fail } from './fail.ts';
import { nodeById } from './find-node.ts';
import { each, loginOf, pathOf, pullOfId, repositoryOfId, teamOf, type Input, type Mutation } from './node-paths.ts';
import { changeThread } from './thread-mutations.ts';

async function changePull(ctx: Ctx, id: string, body: Input): Promise<Record<string, unknown>> {
  await byRest(ctx, 'PATCH', pullOfId(ctx, id).path, body);
  return { pullRequest: await nodeById(ctx, id) };
}

async function setDraft(ctx: Ctx, id: string, draft: boolean): Promise<Record<string, unknown>> {
  const { pull, repository } = pullOfId(ctx, id);
  const { actor } = ctx;
  const isAllowed =
    actor.kind === 'user'
      ? pull.user === actor.account.id || roleAtLeast(roleOf(ctx.state, actor.account.id, repository), 'push')
      : actor.kind === 'installation' && actor.permissions.pull_requests === 'write';
  if (!isAllowed) throw fail('FORBIDDEN', `${ctx.caller.login} does not have permission to change this pull request`);
  if (pull.state === 'open' && pull.draft !== draft) {
    pull.draft = draft;
    pull.updatedAt = stamp(ctx.clock.now());
    await announcePull(ctx, repository, pull, draft ? 'converted_to_draft' : 'ready_for_review', actor);
  }
  return { pullRequest: await nodeById(ctx, id) };
}

export const pullMutations: Record<string, Mutation> = {
  createPullRequest: async (ctx, input) => {
    const repository = repositoryOfId(ctx, input.repositoryId);
    if (input.headRepositoryId && repositoryOfId(ctx, input.headRepositoryId).id !== repository.id)
      throw fail('UNPROCESSABLE', 'The sandbox has no pull requests between repositories.');
    const { title, body, draft, headRefName: head, baseRefName: base } = input;
    const made = await byRest(ctx, 'POST', `${pathOf(ctx, repository)}/pulls`, { title, body, draft, head, base });
    return { pullRequest: await nodeById(ctx, made.node_id) };
  },
  updatePullRequest: async (ctx, { pullRequestId: id, baseRefName, state, title, body, ...standing }) => {
    if (Object.keys(standing).some((name) => name !== 'clientMutationId')) await changeThread(ctx, id, standing);
    return changePull(ctx, id, { title, body, base: baseRefName, state: state?.toLowerCase() });
  },
  closePullRequest: (ctx, { pullRequestId }) => changePull(ctx, pullRequestId, { state: 'closed' }),
  reopenPullRequest: (ctx, { pullRequestId }) => changePull(ctx, pullRequestId, { state: 'open' }),
  mergePullRequest: async (ctx, input) => {
    await byRest(ctx, 'PUT', `${pullOfId(ctx, input.pullRequestId).path}/merge`, {
      merge_method: (input.mergeMethod ?? 'MERGE').toLowerCase(),
      commit_title: input.commitHeadline,
      commit_message: input.commitBody,
      sha: input.expectedHeadOid,
    });
    return { pullRequest: await nodeById(ctx, input.pullRequestId) };
  },
  enablePullRequestAutoMerge: async (ctx, { pullRequestId }) => {
    pullOfId(ctx, pullRequestId);
    throw fail('UNPROCESSABLE', 'Auto merge is not allowed for this repository');
  },
  updatePullRequestBranch: async (ctx, { pullRequestId, expectedHeadOid, updateMethod }) => {
    if (updateMethod === 'REBASE') throw fail('UNPROCESSABLE', 'The sandbox updates a branch by a merge alone.');
    const { pull, repository } = pullOfId(ctx, pullRequestId);
    if (expectedHeadOid && expectedHeadOid !== pull.head.sha)
      throw fail('UNPROCESSABLE', 'expected head sha didn’t match current head ref.');
    if (!(await factsOf(ctx, repository, pull)).mergeable)
      throw fail('UNPROCESSABLE', 'merge conflict between base and head');
    await byRest(ctx, 'POST', `${pathOf(ctx, repository)}/merges`, { base: pull.head.ref, head: pull.base.ref });
    return { pullRequest: await nodeById(ctx, pullRequestId) };
  },
  addPullRequestReview: async (ctx, { pullRequestId, body, event, commitOID }) => {
    const { path } = pullOfId(ctx, pullRequestId);
    const made = await byRest(ctx, 'POST', `${path}/reviews`, { body, event, commit_id: commitOID });
    return { pullRequestReview: await nodeById(ctx, made.node_id) };
  },
  requestReviews: async (ctx, { pullRequestId, userIds, teamIds, union }) => {
    const { path, pull } = pullOfId(ctx, pullRequestId);
    const reviewers = each(ctx, userIds, loginOf) ?? [];
    const teams = each(ctx, teamIds, teamOf) ?? [];
    if (union !== true) {
      const stale = pull.reviewers.map((id) => ctx.state.account(id).login).filter((text) => !reviewers.includes(text));
      if (stale.length > 0) await byRest(ctx, 'DELETE', `${path}/requested_reviewers`, { reviewers: stale });
    }
    await byRest(ctx, 'POST', `${path}/requested_reviewers`, { reviewers, team_reviewers: teams });
    return { pullRequest: await nodeById(ctx, pullRequestId) };
  },
  markPullRequestReadyForReview: (ctx, { pullRequestId }) => setDraft(ctx, pullRequestId, false),
  convertPullRequestToDraft: (ctx, { pullRequestId }) => setDraft(ctx, pullRequestId, true),
};
