// What holds for every page: who may come in, what browsers may do with it, and what is said when it fails.
import type { Context, Hono, MiddlewareHandler } from 'hono';
import { setCookie } from 'hono/cookie';
import { bodyLimit } from 'hono/body-limit';
import { compress } from 'hono/compress';
import { csrf } from 'hono/csrf';
import { HTTPException } from 'hono/http-exception';
import { secureHeaders } from 'hono/secure-headers';
import { timeout } from 'hono/timeout';
import { doorPage, messagePage } from './pages/message-page.ts';
import { isLivePage, isStreamed, largestBody, sayTooLarge } from './body-limits.ts';
import type { RouteSettings } from './route-settings.ts';
import { tokenCookie, whoAsks, type Who } from './who.ts';

const thirtyDays = 30 * 86_400;
/** Whoever waits longer has gone; the database gives up then, too. */
const longestPageMs = 30_000;

type Guard = {
  who: Who;
  /** Shows the door: to sign in where that is possible, or how else to get in. */
  door: (c: Context, title: string) => Promise<Response>;
  /** For the staff of the course in the address. */
  staffOnly: MiddlewareHandler;
  /** Lets the staff in by the token, and shows everybody else the door. */
  enter: (c: Context, token: string, to?: string) => Response | Promise<Response>;
};

export function guard(app: Hono, settings: RouteSettings): Guard {
  const { access, dashboardUrl, log, signIn } = settings;
  const who = whoAsks(settings);
  app.use(headers());
  app.use(limitBody());
  app.use(timeout(longestPageMs, () => new HTTPException(503, { message: 'this page took too long; try again' })));
  app.use(compress());
  // Forms are taken only from our own pages; a browser says where they come from.
  app.use(csrf());
  app.use(formsOnly);
  app.use(async (c, next) => {
    await next();
    // Pages hold marks of people and change by the minute: no copy is kept anywhere.
    if (!c.res.headers.has('cache-control')) c.header('cache-control', 'private, no-store');
  });
  app.onError((error, c) => {
    // Errors that are meant as answers (a refused form, say) bring their own.
    if ('getResponse' in error && typeof error.getResponse === 'function') return error.getResponse() as Response;
    // Whoever hung up half way is told nothing, and nobody else has to read of it.
    if (c.req.raw.signal.aborted && 'code' in error && error.code === 'ECONNRESET') return c.text('aborted\n', 400);
    log.error({ err: error, path: c.req.path }, 'a page failed');
    // Who may see it, GitHub alone can say.
    if ('code' in error && /^(github|rate|installation)-/.test(String(error.code)))
      return c.html(
        messagePage('GitHub does not answer', 'Without it nobody is known to be staff. Try again in a minute.'),
        503,
      );
    const text = 'Nothing is lost; the log of the app says what happened. Try again in a minute.';
    return c.html(messagePage('Something went wrong on our side', text), 500);
  });
  const door: Guard['door'] = async (c, title) => {
    const person = await who.person(c);
    const { pathname } = new URL(c.req.url);
    const ask = signIn && { to: pathname, ...(person ? { login: person.login } : {}) };
    return c.html(doorPage(title, ask), 403);
  };
  const staffOnly: MiddlewareHandler = async (c, next) => {
    const { staff } = await who.role(c, c.req.param('organisation') ?? '');
    return staff ? next() : door(c, 'This page is for the staff');
  };
  const enter: Guard['enter'] = (c, token, to = '/') => {
    if (!access.isStaff(token)) return door(c, 'That is not the dashboard’s token');
    const secure = dashboardUrl.startsWith('https:');
    setCookie(c, tokenCookie, access.session, {
      httpOnly: true,
      sameSite: 'Lax',
      path: '/',
      maxAge: thirtyDays,
      secure,
    });
    return c.redirect(to, 303);
  };
  return { who, door, staffOnly, enter };
}

/** What our pages send, and what can be read without trouble whatever is in it. Files have a page and a reader of their own. */
const formsOnly: MiddlewareHandler = async (c, next) => {
  const type = c.req.header('content-type');
  if (c.req.method !== 'POST' || isStreamed(c.req.path) || type === undefined) return next();
  if (/^application\/x-www-form-urlencoded(?:\s*;|$)/i.test(type)) return next();
  return c.text('a form is sent as application/x-www-form-urlencoded\n', 415);
};

/** Counted as it is read, whatever was announced. */
function limitBody(): MiddlewareHandler {
  const limits = new Map<number, MiddlewareHandler>();
  return (c, next) => {
    const maxSize = largestBody(c.req.path);
    const known = limits.get(maxSize);
    const limit = known ?? bodyLimit({ maxSize, onError: tooLarge });
    if (!known) limits.set(maxSize, limit);
    return limit(c, next);
  };
}

function tooLarge(c: Context): Response | Promise<Response> {
  const { title, text } = sayTooLarge(c.req.path);
  return c.html(messagePage(title, text), 413);
}

/** No script runs but our own, on the pages that are live; nothing is loaded from elsewhere, nobody may frame us. */
function headers(): MiddlewareHandler {
  const [still, live] = [secured({}), secured({ scriptSrc: ["'self'"], connectSrc: ["'self'"] })];
  return (c, next) => (isLivePage(c.req.path) ? live : still)(c, next);
}

function secured(more: { scriptSrc?: string[]; connectSrc?: string[] }): MiddlewareHandler {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      ...more,
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
      baseUri: ["'none'"],
    },
    referrerPolicy: 'no-referrer',
    xFrameOptions: 'DENY',
    // Whether the whole domain is https only is for whoever runs the proxy to say.
    strictTransportSecurity: false,
  });
}
