// Self-enrolment: students claim their row of the roster by a link, the staff sees who is missing and takes claims back.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Context, Hono, MiddlewareHandler } from 'hono';
import { claimRow, showEnrolment, undoClaim } from '../flows/people/claim-row.ts';
import type { Person } from '../ports/session.ts';
import { enrolmentCsv, enrolmentPage, type EnrolLinks } from './pages/enrolment-page.ts';
import { claimPage, claimedPage } from './pages/claim-page.ts';
import { messagePage, signInPage } from './pages/message-page.ts';
import { refusalCounter } from './refusal-counter.ts';
import type { RouteSettings, SignIn } from './route-settings.ts';
import type { Who } from './who.ts';

/** The keys of links: of the whole course, and of one row. They tell nothing about each other. */
function keysOf(signIn: SignIn, organisation: string): { course: string; row: (key: string) => string } {
  const derive = (purpose: string): string =>
    createHmac('sha256', signIn.key)
      .update(`enrol\0${organisation.toLowerCase()}\0${purpose}`)
      .digest('base64url')
      .slice(0, 32);
  return { course: derive('course'), row: (key) => derive(`row\0${key}`) };
}

function same(given: string, key: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(key)];
  return a.length === b.length && timingSafeEqual(a, b);
}

type Doors = { who: Who; staffOnly: MiddlewareHandler };

export function enrolRoutes(app: Hono, settings: RouteSettings, { who, staffOnly }: Doors): void {
  const { signIn, store, clock } = settings;
  // Whoever guesses ids of others is not listened to for a while.
  const guesses = refusalCounter(() => performance.now(), { most: 10 });

  if (signIn) {
    app.get('/:organisation/enrol/:key', async (c) => {
      const person = await who.person(c);
      if (!person) return c.html(signInPage('Enrol in this course', undefined, new URL(c.req.url).pathname));
      const meant = await readLink(c, settings, signIn);
      if (!meant) return noLink(c);
      // Asked anew: what the person was a minute ago, before the claim, is of no use here.
      const own = await signIn.roleOf(place(c).organisation, person);
      if (own.owner !== undefined)
        return c.html(claimedPage({ outcome: 'enrolled' }, { ...place(c), owner: own.owner }));
      return c.html(claimPage(place(c), person.login, meant.row));
    });
    app.post('/:organisation/enrol/:key', async (c) => {
      const person = await who.person(c);
      if (!person) return c.html(signInPage('Enrol in this course', undefined, new URL(c.req.url).pathname), 403);
      const meant = await readLink(c, settings, signIn);
      if (!meant) return noLink(c);
      if (guesses.barredFor(String(person.id)) > 0)
        return c.html(
          messagePage('Too many tries', 'Wait ten minutes, or ask your teacher for a link of your own.'),
          429,
        );
      return claim(c, person, meant);
    });
  }
  const claim = async (c: Context, person: Person, { row }: Meant): Promise<Response> => {
    const typed = String((await c.req.parseBody())['who'] ?? '').slice(0, 200);
    const wanted = row ? { key: row.key } : { typed };
    const done = await claimRow({ store, clock }, place(c).organisation, person, wanted);
    const isGood = done.outcome === 'claimed' || done.outcome === 'enrolled';
    if (!isGood) guesses.add(String(person.id));
    return c.html(claimedPage(done, place(c)), isGood ? 200 : 409);
  };

  app.get('/:organisation/enrol', staffOnly, async (c) => {
    const view = await showEnrolment(store, place(c).organisation);
    if (!view) return c.html(messagePage('No roster yet', 'It is read when the course is merged.'), 404);
    return c.html(enrolmentPage(view, signIn && linksOf(settings, signIn, view.record.login)));
  });
  app.get('/:organisation/enrol.csv', staffOnly, async (c) => {
    const view = await showEnrolment(store, place(c).organisation);
    if (!view || !signIn) return c.text('there is no roster, or people cannot sign in', 404);
    return c.body(enrolmentCsv(view, linksOf(settings, signIn, view.record.login)), 200, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="enrolment-${view.record.organisation}.csv"`,
    });
  });
  app.post('/:organisation/enrol/undo/:seq', staffOnly, async (c) => {
    const { organisation, seq } = c.req.param();
    const by = await who.person(c);
    const number = /^\d{1,15}$/.test(seq) ? Number(seq) : -1;
    const undone = await undoClaim({ store, clock }, organisation, number, by?.login ?? 'the dashboard’s token');
    if (!undone) return c.html(messagePage('There is no such claim', 'It may have been taken back already.'), 404);
    await signIn?.sessions.addAct(organisation, { act: 'take back', subject: `claim ${seq}`, ...(by ? { by } : {}) });
    return c.redirect(`/${encodeURIComponent(organisation)}/enrol`, 303);
  });
}

/** What a link leads to: one row, or, without it, whichever row a person names. */
type Meant = { row?: { key: string; name: string } };

async function readLink(c: Context, { store }: RouteSettings, signIn: SignIn): Promise<Meant | undefined> {
  const { organisation } = place(c);
  const given = c.req.param('key') ?? '';
  const keys = keysOf(signIn, organisation);
  if (same(given, keys.course)) return {};
  const view = await showEnrolment(store, organisation);
  const row = view?.rows.find(({ key }) => same(given, keys.row(key)));
  return row && { row };
}

function linksOf({ dashboardUrl }: RouteSettings, signIn: SignIn, login: string): EnrolLinks {
  const keys = keysOf(signIn, login);
  const base = `${dashboardUrl}/${encodeURIComponent(login)}/enrol/`;
  return { course: base + keys.course, row: (key) => base + keys.row(key) };
}

function place(c: Context): { organisation: string; path: string } {
  return { organisation: c.req.param('organisation') ?? '', path: new URL(c.req.url).pathname };
}

function noLink(c: Context): Response | Promise<Response> {
  return c.html(
    messagePage('This link leads nowhere', 'It is incomplete, or of another course. Ask your teacher.'),
    404,
  );
}
