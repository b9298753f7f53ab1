// Routes of self-hosted runners, of secrets and variables as far as a teacher's tools ask for them, and of Actions settings.
import { invalid, notFound } from '../../world/errors.ts';
import { noContent, ok, paginate, type Reply } from '../../http/reply.ts';
import type { Ctx } from '../../http/context.ts';
import type { Route } from '../../http/route.ts';
import { actionsRunning } from '../actions.ts';
import { actionsOf, type RunnerRecord } from '../records.ts';

const org = '/orgs/{org}/actions';
const repo = '/repos/{owner}/{repo}/actions';
const runnersPermission = 'organization_self_hosted_runners';

export const runnerRoutes: Route[] = [
  {
    method: 'GET',
    path: `${org}/runners`,
    permission: `${runnersPermission}:read`,
    handler: (ctx) => list(ctx, (runner) => runner.account === ctx.organization.id),
  },
  {
    method: 'GET',
    path: `${org}/runners/{runner_id}`,
    permission: `${runnersPermission}:read`,
    handler: (ctx) => ok(present(ctx, ofOrganization(ctx))),
  },
  {
    method: 'DELETE',
    path: `${org}/runners/{runner_id}`,
    permission: `${runnersPermission}:write`,
    handler: (ctx) => remove(ctx, ofOrganization(ctx)),
  },
  {
    method: 'GET',
    path: `${repo}/runners`,
    permission: 'administration:read',
    handler: (ctx) => list(ctx, (runner) => runner.repository === ctx.repository.id),
  },
  {
    method: 'GET',
    path: `${repo}/permissions`,
    permission: 'administration:read',
    handler: (ctx) =>
      ok({
        enabled: ctx.repository.settings['actions_enabled'] !== false,
        allowed_actions: 'all',
        sha_pinning_required: false,
      }),
  },
  {
    method: 'GET',
    path: `${repo}/permissions/access`,
    permission: 'administration:read',
    handler: (ctx) => ok({ access_level: settings(ctx).access ?? 'organization' }),
  },
  { method: 'PUT', path: `${repo}/permissions/access`, permission: 'administration:write', handler: setAccess },
  {
    method: 'GET',
    path: `${repo}/permissions/workflow`,
    permission: 'administration:read',
    handler: (ctx) =>
      ok({ default_workflow_permissions: settings(ctx).token ?? 'read', can_approve_pull_request_reviews: false }),
  },
  { method: 'PUT', path: `${repo}/permissions/workflow`, permission: 'administration:write', handler: setTokenDefault },
];

function present(ctx: Ctx, runner: RunnerRecord): Record<string, unknown> {
  const own = ['self-hosted', runner.os, 'X64'].map((label) => label.toLowerCase());
  return {
    id: runner.id,
    runner_group_id: 1,
    name: runner.name,
    os: runner.os.toLowerCase(),
    status: runner.online ? 'online' : 'offline',
    busy: actionsRunning(ctx).pool.isBusy(runner),
    ephemeral: runner.ephemeral,
    version: '2.330.0',
    labels: runner.labels.map((name, at) => ({
      id: at + 1,
      name,
      type: own.includes(name.toLowerCase()) ? 'read-only' : 'custom',
    })),
  };
}

function list(ctx: Ctx, wanted: (runner: RunnerRecord) => boolean): Reply {
  const name = ctx.query.get('name');
  const found = Object.values(actionsOf(ctx.state).runners).filter(
    (runner) => wanted(runner) && (name === null || runner.name === name),
  );
  return paginate(
    ctx,
    found,
    (runner) => present(ctx, runner),
    (runners, total_count) => ({ total_count, runners }),
  );
}

function ofOrganization(ctx: Ctx): RunnerRecord {
  const runner = actionsOf(ctx.state).runners[Number(ctx.params['runner_id'])];
  if (!runner || runner.account !== ctx.organization.id) throw notFound();
  return runner;
}

function remove(ctx: Ctx, runner: RunnerRecord): Reply {
  if (actionsRunning(ctx).pool.isBusy(runner))
    throw invalid('Runner', 'id', 'custom', `Runner "${runner.name}" is still running a job`);
  delete actionsOf(ctx.state).runners[runner.id];
  return noContent();
}

function settings(ctx: Ctx): { access?: 'none' | 'organization'; token?: 'read' | 'write' } {
  return (actionsOf(ctx.state).settings[ctx.repository.id] ??= {});
}

function setAccess(ctx: Ctx): Reply {
  const level = ctx.body['access_level'];
  if (level !== 'none' && level !== 'organization') throw invalid('Repository', 'access_level', 'invalid');
  settings(ctx).access = level;
  return noContent();
}

function setTokenDefault(ctx: Ctx): Reply {
  const level = ctx.body['default_workflow_permissions'];
  if (level !== undefined && level !== 'read' && level !== 'write')
    throw invalid('Repository', 'default_workflow_permissions', 'invalid');
  if (level) settings(ctx).token = level;
  return noContent();
}
