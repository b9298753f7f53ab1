// The way in and out with GitHub. What a browser keeps is a secret of chance; the database has its digest.
import { createHash, randomBytes } from 'node:crypto';
import type { Context, Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { Person } from '../ports/session.ts';
import { accountPage, messagePage, signInPage } from './pages/message-page.ts';
import type { RouteSettings, SignIn } from './route-settings.ts';
import { ownPath, signInStates } from './sign-in-state.ts';

const sessionCookie = 'practicum_session';
const stateCookie = 'practicum_sign_in';
const sessionSeconds = 12 * 3600;
const stateSeconds = 600;

const digestOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** Who is signed in in this browser. */
export async function personIn(c: Context, signIn: SignIn | undefined): Promise<Person | undefined> {
  const secret = getCookie(c, sessionCookie);
  return signIn && secret ? signIn.sessions.find(digestOf(secret)) : undefined;
}

export function signInRoutes(app: Hono, { signIn, dashboardUrl, log }: RouteSettings): void {
  if (!signIn) return;
  const { door, sessions } = signIn;
  const states = signInStates(signIn.key);
  const cookie = { httpOnly: true, sameSite: 'Lax', secure: dashboardUrl.startsWith('https:') } as const;
  const refuse = (c: Context, why: string): Response | Promise<Response> =>
    c.html(signInPage('You are not signed in', why), 403);

  app.get('/sign-in', async (c) => {
    const state = states.make(ownPath(c.req.query('to')));
    setCookie(c, stateCookie, state, { ...cookie, path: '/sign-in', maxAge: stateSeconds });
    return c.redirect(await door.address(state, states.verifier(state)), 303);
  });
  app.get('/sign-in/callback', async (c) => {
    const state = c.req.query('state') ?? '';
    const to = states.read(state);
    const kept = getCookie(c, stateCookie);
    deleteCookie(c, stateCookie, { path: '/sign-in' });
    if (to === undefined || kept !== state)
      return refuse(c, 'This sign-in was not begun in this browser, or more than ten minutes ago.');
    let person: Person | undefined;
    try {
      person = await door.finish(new URL(c.req.url), state, states.verifier(state));
    } catch (error) {
      log.error({ err: error }, 'a sign-in could not be finished');
      return c.html(messagePage('GitHub does not answer', 'Nobody can sign in now. Try again in a minute.'), 503);
    }
    if (!person) return refuse(c, 'GitHub did not confirm this sign-in.');
    const secret = randomBytes(32).toString('base64url');
    // Whoever signs in anew leaves the old session.
    const old = getCookie(c, sessionCookie);
    if (old) await sessions.revoke(digestOf(old));
    await sessions.open(digestOf(secret), person, sessionSeconds);
    setCookie(c, sessionCookie, secret, { ...cookie, path: '/', maxAge: sessionSeconds });
    return c.redirect(to, 303);
  });
  app.get('/sign-in/account', async (c) => {
    const person = await personIn(c, signIn);
    return person ? c.html(accountPage(person.login)) : c.html(signInPage('You are not signed in'), 403);
  });
  app.post('/sign-out', async (c) => {
    const person = await personIn(c, signIn);
    const everywhere = (await c.req.parseBody())['everywhere'] !== undefined;
    if (person && everywhere) await sessions.revokeAll(person.login);
    const secret = getCookie(c, sessionCookie);
    if (secret) await sessions.revoke(digestOf(secret));
    deleteCookie(c, sessionCookie, { path: '/' });
    return c.redirect('/', 303);
  });
}
