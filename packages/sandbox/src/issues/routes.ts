// Routes of issues themselves: open, list, show, change, lock.
import { announceThread, assignable, checkBody, mayTriage, requireTriage, threadOf, viaApp } from './access.ts';
import { presentIssue, presentMilestone } from './present.ts';
import { ensureLabels, nameOfLabel } from './labels.ts';
import { issueArea, threadsOf, type Issue, type Thread } from './records.ts';
import { stamp } from '../world/clock.ts';
import { invalid, refused, unprocessable } from '../world/errors.ts';
import { presentAccount } from '../present/accounts.ts';
import { presentLabel } from '../pulls/present.ts';
import { announcePull, closePull } from '../pulls/announce.ts';
import { created, noContent, ok, paginate, type Reply } from '../http/reply.ts';
import type { Ctx } from '../http/context.ts';
import type { Route } from '../http/route.ts';

const base = '/repos/{owner}/{repo}/issues';
const MAX_TITLE = 256;

export const issueRoutes: Route[] = [
  { method: 'GET', path: base, permission: 'issues:read', handler: list },
  { method: 'POST', path: base, permission: 'issues:write', handler: open },
  {
    method: 'GET',
    path: `${base}/{issue_number}`,
    handler: (ctx) => ok(presentIssue(ctx, ctx.repository, threadOf(ctx, 'read'))),
  },
  { method: 'PATCH', path: `${base}/{issue_number}`, handler: change },
  { method: 'PUT', path: `${base}/{issue_number}/lock`, handler: lock },
  { method: 'DELETE', path: `${base}/{issue_number}/lock`, handler: unlock },
];

function list(ctx: Ctx): Reply {
  const filter = (name: string): string | null => ctx.query.get(name);
  const state = filter('state') ?? 'open';
  const labels = filter('labels')?.toLowerCase().split(',') ?? [];
  const since = filter('since');
  const [creator, assignee, milestone] = [filter('creator'), filter('assignee'), filter('milestone')];
  const login = (id: number): string => ctx.state.account(id).login;
  const found = threadsOf(ctx.state, ctx.repository).filter(({ kind, issue }) => {
    const own = issue.labels.map((label) => label.name.toLowerCase());
    const owner = kind === 'issue' ? issueArea(ctx.state).milestones[issue.milestone ?? 0]?.number : undefined;
    return (
      (state === 'all' || issue.state === state) &&
      labels.every((label) => own.includes(label)) &&
      (since === null || issue.updatedAt >= since) &&
      (creator === null || login(issue.user) === creator) &&
      (assignee === null ||
        assignee === '*' ||
        issue.assignees.some((id) => login(id) === assignee) ||
        (assignee === 'none' && issue.assignees.length === 0)) &&
      (milestone === null || milestone === '*' || String(owner ?? 'none') === milestone)
    );
  });
  const by = filter('sort') === 'updated' ? 'updatedAt' : 'createdAt';
  const sorted = found.toSorted((a, b) => b.issue[by].localeCompare(a.issue[by]) || b.issue.number - a.issue.number);
  return paginate(ctx, filter('direction') === 'asc' ? sorted.toReversed() : sorted, (thread) =>
    presentIssue(ctx, ctx.repository, thread),
  );
}

async function open(ctx: Ctx): Promise<Reply> {
  const { repository, state, body } = ctx;
  if (repository.settings['has_issues'] === false) throw refused('issues-disabled');
  const now = stamp(ctx.clock.now());
  const issue: Issue = {
    id: state.nextId(),
    repository: repository.id,
    number: state.nextNumber(repository),
    title: readTitle(body.title),
    body: readText(body.body),
    state: 'open',
    stateReason: null,
    locked: false,
    lockReason: null,
    user: ctx.caller.id,
    app: viaApp(ctx),
    labels: [],
    assignees: [],
    milestone: null,
    closedBy: null,
    createdAt: now,
    updatedAt: now,
    closedAt: null,
  };
  // Whoever may not triage has these dropped without a word.
  if (mayTriage(ctx)) {
    issue.labels = ensureLabels(ctx, (body.labels ?? []).map(nameOfLabel));
    issue.assignees = (body.assignees ?? (body.assignee ? [body.assignee] : [])).map((login: string) =>
      assigneeId(ctx, login),
    );
    issue.milestone = milestoneId(ctx, body.milestone ?? null);
  }
  issueArea(state).issues[issue.id] = issue;
  const thread: Thread = { kind: 'issue', issue };
  await announceThread(ctx, thread, 'opened');
  for (const label of issue.labels)
    await announceThread(ctx, thread, 'labeled', { label: presentLabel(ctx, repository, label) });
  for (const id of issue.assignees)
    await announceThread(ctx, thread, 'assigned', { assignee: presentAccount(ctx, ctx.state.account(id)) });
  return created(presentIssue(ctx, repository, thread));
}

async function change(ctx: Ctx): Promise<Reply> {
  const thread = threadOf(ctx, 'write');
  const { issue } = thread;
  const { body } = ctx;
  if (issue.user !== ctx.caller.id) requireTriage(ctx);
  const changes: Record<string, { from: unknown }> = {};
  if (body.title !== undefined && body.title !== issue.title) {
    changes['title'] = { from: issue.title };
    issue.title = readTitle(body.title);
  }
  if (body.body !== undefined && body.body !== issue.body) {
    changes['body'] = { from: issue.body };
    issue.body = readText(body.body);
  }
  if (body.labels !== undefined) issue.labels = ensureLabels(ctx, body.labels.map(nameOfLabel));
  if (body.assignees !== undefined) issue.assignees = body.assignees.map((login: string) => assigneeId(ctx, login));
  issue.updatedAt = stamp(ctx.clock.now());
  if (thread.kind === 'issue' && body.milestone !== undefined) await setMilestone(ctx, thread, body.milestone);
  if (Object.keys(changes).length > 0) await announceThread(ctx, thread, 'edited', { changes });
  if (body.state !== undefined && body.state !== issue.state) await setState(ctx, thread, body.state);
  return ok(presentIssue(ctx, ctx.repository, thread));
}

async function setMilestone(ctx: Ctx, thread: Thread & { kind: 'issue' }, number: number | null): Promise<void> {
  const { milestones } = issueArea(ctx.state);
  const before = thread.issue.milestone === null ? undefined : milestones[thread.issue.milestone];
  thread.issue.milestone = milestoneId(ctx, number);
  const after = thread.issue.milestone === null ? undefined : milestones[thread.issue.milestone];
  if (before === after) return;
  for (const [milestone, action] of [[before, 'demilestoned'] as const, [after, 'milestoned'] as const])
    if (milestone)
      await announceThread(ctx, thread, action, { milestone: presentMilestone(ctx, ctx.repository, milestone) });
}

async function setState(ctx: Ctx, thread: Thread, state: unknown): Promise<void> {
  if (state !== 'open' && state !== 'closed') throw invalid('Issue', 'state', 'invalid');
  if (thread.kind === 'pull') {
    if (state === 'closed') closePull(ctx, thread.issue, ctx.actor);
    else if (thread.issue.mergedAt === null) Object.assign(thread.issue, { state: 'open', closedAt: null });
    else throw invalid('PullRequest', 'state', 'invalid');
    return announcePull(ctx, ctx.repository, thread.issue, state === 'closed' ? 'closed' : 'reopened', ctx.actor);
  }
  const { issue } = thread;
  issue.state = state;
  issue.closedAt = state === 'closed' ? stamp(ctx.clock.now()) : null;
  issue.closedBy = state === 'closed' ? ctx.caller.id : null;
  issue.stateReason = state === 'open' ? 'reopened' : (ctx.body.state_reason ?? 'completed');
  await announceThread(ctx, thread, state === 'closed' ? 'closed' : 'reopened');
}

async function lock(ctx: Ctx): Promise<Reply> {
  const thread = threadOf(ctx, 'write');
  requireTriage(ctx);
  const reason = ctx.body.lock_reason ?? null;
  if (reason !== null && !['off-topic', 'too heated', 'resolved', 'spam'].includes(reason))
    throw invalid('Issue', 'lock_reason', 'invalid');
  thread.issue.locked = true;
  if (thread.kind === 'issue') thread.issue.lockReason = reason;
  await announceThread(ctx, thread, 'locked');
  return noContent();
}

async function unlock(ctx: Ctx): Promise<Reply> {
  const thread = threadOf(ctx, 'write');
  requireTriage(ctx);
  thread.issue.locked = false;
  if (thread.kind === 'issue') thread.issue.lockReason = null;
  await announceThread(ctx, thread, 'unlocked');
  return noContent();
}

function readTitle(title: unknown): string {
  if (title === undefined || title === null || String(title).trim() === '')
    throw invalid('Issue', 'title', 'missing_field');
  if ([...String(title)].length > MAX_TITLE)
    throw unprocessable('Validation Failed', [
      {
        resource: 'Issue',
        field: 'title',
        code: 'custom',
        message: `title is too long (maximum is ${MAX_TITLE} characters)`,
      },
    ]);
  return String(title);
}

function readText(body: unknown): string | null {
  if (body === undefined || body === null) return null;
  checkBody(String(body), 'Issue');
  return String(body);
}

function assigneeId(ctx: Ctx, login: string): number {
  const account = assignable(ctx, login);
  if (!account) throw invalid('Issue', 'assignees', 'invalid');
  return account.id;
}

function milestoneId(ctx: Ctx, number: number | null): number | null {
  if (number === null) return null;
  const found = Object.values(issueArea(ctx.state).milestones).find(
    (milestone) => milestone.repository === ctx.repository.id && milestone.number === number,
  );
  if (!found) throw invalid('Issue', 'milestone', 'invalid');
  return found.id;
}
