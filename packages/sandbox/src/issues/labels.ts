// Routes of labels: those of a repository, and those on an issue or pull request.
import { stamp } from '../world/clock.ts';
import { invalid, notFound, refused, unprocessable } from '../world/errors.ts';
import { announceThread, requireTriage, threadOf } from './access.ts';
import { findLabel, labelsOf, threadsOf, type Thread } from './records.ts';
import { presentLabel } from '../pulls/present.ts';
import type { Label } from '../pulls/records.ts';
import { created, noContent, ok, paginate, type Reply } from '../http/reply.ts';
import type { Ctx } from '../http/context.ts';
import type { Route } from '../http/route.ts';

const base = '/repos/{owner}/{repo}';
const onThread = `${base}/issues/{issue_number}/labels`;
const NEW_COLOR = 'ededed';
const MAX_NAME = 50;
const MAX_DESCRIPTION = 100;

export const labelRoutes: Route[] = [
  {
    method: 'GET',
    path: `${base}/labels`,
    permission: 'issues:read',
    handler: (ctx) => paginate(ctx, labelsOf(ctx.state, ctx.repository), (label) => present(ctx, label)),
  },
  { method: 'POST', path: `${base}/labels`, permission: 'issues:write', handler: create },
  {
    method: 'GET',
    path: `${base}/labels/{name}`,
    permission: 'issues:read',
    handler: (ctx) => ok(present(ctx, labelOf(ctx))),
  },
  { method: 'PATCH', path: `${base}/labels/{name}`, permission: 'issues:write', handler: change },
  { method: 'DELETE', path: `${base}/labels/{name}`, permission: 'issues:write', handler: remove },
  {
    method: 'GET',
    path: onThread,
    handler: (ctx) => paginate(ctx, threadOf(ctx, 'read').issue.labels, (label) => present(ctx, label)),
  },
  {
    method: 'POST',
    path: onThread,
    handler: (ctx) => setLabels(ctx, (thread, wanted) => [...thread.issue.labels, ...wanted]),
  },
  { method: 'PUT', path: onThread, handler: (ctx) => setLabels(ctx, (_thread, wanted) => wanted) },
  { method: 'DELETE', path: onThread, handler: clear },
  { method: 'DELETE', path: `${onThread}/{name}`, handler: takeOff },
];

/** Labels are given by name, or as objects with one. */
export function nameOfLabel(given: unknown): string {
  const name = typeof given === 'string' ? given : (given as { name?: unknown } | null)?.name;
  if (typeof name !== 'string' || name.trim() === '') throw invalid('Label', 'name', 'missing_field');
  return name;
}

/** The labels of these names; a name that the repository does not know becomes a label. */
export function ensureLabels(ctx: Ctx, names: readonly string[]): Label[] {
  const found = names.map((name) => findLabel(ctx.state, ctx.repository, name) ?? addLabel(ctx, name, NEW_COLOR, null));
  return found.filter((label, at) => found.indexOf(label) === at);
}

function addLabel(ctx: Ctx, name: string, color: string, description: string | null): Label {
  const label: Label = { id: ctx.state.nextId(), name, color, description, default: false };
  labelsOf(ctx.state, ctx.repository).push(label);
  announce(ctx, 'created', label);
  return label;
}

function announce(ctx: Ctx, action: string, label: Label, more: Record<string, unknown> = {}): void {
  ctx.emit({
    event: 'label',
    action,
    payload: { label: present(ctx, label), ...more },
    sender: ctx.caller,
    repository: ctx.repository,
    actor: ctx.actor,
  });
}

function present(ctx: Ctx, label: Label): Record<string, unknown> {
  return presentLabel(ctx, ctx.repository, label);
}

function labelOf(ctx: Ctx): Label {
  const label = findLabel(ctx.state, ctx.repository, ctx.params['name'] ?? '');
  if (!label) throw notFound();
  return label;
}

function create(ctx: Ctx): Reply {
  requireTriage(ctx);
  const name = nameOfLabel(ctx.body.name);
  if (findLabel(ctx.state, ctx.repository, name)) throw refused('label-exists');
  checkLimits(name, ctx.body.description);
  return created(
    present(ctx, addLabel(ctx, name, readColor(ctx.body.color ?? NEW_COLOR), ctx.body.description ?? null)),
  );
}

function change(ctx: Ctx): Reply {
  requireTriage(ctx);
  const label = labelOf(ctx);
  const { new_name, color, description } = ctx.body;
  const before = { ...label };
  checkLimits(new_name ?? label.name, description);
  Object.assign(label, {
    ...(new_name === undefined ? {} : { name: nameOfLabel(new_name) }),
    ...(color === undefined ? {} : { color: readColor(color) }),
    ...(description === undefined ? {} : { description }),
  });
  const changed = (['name', 'color', 'description'] as const).filter((key) => before[key] !== label[key]);
  // After a restart the labels on issues are copies: all of them follow.
  for (const { issue } of threadsOf(ctx.state, ctx.repository))
    for (const on of issue.labels) if (on.id === label.id) Object.assign(on, label);
  announce(ctx, 'edited', label, { changes: Object.fromEntries(changed.map((key) => [key, { from: before[key] }])) });
  return ok(present(ctx, label));
}

function remove(ctx: Ctx): Reply {
  requireTriage(ctx);
  const label = labelOf(ctx);
  const all = labelsOf(ctx.state, ctx.repository);
  all.splice(all.indexOf(label), 1);
  for (const { issue } of threadsOf(ctx.state, ctx.repository))
    issue.labels = issue.labels.filter((on) => on.id !== label.id);
  announce(ctx, 'deleted', label);
  return noContent();
}

async function setLabels(ctx: Ctx, decide: (thread: Thread, wanted: Label[]) => Label[]): Promise<Reply> {
  const thread = threadOf(ctx, 'write');
  requireTriage(ctx);
  const given: unknown = Array.isArray(ctx.body) ? ctx.body : ctx.body.labels;
  if (!Array.isArray(given)) throw unprocessable('Invalid request.\n\n"labels" wasn\'t supplied.');
  const wanted = decide(thread, ensureLabels(ctx, given.map(nameOfLabel)));
  const unique = wanted.filter((label, at) => wanted.findIndex((other) => other.id === label.id) === at);
  await replace(ctx, thread, unique);
  return ok(unique.map((label) => present(ctx, label)));
}

async function clear(ctx: Ctx): Promise<Reply> {
  const thread = threadOf(ctx, 'write');
  requireTriage(ctx);
  await replace(ctx, thread, []);
  return noContent();
}

async function takeOff(ctx: Ctx): Promise<Reply> {
  const thread = threadOf(ctx, 'write');
  requireTriage(ctx);
  const name = (ctx.params['name'] ?? '').toLowerCase();
  const kept = thread.issue.labels.filter((label) => label.name.toLowerCase() !== name);
  if (kept.length === thread.issue.labels.length) throw notFound('Label does not exist');
  await replace(ctx, thread, kept);
  return ok(kept.map((label) => present(ctx, label)));
}

async function replace(ctx: Ctx, thread: Thread, labels: Label[]): Promise<void> {
  const before = thread.issue.labels;
  thread.issue.labels = labels;
  thread.issue.updatedAt = stamp(ctx.clock.now());
  const differs = (of: Label[], from: Label[]): Label[] =>
    of.filter((label) => !from.some((other) => other.id === label.id));
  for (const label of differs(labels, before))
    await announceThread(ctx, thread, 'labeled', { label: present(ctx, label) });
  for (const label of differs(before, labels))
    await announceThread(ctx, thread, 'unlabeled', { label: present(ctx, label) });
}

function checkLimits(name: string, description: unknown): void {
  if ([...name].length > MAX_NAME)
    throw invalid('Label', 'name', 'custom', `name is too long (maximum is ${MAX_NAME} characters)`);
  if (typeof description === 'string' && [...description].length > MAX_DESCRIPTION)
    throw invalid(
      'Label',
      'description',
      'custom',
      `description is too long (maximum is ${MAX_DESCRIPTION} characters)`,
    );
}

function readColor(color: unknown): string {
  if (typeof color !== 'string' || !/^[0-9a-f]{6}$/i.test(color)) throw invalid('Label', 'color', 'invalid');
  return color.toLowerCase();
}
