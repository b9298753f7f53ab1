// Registering an App from a manifest, and installing it, as its owner does in a browser.
import { randomBytes } from 'node:crypto';
import { createApp } from '../changes/create-app.ts';
import { emitInstallation } from '../changes/installations.ts';
import { presentApp } from '../present/apps.ts';
import { stamp } from '../world/clock.ts';
import { notFound, unprocessable } from '../world/errors.ts';
import { slugOf } from '../world/slug-of.ts';
import { escape, page, richPage } from '../http/page.ts';
import { created, redirect, type Reply } from '../http/reply.ts';
import type { Permissions } from '../world/records.ts';
import type { Ctx } from '../http/context.ts';
import type { Route } from '../http/route.ts';

type Manifest = {
  name?: string;
  url?: string;
  redirect_url?: string;
  callback_urls?: string[];
  hook_attributes?: { url?: string };
  default_permissions?: Permissions;
  default_events?: string[];
};
type Pending = { owner: string; manifest: Manifest };

const pending = (ctx: Ctx): Record<string, Pending> => ctx.state.area('manifests', () => ({}));

/** A person sees the name and presses a button; here what is posted is registered at once. */
function register(ctx: Ctx): Reply {
  const owner = ctx.params.name_organisation ?? '';
  if (!ctx.state.accountByLogin(owner)) throw notFound();
  let manifest: Manifest;
  try {
    manifest = JSON.parse(String(ctx.body['manifest'])) as Manifest;
  } catch {
    return page('Error', 'The manifest is not JSON.');
  }
  const { name, url, redirect_url: to } = manifest;
  if (!name || !url || !to || !URL.canParse(to)) return page('Error', 'name, url and redirect_url are required.');
  if (Object.values(ctx.state.store.apps).some(({ slug }) => slug === slugOf(name)))
    return page('Error', 'Name is already taken');
  const code = randomBytes(20).toString('hex');
  pending(ctx)[code] = { owner, manifest };
  const back = new URL(to);
  back.searchParams.set('code', code);
  const state = ctx.query.get('state');
  if (state !== null) back.searchParams.set('state', state);
  return redirect(302, back.href);
}

function convert(ctx: Ctx): Reply {
  const found = pending(ctx)[ctx.params.code ?? ''];
  if (!found) throw notFound();
  delete pending(ctx)[ctx.params.code ?? ''];
  const { owner, manifest } = found;
  const name = manifest.name ?? '';
  if (!manifest.default_permissions) throw unprocessable('default_permissions is missing');
  const secret = randomBytes(20).toString('hex');
  const url = manifest.hook_attributes?.url;
  const made = createApp(ctx, {
    slug: slugOf(name),
    name,
    owner,
    permissions: manifest.default_permissions,
    events: manifest.default_events ?? [],
    callbackUrls: manifest.callback_urls ?? [],
    ...(url === undefined ? {} : { webhook: { url, secret } }),
  });
  const app = ctx.state.app(made.appId);
  return created({
    ...presentApp(ctx, app),
    html_url: `${ctx.url}/apps/${app.slug}`,
    client_id: made.clientId,
    client_secret: made.clientSecret,
    webhook_secret: secret,
    pem: made.privateKey,
  });
}

function askWhere(ctx: Ctx): Reply {
  const organizations = Object.keys(ctx.state.store.organizations).map((id) => ctx.state.account(Number(id)).login);
  const buttons = organizations.map(
    (login) => `<button name="account" value="${escape(login)}">${escape(login)}</button>`,
  );
  return richPage('Install on', `<form method="post">${buttons.join('')}</form>`);
}

function install(ctx: Ctx): Reply {
  const app = Object.values(ctx.state.store.apps).find(({ slug }) => slug === ctx.params.name_slug);
  const account = ctx.state.accountByLogin(String(ctx.body['account']));
  if (!app || !account) throw notFound();
  const id = ctx.state.nextId();
  const installation = {
    id,
    app: app.id,
    account: account.id,
    selection: 'all' as const,
    repositories: [],
    permissions: app.permissions,
    events: app.events,
    suspendedAt: null,
    createdAt: stamp(ctx.clock.now()),
  };
  ctx.state.store.installations[id] = installation;
  emitInstallation(ctx, installation, 'created');
  return page('Installed', `${app.name} is installed on ${account.login}.`);
}

export const routes: Route[] = [{ method: 'POST', path: '/app-manifests/{code}/conversions', handler: convert }];
export const siteRoutes: Route[] = [
  { method: 'POST', path: '/organizations/{name_organisation}/settings/apps/new', handler: register },
  { method: 'GET', path: '/apps/{name_slug}/installations/new', handler: askWhere },
  { method: 'POST', path: '/apps/{name_slug}/installations/new', handler: install },
];
