// Reviews of pull requests: reviews, comments on lines, requested reviewers.
import { stamp } from '../world/clock.ts';
import { notFound, unprocessable } from '../world/errors.ts';
import { announcePull } from '../pulls/announce.ts';
import { presentPull, presentPullFull, presentReview, presentReviewComment } from '../pulls/present.ts';
import { pullArea, type Review, type ReviewComment } from '../pulls/records.ts';
import { presentAccount, presentTeam } from '../present/accounts.ts';
import { created, ok, paginate, type Reply } from '../http/reply.ts';
import type { Ctx } from '../http/context.ts';
import type { Route } from '../http/route.ts';
import { pullOf } from './pulls.ts';

const states = { APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' } as const;

function createReview(ctx: Ctx): Reply {
  const pull = pullOf(ctx);
  const event = ctx.body.event as keyof typeof states | undefined;
  const state = event === undefined ? 'PENDING' : states[event];
  if (state === undefined) throw unprocessable('Variable $event is not valid');
  if (pull.user === ctx.caller.id && (event === 'APPROVE' || event === 'REQUEST_CHANGES')) {
    throw unprocessable('Unprocessable Entity', [
      `Can not ${event === 'APPROVE' ? 'approve' : 'request changes on'} your own pull request`,
    ]);
  }
  if (event !== 'APPROVE' && event !== undefined && !ctx.body.body)
    throw unprocessable('Unprocessable Entity', ['Body is required']);
  const review: Review = {
    id: ctx.state.nextId(),
    pull: pull.id,
    user: ctx.caller.id,
    body: ctx.body.body ?? '',
    state,
    commit: ctx.body.commit_id ?? pull.head.sha,
    submittedAt: stamp(ctx.clock.now()),
  };
  pullArea(ctx.state).reviews[review.id] = review;
  pull.reviewers = pull.reviewers.filter((id) => id !== review.user);
  for (const comment of ctx.body.comments ?? []) addComment(ctx, { ...comment, commit_id: review.commit }, review.id);
  const shown = presentReview(ctx, ctx.repository, pull, review);
  const payload = {
    review: { ...shown, state: review.state.toLowerCase() },
    pull_request: presentPull(ctx, ctx.repository, pull),
  };
  if (state !== 'PENDING') {
    ctx.emit({
      event: 'pull_request_review',
      action: 'submitted',
      payload,
      repository: ctx.repository,
      sender: ctx.caller,
      actor: ctx.actor,
    });
  }
  return ok(shown);
}

type Stated = {
  body?: unknown;
  path?: unknown;
  line?: unknown;
  side?: unknown;
  commit_id?: unknown;
  in_reply_to?: unknown;
};

function addComment(ctx: Ctx, stated: Stated, review: number | null): ReviewComment {
  const pull = pullOf(ctx);
  const parent =
    stated.in_reply_to === undefined ? undefined : pullArea(ctx.state).comments[Number(stated.in_reply_to)];
  const path = parent?.path ?? stated.path;
  if (typeof stated.body !== 'string' || typeof path !== 'string') throw unprocessable('Validation Failed');
  const now = stamp(ctx.clock.now());
  const comment: ReviewComment = {
    id: ctx.state.nextId(),
    pull: pull.id,
    review,
    user: ctx.caller.id,
    body: stated.body,
    path,
    line: parent?.line ?? (typeof stated.line === 'number' ? stated.line : null),
    side: typeof stated.side === 'string' ? stated.side : 'RIGHT',
    commit: typeof stated.commit_id === 'string' ? stated.commit_id : pull.head.sha,
    replyTo: parent?.id ?? null,
    createdAt: now,
    updatedAt: now,
  };
  pullArea(ctx.state).comments[comment.id] = comment;
  const payload = {
    comment: presentReviewComment(ctx, ctx.repository, pull, comment),
    pull_request: presentPull(ctx, ctx.repository, pull),
  };
  ctx.emit({
    event: 'pull_request_review_comment',
    action: 'created',
    payload,
    repository: ctx.repository,
    sender: ctx.caller,
    actor: ctx.actor,
  });
  return comment;
}

function createComment(ctx: Ctx): Reply {
  return created(presentReviewComment(ctx, ctx.repository, pullOf(ctx), addComment(ctx, ctx.body, null)));
}

function listOf<T extends { pull: number }>(ctx: Ctx, rows: Record<number, T>, present: (row: T) => unknown): Reply {
  const pull = pullOf(ctx);
  const mine = Object.values(rows).filter((row) => row.pull === pull.id);
  return paginate(ctx, mine, present);
}

async function request(ctx: Ctx): Promise<Reply> {
  const pull = pullOf(ctx);
  for (const login of ctx.body.reviewers ?? []) {
    const account = ctx.state.accountByLogin(String(login));
    if (!account) throw unprocessable('Reviews may only be requested from collaborators.');
    if (account.id === pull.user) throw unprocessable('Review cannot be requested from pull request author.');
    if (!pull.reviewers.includes(account.id)) pull.reviewers.push(account.id);
    await announcePull(ctx, ctx.repository, pull, 'review_requested', ctx.actor, {
      requested_reviewer: presentAccount(ctx, account),
    });
  }
  for (const slug of ctx.body.team_reviewers ?? []) {
    const team = ctx.state.teamBySlug(ctx.repository.owner, String(slug));
    if (!team) throw unprocessable('Could not resolve to a node with the global id.');
    if (!pull.teamReviewers.includes(team.id)) pull.teamReviewers.push(team.id);
    await announcePull(ctx, ctx.repository, pull, 'review_requested', ctx.actor, {
      requested_team: presentTeam(ctx, team),
    });
  }
  return created(presentPull(ctx, ctx.repository, pull));
}

async function withdraw(ctx: Ctx): Promise<Reply> {
  const pull = pullOf(ctx);
  for (const login of ctx.body.reviewers ?? []) {
    const account = ctx.state.accountByLogin(String(login));
    if (!account || !pull.reviewers.includes(account.id)) continue;
    pull.reviewers = pull.reviewers.filter((id) => id !== account.id);
    await announcePull(ctx, ctx.repository, pull, 'review_request_removed', ctx.actor, {
      requested_reviewer: presentAccount(ctx, account),
    });
  }
  return ok(await presentPullFull(ctx, ctx.repository, pull));
}

function requested(ctx: Ctx): Reply {
  const { requested_reviewers: users, requested_teams: teams } = presentPull(ctx, ctx.repository, pullOf(ctx));
  return ok({ users, teams });
}

function readReview(ctx: Ctx): Reply {
  const review = pullArea(ctx.state).reviews[Number(ctx.params.review_id)];
  if (!review) throw notFound();
  return ok(presentReview(ctx, ctx.repository, pullOf(ctx), review));
}

const one = '/repos/{owner}/{repo}/pulls/{pull_number}';
const reading = { method: 'GET', permission: 'pull_requests:read' } as const;
const writing = { method: 'POST', permission: 'pull_requests:write' } as const;
export const routes: Route[] = [
  {
    ...reading,
    path: `${one}/reviews`,
    handler: (ctx) =>
      listOf(ctx, pullArea(ctx.state).reviews, (row) => presentReview(ctx, ctx.repository, pullOf(ctx), row)),
  },
  { ...writing, path: `${one}/reviews`, handler: createReview },
  { ...reading, path: `${one}/reviews/{review_id}`, handler: readReview },
  {
    ...reading,
    path: `${one}/comments`,
    handler: (ctx) =>
      listOf(ctx, pullArea(ctx.state).comments, (row) => presentReviewComment(ctx, ctx.repository, pullOf(ctx), row)),
  },
  { ...writing, path: `${one}/comments`, handler: createComment },
  { ...reading, path: `${one}/requested_reviewers`, handler: requested },
  { ...writing, path: `${one}/requested_reviewers`, handler: request },
  { method: 'DELETE', path: `${one}/requested_reviewers`, permission: 'pull_requests:write', handler: withdraw },
];
