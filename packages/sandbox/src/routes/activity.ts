// The record of what became of a repository's branches.
import { activitiesOf, type Activity } from '../world/activity.ts';
import { unprocessable } from '../world/errors.ts';
import { nodeId, presentAccount } from '../present/accounts.ts';
import { json, pageOf, type Reply } from '../http/reply.ts';
import type { Ctx } from '../http/context.ts';
import type { Route } from '../http/route.ts';

const periods: Record<string, number> = { day: 1, week: 7, month: 31, quarter: 92, year: 366 };

/** Pages are told by a cursor and not by a number: the record grows at its beginning while somebody reads on. */
function list(ctx: Ctx): Reply {
  const { query, repository } = ctx;
  const period = query.get('time_period');
  const days = period === null ? Number.POSITIVE_INFINITY : periods[period];
  if (days === undefined) throw unprocessable('Invalid time_period');
  const since = ctx.clock.now().getTime() - days * 86_400_000;
  const ref = query.get('ref');
  const full = ref === null || ref.startsWith('refs/') ? ref : `refs/heads/${ref}`;
  const kind = query.get('activity_type');
  const rows = activitiesOf(ctx, repository)
    .filter(
      (activity) =>
        (full === null || activity.ref === full) &&
        (kind === null || activity.type === kind) &&
        Date.parse(activity.timestamp) >= since,
    )
    .toSorted((a, b) => (query.get('direction') === 'asc' ? a.id - b.id : b.id - a.id));
  const from = query.get('after') === null ? 0 : rows.findIndex(({ id }) => cursorOf(id) === query.get('after')) + 1;
  const { perPage } = pageOf(query);
  const page = rows.slice(from, from + perPage);
  const last = page.at(-1);
  const body = page.map((activity) => present(ctx, activity));
  if (!last || from + perPage >= rows.length) return json(200, body);
  const next = new URLSearchParams(query);
  next.set('after', cursorOf(last.id));
  return json(200, body, { link: `<${ctx.url}/api/v3${ctx.path}?${next}>; rel="next"` });
}

function cursorOf(id: number): string {
  return Buffer.from(`activity:${id}`).toString('base64url');
}

function present(ctx: Ctx, { id, ref, before, after, timestamp, type, actor }: Activity): Record<string, unknown> {
  const who = ctx.state.store.accounts[actor];
  return {
    id,
    node_id: nodeId('PushActivity', id),
    before,
    after,
    ref,
    timestamp,
    activity_type: type,
    actor: who ? presentAccount(ctx, who) : null,
  };
}

export const routes: Route[] = [
  { method: 'GET', path: '/repos/{owner}/{repo}/activity', permission: 'contents:read', handler: list },
];
