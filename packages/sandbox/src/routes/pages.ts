// Plain pages behind the addresses for people that have nothing more to show, and pictures of them.
import { findPull } from '../pulls/records.ts';
import { openGit } from '../world/open-git.ts';
import { notFound } from '../world/errors.ts';
import { threadsOf } from '../issues/records.ts';
import { page } from '../http/page.ts';
import { bytes, redirect, type Reply } from '../http/reply.ts';
import { rawKey } from './contents.ts';
import type { Ctx } from '../http/context.ts';
import type { Route } from '../http/route.ts';

/** Pages of a repository that are known by their first word. */
const kinds = [
  'actions',
  'blob',
  'compare',
  'invitations',
  'labels',
  'milestone',
  'releases',
  'rules',
  'runs',
  'tree',
  'workflows',
];

function ofRepository(ctx: Ctx): Reply {
  const { kind = '', rest = '' } = ctx.params;
  // The file itself, from where raw files are.
  if (kind === 'raw') {
    const path = `${ctx.state.fullName(ctx.repository)}/${rest}`;
    return redirect(302, `${ctx.url}/raw/${path}?token=${rawKey(ctx, path)}`);
  }
  if (!kinds.includes(kind)) throw notFound();
  if (rest.endsWith('badge.svg')) return picture();
  return page(`${ctx.state.fullName(ctx.repository)}: ${kind} ${rest}`, 'The sandbox shows nothing more.');
}

function issuePage(ctx: Ctx): Reply {
  const found = threadsOf(ctx.state, ctx.repository).find(({ issue }) => String(issue.number) === ctx.params.number);
  if (!found) throw notFound();
  return page(`${found.issue.title} #${found.issue.number}`, `${found.issue.state}\n\n${found.issue.body ?? ''}`);
}

function person(ctx: Ctx): Reply {
  const account = ctx.state.accountByLogin(ctx.params['name_login'] ?? '');
  if (!account) throw notFound();
  return page(account.login, account.name ?? '');
}

function appPage(ctx: Ctx): Reply {
  const found = Object.values(ctx.state.store.apps).find(({ slug }) => slug === ctx.params['name_slug']);
  if (!found) throw notFound();
  return page(found.name, found.slug);
}

function picture(): Reply {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><circle cx="20" cy="20" r="20"/></svg>\n';
  return bytes(200, Buffer.from(svg), 'image/svg+xml');
}

/** The changes of a pull request as text. */
export async function diffOf(ctx: Ctx, number: number): Promise<Reply> {
  const pull = findPull(ctx.state, ctx.repository, number);
  if (!pull) throw notFound();
  const diff = await openGit(ctx, ctx.repository).run(['diff', `${pull.base.sha}...${pull.head.sha}`]);
  return bytes(200, diff.stdout, 'text/plain; charset=utf-8');
}

const teamPage = (ctx: Ctx): Reply => {
  const team = ctx.state.teamBySlug(ctx.organization.id, ctx.params['team_slug'] ?? '');
  if (!team) throw notFound();
  return page(team.name, team.description ?? '');
};

export const siteRoutes: Route[] = [
  { method: 'GET', path: '/avatars/u/{id}', handler: picture },
  { method: 'GET', path: '/apps/{name_slug}', handler: appPage },
  { method: 'GET', path: '/orgs/{org}/teams/{team_slug}', handler: teamPage },
  {
    method: 'GET',
    path: '/organizations/{name_organisation}/settings/installations/{id}',
    handler: (ctx) => page(`The App in ${ctx.params['name_organisation']}`, 'The sandbox shows nothing more.'),
  },
  { method: 'GET', path: '/timeline', handler: () => page('Timeline', 'The sandbox shows nothing more.') },
  {
    method: 'GET',
    path: '/settings/connections/applications',
    handler: () => page('Applications', 'The sandbox shows nothing more.'),
  },
  { method: 'GET', path: '/{name_login}', handler: person },
  { method: 'GET', path: '/{owner}/{repo}/issues/{number}', handler: issuePage },
  { method: 'GET', path: '/{owner}/{repo}/{kind}', handler: ofRepository },
  { method: 'GET', path: '/{owner}/{repo}/{kind}/{rest*}', handler: ofRepository },
];
