// Routes of assignees and milestones.
import { stamp } from '../world/clock.ts';
import { invalid, notFound, unprocessable } from '../world/errors.ts';
import { announceThread, assignable, requireTriage, threadOf } from './access.ts';
import { presentIssue, presentMilestone } from './present.ts';
import { issueArea, type Milestone } from './records.ts';
import { presentAccount } from '../present/accounts.ts';
import { roleAtLeast, roleOf } from '../world/access.ts';
import { created, noContent, ok, paginate, type Reply } from '../http/reply.ts';
import type { Ctx } from '../http/context.ts';
import type { Route } from '../http/route.ts';

const base = '/repos/{owner}/{repo}';
const MAX_ASSIGNEES = 10;

export const peopleRoutes: Route[] = [
  { method: 'GET', path: `${base}/assignees`, permission: 'issues:read', handler: listAssignees },
  { method: 'GET', path: `${base}/assignees/{assignee}`, permission: 'issues:read', handler: isAssignable },
  { method: 'POST', path: `${base}/issues/{issue_number}/assignees`, handler: (ctx) => assign(ctx, 'assigned') },
  { method: 'DELETE', path: `${base}/issues/{issue_number}/assignees`, handler: (ctx) => assign(ctx, 'unassigned') },
  { method: 'GET', path: `${base}/milestones`, permission: 'issues:read', handler: listMilestones },
  { method: 'POST', path: `${base}/milestones`, permission: 'issues:write', handler: create },
  {
    method: 'GET',
    path: `${base}/milestones/{milestone_number}`,
    permission: 'issues:read',
    handler: (ctx) => ok(presentMilestone(ctx, ctx.repository, milestoneOf(ctx))),
  },
  { method: 'PATCH', path: `${base}/milestones/{milestone_number}`, permission: 'issues:write', handler: change },
  { method: 'DELETE', path: `${base}/milestones/{milestone_number}`, permission: 'issues:write', handler: remove },
];

function listAssignees(ctx: Ctx): Reply {
  const people = Object.values(ctx.state.store.accounts).filter(
    (account) => account.type === 'User' && roleAtLeast(roleOf(ctx.state, account.id, ctx.repository), 'push'),
  );
  return paginate(ctx, people, (account) => presentAccount(ctx, account));
}

function isAssignable(ctx: Ctx): Reply {
  if (!assignable(ctx, ctx.params['assignee'] ?? '')) throw notFound();
  return noContent();
}

/** Logins that cannot be assigned are passed over, as on GitHub. */
async function assign(ctx: Ctx, action: 'assigned' | 'unassigned'): Promise<Reply> {
  const thread = threadOf(ctx, 'write');
  requireTriage(ctx);
  const { issue } = thread;
  for (const login of ctx.body.assignees ?? []) {
    const account = assignable(ctx, login);
    if (!account || issue.assignees.includes(account.id) === (action === 'assigned')) continue;
    if (action === 'assigned' && issue.assignees.length >= MAX_ASSIGNEES) break;
    issue.assignees =
      action === 'assigned' ? [...issue.assignees, account.id] : issue.assignees.filter((id) => id !== account.id);
    issue.updatedAt = stamp(ctx.clock.now());
    await announceThread(ctx, thread, action, { assignee: presentAccount(ctx, account) });
  }
  const shown = presentIssue(ctx, ctx.repository, thread);
  return action === 'assigned' ? created(shown) : ok(shown);
}

function listMilestones(ctx: Ctx): Reply {
  const state = ctx.query.get('state') ?? 'open';
  const found = milestonesOf(ctx).filter((milestone) => state === 'all' || milestone.state === state);
  return paginate(ctx, found, (milestone) => presentMilestone(ctx, ctx.repository, milestone));
}

function milestonesOf(ctx: Ctx): Milestone[] {
  return Object.values(issueArea(ctx.state).milestones).filter(
    (milestone) => milestone.repository === ctx.repository.id,
  );
}

function milestoneOf(ctx: Ctx): Milestone {
  const found = milestonesOf(ctx).find((milestone) => String(milestone.number) === ctx.params['milestone_number']);
  if (!found) throw notFound();
  return found;
}

function create(ctx: Ctx): Reply {
  requireTriage(ctx);
  const { title, description = null, due_on = null, state = 'open' } = ctx.body;
  if (typeof title !== 'string' || title === '') throw invalid('Milestone', 'title', 'missing_field');
  const all = milestonesOf(ctx);
  if (all.some((milestone) => milestone.title === title))
    throw unprocessable('Validation Failed', [{ resource: 'Milestone', code: 'already_exists', field: 'title' }]);
  const now = stamp(ctx.clock.now());
  const milestone: Milestone = {
    id: ctx.state.nextId(),
    repository: ctx.repository.id,
    number: Math.max(0, ...all.map((milestone) => milestone.number)) + 1,
    title,
    description,
    state,
    dueOn: readDue(due_on),
    creator: ctx.caller.id,
    createdAt: now,
    updatedAt: now,
    closedAt: null,
  };
  issueArea(ctx.state).milestones[milestone.id] = milestone;
  announce(ctx, milestone, 'created');
  return created(presentMilestone(ctx, ctx.repository, milestone));
}

function change(ctx: Ctx): Reply {
  requireTriage(ctx);
  const milestone = milestoneOf(ctx);
  const { title, description, due_on, state } = ctx.body;
  if (title !== undefined) milestone.title = title;
  if (description !== undefined) milestone.description = description;
  if (due_on !== undefined) milestone.dueOn = readDue(due_on);
  milestone.updatedAt = stamp(ctx.clock.now());
  if (state !== undefined && state !== milestone.state) {
    milestone.state = state;
    milestone.closedAt = state === 'closed' ? milestone.updatedAt : null;
    announce(ctx, milestone, state === 'closed' ? 'closed' : 'opened');
  } else announce(ctx, milestone, 'edited', { changes: {} });
  return ok(presentMilestone(ctx, ctx.repository, milestone));
}

function remove(ctx: Ctx): Reply {
  requireTriage(ctx);
  const milestone = milestoneOf(ctx);
  delete issueArea(ctx.state).milestones[milestone.id];
  for (const issue of Object.values(issueArea(ctx.state).issues))
    if (issue.milestone === milestone.id) issue.milestone = null;
  announce(ctx, milestone, 'deleted');
  return noContent();
}

function announce(ctx: Ctx, milestone: Milestone, action: string, more: Record<string, unknown> = {}): void {
  const payload = { milestone: presentMilestone(ctx, ctx.repository, milestone), ...more };
  ctx.emit({ event: 'milestone', action, payload, sender: ctx.caller, repository: ctx.repository, actor: ctx.actor });
}

function readDue(due: unknown): string | null {
  if (due === null) return null;
  const date = new Date(String(due));
  if (Number.isNaN(date.getTime())) throw invalid('Milestone', 'due_on', 'invalid');
  return stamp(date);
}
