// The search: issues and pull requests by the qualifiers that are known; repositories, people and labels by their names.
import { canRead } from '../world/access.ts';
import { unprocessable } from '../world/errors.ts';
import { presentIssue } from '../issues/present.ts';
import { labelsOf } from '../issues/records.ts';
import { searchRepositories, searchThreads } from '../issues/search.ts';
import { presentAccount } from '../present/accounts.ts';
import { presentFor } from '../present/repository.ts';
import { presentLabel } from '../pulls/present.ts';
import { paginate, type Reply } from '../http/reply.ts';
import type { Ctx } from '../http/context.ts';
import type { Route } from '../http/route.ts';

function asked(ctx: Ctx): string {
  const query = ctx.query.get('q') ?? '';
  if (query.trim() === '')
    throw unprocessable('Validation Failed', [{ resource: 'Search', field: 'q', code: 'missing' }]);
  return query;
}

function found<T>(ctx: Ctx, rows: readonly T[], present: (row: T) => Record<string, unknown>): Reply {
  return paginate(
    ctx,
    rows,
    (row) => ({ ...present(row), score: 1 }),
    (items, total_count) => ({ total_count, incomplete_results: false, items }),
  );
}

const issues = (ctx: Ctx): Reply =>
  found(ctx, searchThreads(ctx, asked(ctx)), ({ repository, thread }) => {
    // The one place where GitHub describes a body that cannot be null.
    const { body, ...shown } = presentIssue(ctx, repository, thread);
    return body === null ? shown : { ...shown, body };
  });

const repositories = (ctx: Ctx): Reply =>
  found(ctx, searchRepositories(ctx, asked(ctx)), (repository) => presentFor(ctx, repository, ctx.actor));

function users(ctx: Ctx): Reply {
  const wanted = asked(ctx).toLowerCase();
  const rows = Object.values(ctx.state.store.accounts).filter(({ login }) => login.toLowerCase().includes(wanted));
  return found(ctx, rows, (account) => presentAccount(ctx, account));
}

function labels(ctx: Ctx): Reply {
  const wanted = asked(ctx).toLowerCase();
  const repository = ctx.state.repository(Number(ctx.query.get('repository_id')));
  if (!repository || !canRead(ctx.state, ctx.actor, repository))
    throw unprocessable('Validation Failed', [{ resource: 'Search', field: 'repository_id', code: 'invalid' }]);
  const rows = labelsOf(ctx.state, repository).filter(({ name }) => name.toLowerCase().includes(wanted));
  return found(ctx, rows, (label) => presentLabel(ctx, repository, label));
}

function topics(ctx: Ctx): Reply {
  const wanted = asked(ctx).toLowerCase();
  const all = Object.values(ctx.state.store.repositories)
    .filter((repository) => canRead(ctx.state, ctx.actor, repository))
    .flatMap((repository) => repository.topics);
  const rows = [...new Set(all)].filter((name) => name.includes(wanted));
  return found(ctx, rows, (name) => ({ name, display_name: null, short_description: null }));
}

function unsearched(ctx: Ctx): Reply {
  throw unprocessable(`The sandbox does not search for ${ctx.path.split('/').at(-1)}.`);
}

const all = { issues, repositories, users, labels, topics, code: unsearched, commits: unsearched };
export const routes: Route[] = Object.entries(all).map(([name, handler]) => ({
  method: 'GET',
  path: `/search/${name}`,
  handler,
}));
