// What a pull request has beyond an issue, as GraphQL nodes: its branches, commits, files, reviews, and whether it may be merged.
import type { GraphQLSchema } from 'graphql';
import { senderOf } from '../world/actor.ts';
import { openGit } from '../world/open-git.ts';
import type { Repository } from '../world/records.ts';
import { diffFiles } from '../git/diff-files.ts';
import { factsOf } from '../pulls/facts.ts';
import { associationOf } from '../pulls/present.ts';
import { pullArea, type Pull, type Review } from '../pulls/records.ts';
import { approvalsOf, reviewsNeeded } from '../pulls/required-reviews.ts';
import { nodeId } from '../present/accounts.ts';
import type { Ctx } from '../http/context.ts';
import { rollupNode, rollupState } from './check-nodes.ts';
import { connect, type Arguments } from './connection.ts';
import { addFields, type Row } from './fields.ts';
import { commitNode, refByName } from './git-nodes.ts';
import { accountNode, repositoryNode } from './nodes.ts';
import { pullOf, reactionGroups } from './thread-nodes.ts';
import { teamNode } from './team-nodes.ts';

type Of = { repository: Repository; pull: Pull };

export function addPulls(schema: GraphQLSchema): void {
  const of = (ctx: Ctx, row: Row): Of => {
    const { repository, thread } = pullOf(ctx, row);
    return { repository, pull: thread.issue as Pull };
  };
  addFields(schema, 'PullRequest', of, { ...gitFields, ...reviewFields });
}

const fact =
  (name: 'additions' | 'deletions' | 'files') =>
  async (ctx: Ctx, { repository, pull }: Of) =>
    (await factsOf(ctx, repository, pull))[name];

const gitFields = {
  additions: fact('additions'),
  deletions: fact('deletions'),
  changedFiles: fact('files'),
  // Never on: enabling it is refused.
  autoMergeRequest: () => null,
  baseRef: (ctx: Ctx, { repository, pull }: Of) => refByName(ctx, repository, `refs/heads/${pull.base.ref}`),
  headRef: (ctx: Ctx, { repository, pull }: Of) => refByName(ctx, repository, `refs/heads/${pull.head.ref}`),
  headRepository: (ctx: Ctx, { repository }: Of) => repositoryNode(ctx, repository),
  headRepositoryOwner: (ctx: Ctx, { repository }: Of) => accountNode(ctx, ctx.state.account(repository.owner)),
  isCrossRepository: () => false,
  maintainerCanModify: () => false,
  commits: async (ctx: Ctx, { repository, pull }: Of, args: Arguments) => {
    const git = openGit(ctx, repository);
    const list = (await git.commitsOf(pull.head.sha, [pull.base.sha])).toReversed();
    return connect(list, args, async (oid) => ({
      id: nodeId('PullRequestCommit', `${pull.id}:${oid}`),
      commit: commitNode(ctx, repository, await git.commit(oid)),
    }));
  },
  files: async (ctx: Ctx, { repository, pull }: Of, args: Arguments) => {
    const git = openGit(ctx, repository);
    const start = (await git.mergeBase(pull.base.sha, pull.head.sha)) ?? pull.base.sha;
    return connect(await diffFiles(git, start, pull.head.sha), args, (file) => ({
      additions: file.additions,
      deletions: file.deletions,
      path: file.path,
      changeType: file.status === 'removed' ? 'DELETED' : file.status.toUpperCase(),
    }));
  },
  potentialMergeCommit: async (ctx: Ctx, { repository, pull }: Of) => {
    const { mergeSha } = await factsOf(ctx, repository, pull);
    return mergeSha === null ? null : commitNode(ctx, repository, await openGit(ctx, repository).commit(mergeSha));
  },
  statusCheckRollup: (ctx: Ctx, { repository, pull }: Of) => rollupNode(ctx, repository, pull.head.sha),
};

const reviewFields = {
  latestReviews: (ctx: Ctx, { repository, pull }: Of, args: Arguments) => {
    const latest = new Map(reviewsOf(ctx, pull).map((review) => [review.user, review]));
    return connect([...latest.values()], args, (review) => reviewNode(ctx, repository, pull, review));
  },
  mergedBy: (ctx: Ctx, { pull }: Of) =>
    pull.mergedBy === null ? null : accountNode(ctx, ctx.state.account(pull.mergedBy)),
  mergeStateStatus: (ctx: Ctx, of: Of) => mergeState(ctx, of),
  reviewDecision: (ctx: Ctx, { repository, pull }: Of) => decision(ctx, repository, pull),
  reviewRequests: (ctx: Ctx, { pull }: Of, args: Arguments) => {
    const asked = [
      ...pull.reviewers.map((id) => ({ id, node: () => accountNode(ctx, ctx.state.account(id)) })),
      ...pull.teamReviewers.flatMap((id) => {
        const team = ctx.state.store.teams[id];
        return team ? [{ id, node: () => teamNode(ctx, team) }] : [];
      }),
    ];
    return connect(asked, args, ({ id, node }) => ({
      id: nodeId('ReviewRequest', `${pull.id}:${id}`),
      requestedReviewer: node(),
    }));
  },
  reviews: (ctx: Ctx, { repository, pull }: Of, { states, ...args }: Arguments & { states?: string[] | null }) => {
    const rows = reviewsOf(ctx, pull).filter((review) => !states || states.includes(review.state));
    return connect(rows, args, (review) => reviewNode(ctx, repository, pull, review));
  },
};

/** One that is not sent yet is seen by its author alone. */
function reviewsOf(ctx: Ctx, pull: Pull): Review[] {
  const viewer = senderOf(ctx.actor)?.id;
  return Object.values(pullArea(ctx.state).reviews).filter(
    (review) => review.pull === pull.id && (review.state !== 'PENDING' || review.user === viewer),
  );
}

export function reviewNode(ctx: Ctx, repository: Repository, pull: Pull, review: Review): Row {
  const page = `${ctx.url}/${ctx.state.fullName(repository)}/pull/${pull.number}`;
  return {
    __typename: 'PullRequestReview',
    id: nodeId('PullRequestReview', review.id),
    author: () => accountNode(ctx, ctx.state.account(review.user)),
    authorAssociation: associationOf(ctx, repository, review.user),
    body: review.body,
    createdAt: review.submittedAt,
    updatedAt: review.submittedAt,
    submittedAt: review.state === 'PENDING' ? null : review.submittedAt,
    state: review.state,
    commit: async () => commitNode(ctx, repository, await openGit(ctx, repository).commit(review.commit)),
    reactionGroups: () => reactionGroups(ctx, `review:${review.id}`),
    url: `${page}#pullrequestreview-${review.id}`,
    viewerDidAuthor: senderOf(ctx.actor)?.id === review.user,
  };
}

/** Null where the branch asks for no review and nobody gave one that counts. */
function decision(ctx: Ctx, repository: Repository, pull: Pull): string | null {
  const last = new Map<number, string>();
  for (const { user, state } of reviewsOf(ctx, pull))
    if (state === 'APPROVED' || state === 'CHANGES_REQUESTED') last.set(user, state);
  if ([...last.values()].includes('CHANGES_REQUESTED')) return 'CHANGES_REQUESTED';
  const needed = reviewsNeeded(ctx, repository, pull.base.ref, { kind: 'anonymous' });
  if (needed === 0) return null;
  return approvalsOf(ctx, repository, pull) >= needed ? 'APPROVED' : 'REVIEW_REQUIRED';
}

async function mergeState(ctx: Ctx, { repository, pull }: Of): Promise<string> {
  if (pull.state !== 'open') return 'UNKNOWN';
  if (!(await factsOf(ctx, repository, pull)).mergeable) return 'DIRTY';
  if (pull.draft) return 'DRAFT';
  if (approvalsOf(ctx, repository, pull) < reviewsNeeded(ctx, repository, pull.base.ref, ctx.actor)) return 'BLOCKED';
  const checks = rollupState(ctx, repository, pull.head.sha);
  return checks === null || checks === 'SUCCESS' ? 'CLEAN' : 'UNSTABLE';
}
