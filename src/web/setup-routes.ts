// The set-up, before there is an App: for whoever sits at this machine, or holds the token that was printed there.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { csrf } from 'hono/csrf';
import { secureHeaders } from 'hono/secure-headers';
import { isHere } from './is-here.ts';
import { messagePage } from './pages/message-page.ts';
import { registeredPage, registerPage, startPage } from './pages/setup-page.ts';
import { styleText } from './pages/layout/style.ts';

export type SetupSettings = {
  /** Good once; afterwards a cookie of that browser is. */
  token: string;
  /** Where GitHub is, for people. */
  webUrl: string;
  /** The manifest for an organisation; `address` is where GitHub reaches us, absent on somebody's own computer. */
  manifest: (wanted: { organisation: string; address?: string }) => Promise<object>;
  /** Keeps the keys that GitHub gives for the code; returns the App's page, and where to go on. */
  finish: (code: string) => Promise<{ page: string; next: string }>;
  log: (error: unknown) => void;
};

const guestCookie = 'practicum_setup';
const stateCookie = 'practicum_register';
const cookie = { httpOnly: true, sameSite: 'Lax', path: '/' } as const;

export function setupRoutes(settings: SetupSettings): Hono {
  const { webUrl, manifest, finish, log } = settings;
  const app = new Hono();
  guardSetup(app, settings);
  app.get('/', (c) => c.redirect('/setup', 303));
  app.get('/setup', (c) => c.html(startPage()));
  app.post('/setup/manifest', async (c) => {
    const form = await c.req.parseBody();
    const organisation = String(form['organisation'] ?? '').trim();
    const address = String(form['address'] ?? '')
      .trim()
      .replace(/(?<!\/)\/{1,20}$/, '');
    if (!/^[a-z\d](?:[a-z\d-]{0,38})$/i.test(organisation))
      return c.html(startPage('That is not the name of an organisation: it is what stands after github.com/.'), 400);
    if (address !== '' && !/^https:\/\/[^\s/?#]+$/.test(address))
      return c.html(
        startPage('The address must begin with https:// and end with the host: GitHub sends webhooks there.'),
        400,
      );
    try {
      const made = await manifest({ organisation, ...(address === '' ? {} : { address }) });
      const state = randomBytes(24).toString('base64url');
      setCookie(c, stateCookie, state, { ...cookie, maxAge: 3600 });
      const action = `${webUrl}/organizations/${organisation}/settings/apps/new?state=${state}`;
      return c.html(registerPage({ action, manifest: made }));
    } catch (error) {
      log(error);
      return c.html(startPage((error as Error).message), 503);
    }
  });
  app.get('/setup/registered', async (c) => {
    const { state = '', code = '' } = c.req.query();
    const kept = getCookie(c, stateCookie) ?? '';
    deleteCookie(c, stateCookie, { path: '/' });
    if (kept === '' || !same(state, kept) || !/^[\w-]{1,200}$/.test(code))
      return c.html(
        startPage('This registration was not begun in this browser. Begin again; delete the App that was made.'),
        403,
      );
    try {
      const { page, next } = await finish(code);
      c.header('connection', 'close');
      return c.html(registeredPage({ install: `${page}/installations/new`, next }));
    } catch (error) {
      log(error);
      return c.html(
        startPage(`The keys were not received: ${(error as Error).message}. Delete the App on GitHub and begin again.`),
        502,
      );
    }
  });
  app.notFound((c) => c.redirect('/setup', 303));
  return app;
}

/** What holds for every page, and who may see it. */
function guardSetup(app: Hono, { token, webUrl }: SetupSettings): void {
  let unused: string | undefined = token;
  const guest = randomBytes(32).toString('base64url');
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ['data:'],
        formAction: ["'self'", new URL(webUrl).origin],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
      // A form that leaves for GitHub says where it comes from only to ourselves.
      referrerPolicy: 'same-origin',
      strictTransportSecurity: false,
    }),
  );
  app.use(csrf());
  app.get('/style.css', (c) => c.body(styleText, 200, { 'content-type': 'text/css; charset=utf-8' }));
  app.get('/healthz', (c) => c.text('ok'));
  app.use(async (c, next) => {
    c.header('cache-control', 'private, no-store');
    const given = c.req.query('token');
    if (given !== undefined && unused !== undefined && same(given, unused)) {
      unused = undefined;
      setCookie(c, guestCookie, guest, cookie);
      return c.redirect('/setup', 303);
    }
    if (isHere(c) || same(getCookie(c, guestCookie) ?? '', guest)) return next();
    const text = 'It is open on the machine itself, or by the address with a token that the terminal shows, once.';
    return c.html(messagePage('This is a set-up', text), 403);
  });
}

function same(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
