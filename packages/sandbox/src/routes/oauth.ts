// Signing in by an App: who it is chosen on a page (nobody has a password here), the rest is as GitHub's web flow.
import { createHash, randomBytes } from 'node:crypto';
import { notFound } from '../world/errors.ts';
import { escape, page, richPage } from '../http/page.ts';
import { ok, redirect, type Reply } from '../http/reply.ts';
import type { Ctx } from '../http/context.ts';
import type { Route } from '../http/route.ts';

const lifetime = 600_000;

type Grant = { app: number; user: number; redirect: string; challenge: string | null; until: number };

const grants = (ctx: Ctx): Record<string, Grant> => ctx.state.area('oauth', () => ({}));

function authorize(ctx: Ctx): Reply {
  const { query, state } = ctx;
  const app = Object.values(state.store.apps).find(({ clientId }) => clientId === query.get('client_id'));
  if (!app) throw notFound();
  const to = query.get('redirect_uri') ?? app.callbackUrls?.[0] ?? '';
  const allowed = app.callbackUrls ?? [];
  if (!URL.canParse(to) || (allowed.length > 0 && !allowed.includes(to)))
    return page('Be careful!', 'The redirect_uri is not associated with this application.');
  const login = query.get('login');
  if (login === null) return choose(ctx, app.name);
  const back = new URL(to);
  const given = query.get('state');
  if (given !== null) back.searchParams.set('state', given);
  const user = state.accountByLogin(login);
  if (!user || user.type !== 'User') {
    back.searchParams.set('error', 'access_denied');
    back.searchParams.set('error_description', 'The user has denied your application access.');
    return redirect(302, back.href);
  }
  const code = randomBytes(10).toString('hex');
  const challenge = query.get('code_challenge');
  grants(ctx)[code] = { app: app.id, user: user.id, redirect: to, challenge, until: Date.now() + lifetime };
  back.searchParams.set('code', code);
  return redirect(302, back.href);
}

function choose(ctx: Ctx, name: string): Reply {
  const people = Object.values(ctx.state.store.accounts).filter(({ type }) => type === 'User');
  const links = people.map(({ login }) => {
    const query = new URLSearchParams(ctx.query);
    query.set('login', login);
    return `<li><a href="?${escape(query.toString())}">${escape(login)}</a></li>`;
  });
  return richPage(`Sign in to ${name} as`, `<ul>${links.join('')}</ul>`);
}

/** Refusals are told with status 200, as GitHub does. */
function exchange(ctx: Ctx): Reply {
  const { client_id: id, client_secret: secret, code, code_verifier: verifier, redirect_uri: to } = ctx.body;
  const app = Object.values(ctx.state.store.apps).find(({ clientId }) => clientId === id);
  if (!app || app.clientSecret === undefined || app.clientSecret !== secret)
    return refuse('incorrect_client_credentials', 'The client_id and/or client_secret passed are incorrect.');
  const grant = grants(ctx)[String(code)];
  // One exchange to a code, whatever comes of it.
  delete grants(ctx)[String(code)];
  if (!grant || grant.app !== app.id || grant.until <= Date.now() || !holds(grant.challenge, verifier))
    return refuse('bad_verification_code', 'The code passed is incorrect or expired.');
  if (to !== undefined && to !== grant.redirect)
    return refuse('redirect_uri_mismatch', 'The redirect_uri MUST match the registered callback URL.');
  const token = `ghu_${randomBytes(18).toString('hex')}`;
  ctx.state.store.tokens[token] = { kind: 'user', user: grant.user, scopes: [] };
  return ok({ access_token: token, token_type: 'bearer', scope: '' });
}

function holds(challenge: string | null, verifier: unknown): boolean {
  if (challenge === null) return true;
  return createHash('sha256').update(String(verifier)).digest('base64url') === challenge;
}

const refuse = (error: string, error_description: string): Reply => ok({ error, error_description });

export const siteRoutes: Route[] = [
  { method: 'GET', path: '/login/oauth/authorize', handler: authorize },
  { method: 'POST', path: '/login/oauth/access_token', handler: exchange },
];
