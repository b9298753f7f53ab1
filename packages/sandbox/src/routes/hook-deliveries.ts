// The deliveries of an app's webhook, and making one again.
import { notFound } from '../world/errors.ts';
import type { DeliveryAttempt } from '../world/records.ts';
import { json, ok, pageOf, type Reply } from '../http/reply.ts';
import type { Ctx } from '../http/context.ts';
import type { Route } from '../http/route.ts';

function mine(ctx: Ctx): DeliveryAttempt[] {
  if (ctx.actor.kind !== 'app') throw notFound();
  const { app } = ctx.actor;
  return ctx.state.store.deliveries.filter((delivery) => delivery.app === app.id && delivery.state === 'done');
}

function find(ctx: Ctx): DeliveryAttempt {
  const found = mine(ctx).find((attempt) => String(attempt.id) === ctx.params.delivery_id);
  if (!found) throw notFound();
  return found;
}

function present(attempt: DeliveryAttempt): Record<string, unknown> {
  return {
    id: attempt.id,
    guid: attempt.guid,
    delivered_at: attempt.deliveredAt,
    redelivery: attempt.redelivery,
    duration: attempt.duration,
    status: attempt.status,
    status_code: attempt.statusCode,
    event: attempt.event,
    action: attempt.action,
    installation_id: attempt.installation,
    repository_id: attempt.repository,
    throttled_at: null,
  };
}

/** Newest first; the cursor is the id of the first delivery of the page. */
function list(ctx: Ctx): Reply {
  const { perPage } = pageOf(ctx.query);
  const status = ctx.query.get('status');
  const good = (attempt: DeliveryAttempt) => attempt.statusCode >= 200 && attempt.statusCode < 400;
  const all = mine(ctx)
    .filter((attempt) => status === null || good(attempt) === (status === 'success'))
    .toSorted((a, b) => b.id - a.id);
  const cursor = ctx.query.get('cursor');
  const from = cursor === null ? 0 : all.findIndex((attempt) => attempt.id <= Number(cursor.replace(/^v1_/, '')));
  const page = from < 0 ? [] : all.slice(from, from + perPage);
  const next = from < 0 ? undefined : all[from + perPage];
  if (!next) return json(200, page.map(present));
  const query = new URLSearchParams(ctx.query);
  query.set('cursor', `v1_${next.id}`);
  return json(200, page.map(present), { link: `<${ctx.url}/api/v3${ctx.path}?${query}>; rel="next"` });
}

function read(ctx: Ctx): Reply {
  const found = find(ctx);
  const app = ctx.state.app(found.app);
  return ok({
    ...present(found),
    url: app.webhook.url ?? '',
    request: {
      headers: { 'X-GitHub-Delivery': found.guid, 'X-GitHub-Event': found.event },
      payload: JSON.parse(ctx.deliveries.payload(found.guid)),
    },
    response: { headers: {}, payload: null },
  });
}

const path = '/app/hook/deliveries';
export const routes: Route[] = [
  { method: 'GET', path, permission: 'jwt', handler: list },
  { method: 'GET', path: `${path}/{delivery_id}`, permission: 'jwt', handler: read },
  {
    method: 'POST',
    path: `${path}/{delivery_id}/attempts`,
    permission: 'jwt',
    handler: (ctx) => {
      ctx.deliveries.redeliver(find(ctx));
      return json(202, {});
    },
  },
  {
    method: 'GET',
    path: '/app/hook/config',
    permission: 'jwt',
    handler: (ctx) => {
      if (ctx.actor.kind !== 'app') throw notFound();
      const { url, secret } = ctx.actor.app.webhook;
      return ok({
        content_type: 'json',
        insecure_ssl: '0',
        ...(secret === null ? {} : { secret: '********' }),
        url: url ?? '',
      });
    },
  },
];
