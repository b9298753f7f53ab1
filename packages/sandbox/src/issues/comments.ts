// Routes of comments and reactions.
import { stamp } from '../world/clock.ts';
import { forbidden, invalid, notFound, refused } from '../world/errors.ts';
import { commentOf, mayTriage, readBody, threadOf, viaApp } from './access.ts';
import { presentComment, presentIssue, presentReaction } from './present.ts';
import {
  commentsOf,
  findThread,
  issueArea,
  reactionContents,
  type Comment,
  type Reaction,
  type Thread,
} from './records.ts';
import { created, noContent, ok, paginate, type Reply } from '../http/reply.ts';
import type { Ctx } from '../http/context.ts';
import type { Route } from '../http/route.ts';

const base = '/repos/{owner}/{repo}/issues';
const one = `${base}/comments/{comment_id}`;

export const commentRoutes: Route[] = [
  { method: 'GET', path: `${base}/comments`, permission: 'issues:read', handler: listAll },
  { method: 'GET', path: `${base}/{issue_number}/comments`, handler: list },
  { method: 'POST', path: `${base}/{issue_number}/comments`, handler: create },
  { method: 'GET', path: one, handler: (ctx) => ok(shown(ctx, commentOf(ctx, 'read').comment)) },
  { method: 'PATCH', path: one, handler: change },
  { method: 'DELETE', path: one, handler: remove },
  {
    method: 'GET',
    path: `${base}/{issue_number}/reactions`,
    handler: (ctx) => listReactions(ctx, onThread(ctx, 'read')),
  },
  { method: 'POST', path: `${base}/{issue_number}/reactions`, handler: (ctx) => react(ctx, onThread(ctx, 'write')) },
  {
    method: 'DELETE',
    path: `${base}/{issue_number}/reactions/{reaction_id}`,
    handler: (ctx) => unreact(ctx, onThread(ctx, 'write')),
  },
  { method: 'GET', path: `${one}/reactions`, handler: (ctx) => listReactions(ctx, onComment(ctx, 'read')) },
  { method: 'POST', path: `${one}/reactions`, handler: (ctx) => react(ctx, onComment(ctx, 'write')) },
  { method: 'DELETE', path: `${one}/reactions/{reaction_id}`, handler: (ctx) => unreact(ctx, onComment(ctx, 'write')) },
];

function shown(ctx: Ctx, comment: Comment): Record<string, unknown> {
  const isPull = findThread(ctx.state, ctx.repository, comment.number)?.kind === 'pull';
  return presentComment(ctx, ctx.repository, comment, isPull);
}

function listAll(ctx: Ctx): Reply {
  const since = ctx.query.get('since') ?? '';
  const all = Object.values(issueArea(ctx.state).comments).filter(
    (comment) => comment.repository === ctx.repository.id && comment.updatedAt >= since,
  );
  return paginate(ctx, ctx.query.get('direction') === 'desc' ? all.toReversed() : all, (comment) =>
    shown(ctx, comment),
  );
}

function list(ctx: Ctx): Reply {
  const since = ctx.query.get('since') ?? '';
  const all = commentsOf(ctx.state, ctx.repository, threadOf(ctx, 'read').issue.number).filter(
    (comment) => comment.updatedAt >= since,
  );
  return paginate(ctx, all, (comment) => shown(ctx, comment));
}

function create(ctx: Ctx): Reply {
  const thread = threadOf(ctx, 'write');
  if (thread.issue.locked && !mayTriage(ctx)) throw refused('issue-locked');
  const now = stamp(ctx.clock.now());
  const comment: Comment = {
    id: ctx.state.nextId(),
    repository: ctx.repository.id,
    number: thread.issue.number,
    user: ctx.caller.id,
    app: viaApp(ctx),
    body: readBody(ctx, 'IssueComment'),
    createdAt: now,
    updatedAt: now,
  };
  issueArea(ctx.state).comments[comment.id] = comment;
  thread.issue.updatedAt = now;
  announce(ctx, thread, comment, 'created');
  return created(shown(ctx, comment));
}

function change(ctx: Ctx): Reply {
  const { comment, thread } = commentOf(ctx, 'write');
  if (comment.user !== ctx.caller.id && !mayTriage(ctx)) throw forbidden('Must have admin rights to Repository.');
  const from = comment.body;
  comment.body = readBody(ctx, 'IssueComment');
  comment.updatedAt = stamp(ctx.clock.now());
  announce(ctx, thread, comment, 'edited', { changes: { body: { from } } });
  return ok(shown(ctx, comment));
}

function remove(ctx: Ctx): Reply {
  const { comment, thread } = commentOf(ctx, 'write');
  if (comment.user !== ctx.caller.id && !mayTriage(ctx)) throw forbidden('Must have admin rights to Repository.');
  delete issueArea(ctx.state).comments[comment.id];
  announce(ctx, thread, comment, 'deleted');
  return noContent();
}

function announce(
  ctx: Ctx,
  thread: Thread,
  comment: Comment,
  action: string,
  more: Record<string, unknown> = {},
): void {
  const { repository } = ctx;
  const payload = {
    issue: presentIssue(ctx, repository, thread),
    comment: presentComment(ctx, repository, comment, thread.kind === 'pull'),
    ...more,
  };
  ctx.emit({ event: 'issue_comment', action, payload, sender: ctx.caller, repository, actor: ctx.actor });
}

function onThread(ctx: Ctx, level: 'read' | 'write'): string {
  return `issue:${threadOf(ctx, level).issue.id}`;
}

function onComment(ctx: Ctx, level: 'read' | 'write'): string {
  return `comment:${commentOf(ctx, level).comment.id}`;
}

function listReactions(ctx: Ctx, on: string): Reply {
  const content = ctx.query.get('content');
  const all = Object.values(issueArea(ctx.state).reactions).filter(
    (reaction) => reaction.on === on && (content === null || reaction.content === content),
  );
  return paginate(ctx, all, (reaction) => presentReaction(ctx, reaction));
}

/** 201 for a new reaction, 200 for one that the caller had given before. */
function react(ctx: Ctx, on: string): Reply {
  const content = ctx.body.content as Reaction['content'];
  if (!reactionContents.includes(content)) throw invalid('Reaction', 'content', 'invalid');
  const { reactions } = issueArea(ctx.state);
  const known = Object.values(reactions).find(
    (reaction) => reaction.on === on && reaction.user === ctx.caller.id && reaction.content === content,
  );
  if (known) return ok(presentReaction(ctx, known));
  const reaction: Reaction = {
    id: ctx.state.nextId(),
    on,
    user: ctx.caller.id,
    content,
    createdAt: stamp(ctx.clock.now()),
  };
  reactions[reaction.id] = reaction;
  return created(presentReaction(ctx, reaction));
}

function unreact(ctx: Ctx, on: string): Reply {
  const { reactions } = issueArea(ctx.state);
  const reaction = reactions[Number(ctx.params['reaction_id'])];
  if (!reaction || reaction.on !== on) throw notFound();
  if (reaction.user !== ctx.caller.id) throw forbidden();
  delete reactions[reaction.id];
  return noContent();
}
