// Rulesets of a repository: listed, read, made, changed, deleted.
import { stamp } from '../world/clock.ts';
import { notFound, refused, unprocessable } from '../world/errors.ts';
import { nodeId } from '../present/accounts.ts';
import { repositoryApi } from '../present/repository.ts';
import { created, noContent, ok, paginate, type Reply } from '../http/reply.ts';
import { rulesetsOf, type Ruleset } from '../world/rulesets.ts';
import type { Ctx } from '../http/context.ts';
import type { Route } from '../http/route.ts';

function present(ctx: Ctx, ruleset: Ruleset, whole: boolean): Record<string, unknown> {
  const { id, name, target, enforcement, bypass, include, exclude, rules, createdAt, updatedAt } = ruleset;
  const source = ctx.state.fullName(ctx.repository);
  const self = `${repositoryApi(ctx, ctx.repository)}/rulesets/${id}`;
  const html = `${ctx.url}/${source}/rules/${id}`;
  return {
    id,
    name,
    target,
    source_type: 'Repository',
    source,
    enforcement,
    ...(whole ? { bypass_actors: bypass, conditions: { ref_name: { include, exclude } }, rules } : {}),
    node_id: nodeId('RRS', id),
    _links: { self: { href: self }, html: { href: html } },
    created_at: createdAt,
    updated_at: updatedAt,
  };
}

/** A private repository of a free organisation has none. */
function requirePlan(ctx: Ctx): void {
  if (!ctx.repository.private || ctx.settings.privateRulesets) return;
  throw refused('ruleset-free-plan');
}

function find(ctx: Ctx): Ruleset {
  requirePlan(ctx);
  const found = rulesetsOf(ctx, ctx.repository).find(({ id }) => id === Number(ctx.params.ruleset_id));
  if (!found) throw notFound();
  return found;
}

function fill(ctx: Ctx, known?: Ruleset): Ruleset {
  const { name, target, enforcement, bypass_actors: bypass, conditions, rules } = ctx.body;
  const wanted = typeof name === 'string' ? name : known?.name;
  if (!wanted) throw unprocessable('Invalid request.\n\nNo subschema in "anyOf" matched.');
  const taken = rulesetsOf(ctx, ctx.repository).some((ruleset) => ruleset.name === wanted && ruleset.id !== known?.id);
  if (taken) throw unprocessable('Name must be unique');
  const now = stamp(ctx.clock.now());
  return {
    id: known?.id ?? ctx.state.nextId(),
    name: wanted,
    target: target ?? known?.target ?? 'branch',
    enforcement: enforcement ?? known?.enforcement ?? 'active',
    bypass: bypass ?? known?.bypass ?? [],
    include: conditions?.ref_name?.include ?? known?.include ?? [],
    exclude: conditions?.ref_name?.exclude ?? known?.exclude ?? [],
    rules: rules ?? known?.rules ?? [],
    createdAt: known?.createdAt ?? now,
    updatedAt: now,
  };
}

function create(ctx: Ctx): Reply {
  requirePlan(ctx);
  const ruleset = fill(ctx);
  rulesetsOf(ctx, ctx.repository).push(ruleset);
  return created(present(ctx, ruleset, true));
}

function update(ctx: Ctx): Reply {
  const known = find(ctx);
  return ok(present(ctx, Object.assign(known, fill(ctx, known)), true));
}

function remove(ctx: Ctx): Reply {
  const list = rulesetsOf(ctx, ctx.repository);
  list.splice(list.indexOf(find(ctx)), 1);
  return noContent();
}

function list(ctx: Ctx): Reply {
  requirePlan(ctx);
  return paginate(ctx, rulesetsOf(ctx, ctx.repository), (ruleset) => present(ctx, ruleset, false));
}

const base = '/repos/{owner}/{repo}/rulesets';
const one = `${base}/{ruleset_id}`;
const permission = 'administration:write';
export const routes: Route[] = [
  { method: 'GET', path: base, permission: 'metadata:read', handler: list },
  { method: 'POST', path: base, permission, handler: create },
  { method: 'GET', path: one, permission: 'metadata:read', handler: (ctx) => ok(present(ctx, find(ctx), true)) },
  { method: 'PUT', path: one, permission, handler: update },
  { method: 'DELETE', path: one, permission, handler: remove },
];
