// Mutations of issues, their comments and labels.
import type { Ctx } from '../http/context.ts';
import { byRest } from './by-rest.ts';
import { fail } from './fail.ts';
import { nodeById } from './find-node.ts';
import {
  commentPath,
  each,
  labelOf,
  loginOf,
  milestoneOf,
  pathOf,
  repositoryOfId,
  threadPath,
  type Input,
  type Mutation,
} from './node-paths.ts';

/** Labels, people and milestone as REST has them. */
function standing(ctx: Ctx, input: Input): Input {
  return {
    title: input.title,
    body: input.body,
    labels: each(ctx, input.labelIds, labelOf),
    assignees: each(ctx, input.assigneeIds, loginOf),
    milestone: input.milestoneId ? milestoneOf(ctx, input.milestoneId) : undefined,
  };
}

export async function changeThread(ctx: Ctx, id: string, input: Input): Promise<void> {
  await byRest(ctx, 'PATCH', threadPath(ctx, id), { ...standing(ctx, input), state: input.state?.toLowerCase() });
}

async function changeIssue(ctx: Ctx, id: string, body: Input): Promise<Record<string, unknown>> {
  await byRest(ctx, 'PATCH', threadPath(ctx, id), body);
  return { issue: await nodeById(ctx, id) };
}

export const threadMutations: Record<string, Mutation> = {
  createIssue: async (ctx, input) => {
    if (input.projectIds?.length > 0) throw fail('UNPROCESSABLE', 'The sandbox has no classic projects.');
    const repository = repositoryOfId(ctx, input.repositoryId);
    const made = await byRest(ctx, 'POST', `${pathOf(ctx, repository)}/issues`, standing(ctx, input));
    return { issue: await nodeById(ctx, made.node_id) };
  },
  updateIssue: async (ctx, input) => {
    await changeThread(ctx, input.id, input);
    return { issue: await nodeById(ctx, input.id) };
  },
  closeIssue: (ctx, { issueId, stateReason }) =>
    changeIssue(ctx, issueId, { state: 'closed', state_reason: stateReason?.toLowerCase() }),
  reopenIssue: (ctx, { issueId }) => changeIssue(ctx, issueId, { state: 'open' }),
  addComment: async (ctx, { subjectId, body }) => {
    const made = await byRest(ctx, 'POST', `${threadPath(ctx, subjectId)}/comments`, { body });
    const node = await nodeById(ctx, made.node_id);
    return { subject: await nodeById(ctx, subjectId), commentEdge: { cursor: made.node_id, node } };
  },
  updateIssueComment: async (ctx, { id, body }) => {
    await byRest(ctx, 'PATCH', commentPath(ctx, id), { body });
    return { issueComment: await nodeById(ctx, id) };
  },
  deleteIssueComment: async (ctx, { id }) => {
    await byRest(ctx, 'DELETE', commentPath(ctx, id));
    return {};
  },
  lockLockable: async (ctx, { lockableId, lockReason }) => {
    const lock_reason = lockReason?.toLowerCase().replace('off_topic', 'off-topic').replace('_', ' ');
    await byRest(ctx, 'PUT', `${threadPath(ctx, lockableId)}/lock`, { lock_reason });
    return { lockedRecord: await nodeById(ctx, lockableId) };
  },
  unlockLockable: async (ctx, { lockableId }) => {
    await byRest(ctx, 'DELETE', `${threadPath(ctx, lockableId)}/lock`);
    return { unlockedRecord: await nodeById(ctx, lockableId) };
  },
  addLabelsToLabelable: async (ctx, { labelableId, labelIds }) => {
    const labels = each(ctx, labelIds, labelOf);
    await byRest(ctx, 'POST', `${threadPath(ctx, labelableId)}/labels`, { labels });
    return { labelable: await nodeById(ctx, labelableId) };
  },
  removeLabelsFromLabelable: async (ctx, { labelableId, labelIds }) => {
    for (const label of each(ctx, labelIds, labelOf) ?? [])
      await byRest(ctx, 'DELETE', `${threadPath(ctx, labelableId)}/labels/${encodeURIComponent(label)}`);
    return { labelable: await nodeById(ctx, labelableId) };
  },
};
