// The thread that a path names, who may touch it, and the events that tell of changes to it.
import { requireRepository, roleAtLeast, roleOf } from '../world/access.ts';
import { forbidden, notFound, Refusal, refused, unprocessable } from '../world/errors.ts';
import { presentIssue } from './present.ts';
import { findThread, issueArea, type Comment, type Thread } from './records.ts';
import { announcePull } from '../pulls/announce.ts';
import type { Account, Level, Repository } from '../world/records.ts';
import type { Ctx } from '../http/context.ts';

const MAX_BODY = 65_536;

/** The issue or pull request of `{issue_number}`. An app may act on a pull request with either permission. */
export function threadOf(ctx: Ctx, level: Level): Thread {
  const thread = findThread(ctx.state, ctx.repository, Number(ctx.params['issue_number']));
  requireThread(ctx, thread, level);
  if (thread) return thread;
  const deleted = issueArea(ctx.state).deleted?.[`${ctx.repository.id}/${ctx.params['issue_number']}`];
  throw deleted ? new Refusal(410, 'This issue was deleted') : notFound();
}

export function canReadIssues({ state, actor }: Pick<Ctx, 'state' | 'actor'>, repository: Repository): boolean {
  try {
    requireRepository(state, actor, repository, { permission: 'issues', level: 'read' });
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

function requireThread(ctx: Ctx, thread: Thread | undefined, level: Level): void {
  const issues = { permission: 'issues', level };
  if (thread?.kind !== 'pull') return requireRepository(ctx.state, ctx.actor, ctx.repository, issues);
  try {
    requireRepository(ctx.state, ctx.actor, ctx.repository, { permission: 'pull_requests', level });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    requireRepository(ctx.state, ctx.actor, ctx.repository, issues);
  }
}

/** The comment of `{comment_id}`, and the thread it stands in. */
export function commentOf(ctx: Ctx, level: Level): { comment: Comment; thread: Thread } {
  const comment = issueArea(ctx.state).comments[Number(ctx.params['comment_id'])];
  const thread =
    comment && comment.repository === ctx.repository.id
      ? findThread(ctx.state, ctx.repository, comment.number)
      : undefined;
  requireThread(ctx, thread, level);
  if (!comment || !thread) throw notFound();
  return { comment, thread };
}

/** Whether the caller may do more than an ordinary reader: label, assign, close what others opened. */
export function mayTriage(ctx: Ctx): boolean {
  if (ctx.actor.kind === 'installation') return true;
  return ctx.actor.kind === 'user' && roleAtLeast(roleOf(ctx.state, ctx.actor.account.id, ctx.repository), 'triage');
}

export function requireTriage(ctx: Ctx): void {
  if (!mayTriage(ctx)) throw forbidden('Must have admin rights to Repository.');
}

/** The app behind the caller, for `performed_via_github_app`. */
export function viaApp(ctx: Ctx): number | null {
  return ctx.actor.kind === 'installation' ? ctx.actor.app.id : null;
}

export function readBody(ctx: Ctx, resource: string): string {
  const { body } = ctx.body;
  if (typeof body !== 'string' || body.trim() === '')
    throw unprocessable('Validation Failed', [{ resource, field: 'body', code: 'missing_field' }]);
  checkBody(body, resource);
  return body;
}

export function checkBody(body: string, resource: string): void {
  if ([...body].length <= MAX_BODY) return;
  if (resource === 'IssueComment') throw refused('comment-too-long');
  throw unprocessable('Validation Failed', [
    { resource, field: 'body', code: 'unprocessable', message: `body is too long (maximum is ${MAX_BODY} characters)` },
  ]);
}

/** `issues.ACTION`, or `pull_request.ACTION` for a pull request. */
export async function announceThread(
  ctx: Ctx,
  thread: Thread,
  action: string,
  more: Record<string, unknown> = {},
): Promise<void> {
  if (thread.kind === 'pull') return announcePull(ctx, ctx.repository, thread.issue, action, ctx.actor, more);
  ctx.emit({
    event: 'issues',
    action,
    payload: { issue: presentIssue(ctx, ctx.repository, thread), ...more },
    sender: ctx.caller,
    repository: ctx.repository,
    actor: ctx.actor,
  });
}

/** People who can be assigned: those who can read a private repository's issues. */
export function assignable(ctx: Ctx, login: string): Account | undefined {
  const account = ctx.state.accountByLogin(login);
  return account && account.type !== 'Organization' && roleOf(ctx.state, account.id, ctx.repository) !== null
    ? account
    : undefined;
}
