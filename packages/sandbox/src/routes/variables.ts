// Variables of a repository, for its workflows.
import { stamp } from '../world/clock.ts';
import { conflict, notFound, unprocessable } from '../world/errors.ts';
import { json, noContent, ok, paginate, type Reply } from '../http/reply.ts';
import type { Ctx } from '../http/context.ts';
import type { Route } from '../http/route.ts';

function present(ctx: Ctx, name: string): Record<string, unknown> {
  const variable = ctx.repository.variables[name.toUpperCase()];
  if (!variable) throw notFound();
  const { value, createdAt, updatedAt } = variable;
  return { name: name.toUpperCase(), value, created_at: createdAt, updated_at: updatedAt };
}

function checked(name: unknown): string {
  if (typeof name !== 'string' || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || /^GITHUB_/i.test(name)) {
    throw unprocessable(
      'Variable names can only contain alphanumeric characters ([a-z], [A-Z], [0-9]) or underscores (_). Spaces are not allowed. Cannot start with a number or GITHUB_.',
    );
  }
  return name.toUpperCase();
}

function create(ctx: Ctx): Reply {
  const name = checked(ctx.body.name);
  if (ctx.repository.variables[name]) throw conflict('Already exists - Variable already exists');
  const now = stamp(ctx.clock.now());
  ctx.repository.variables[name] = { value: String(ctx.body.value ?? ''), createdAt: now, updatedAt: now };
  return json(201, {});
}

function update(ctx: Ctx): Reply {
  const old = (ctx.params.name ?? '').toUpperCase();
  const variable = ctx.repository.variables[old];
  if (!variable) throw notFound();
  const name = ctx.body.name === undefined ? old : checked(ctx.body.name);
  delete ctx.repository.variables[old];
  const value = ctx.body.value === undefined ? variable.value : String(ctx.body.value);
  ctx.repository.variables[name] = { ...variable, value, updatedAt: stamp(ctx.clock.now()) };
  return noContent();
}

function remove(ctx: Ctx): Reply {
  const name = (ctx.params.name ?? '').toUpperCase();
  if (!ctx.repository.variables[name]) throw notFound();
  delete ctx.repository.variables[name];
  return noContent();
}

const base = '/repos/{owner}/{repo}/actions/variables';
const reading = { method: 'GET', permission: 'actions_variables:read' } as const;
const permission = 'actions_variables:write';
export const routes: Route[] = [
  {
    ...reading,
    path: base,
    handler: (ctx) =>
      paginate(
        ctx,
        Object.keys(ctx.repository.variables).sort(),
        (name) => present(ctx, name),
        (variables, total) => ({ total_count: total, variables }),
      ),
  },
  { method: 'POST', path: base, permission, handler: create },
  { ...reading, path: `${base}/{name}`, handler: (ctx) => ok(present(ctx, ctx.params.name ?? '')) },
  { method: 'PATCH', path: `${base}/{name}`, permission, handler: update },
  { method: 'DELETE', path: `${base}/{name}`, permission, handler: remove },
];
