// The grader's pages: who waits to be judged, and for one student the forms in which a person decides.
import { randomUUID } from 'node:crypto';
import type { Context, Hono, MiddlewareHandler } from 'hono';
import { carryOutForm, type Form } from '../flows/grade/decide-by-form.ts';
import { showGrading, showGradingList } from '../flows/pages/show-grading.ts';
import { studentGradingPath } from './pages/layout/links.ts';
import { messagePage } from './pages/message-page.ts';
import { gradingListPage } from './pages/grading-list-page.ts';
import { gradingPage } from './pages/grading-page.ts';
import type { RouteSettings } from './route-settings.ts';
import type { Who } from './who.ts';

export function gradingRoutes(app: Hono, settings: RouteSettings, staffOnly: MiddlewareHandler, who: Who): void {
  const { store, clock, webUrl, signIn } = settings;
  app.get('/:organisation/grading', staffOnly, async (c) => {
    const view = await showGradingList(store, c.req.param('organisation'), clock.now());
    return view ? c.html(gradingListPage(view, c.req.query())) : nobody(c);
  });
  const show = async (c: Context, problem?: string): Promise<Response> => {
    const { organisation = '', owner = '' } = c.req.param() as Record<string, string>;
    const view = await showGrading(store, organisation, owner, clock.now());
    if (!view) return nobody(c);
    const by = (await who.person(c))?.login;
    const said = problem === undefined ? {} : { problem };
    return c.html(
      gradingPage(view, webUrl, { nonce: randomUUID(), ...(by === undefined ? {} : { by }), ...said }),
      problem === undefined ? 200 : 422,
    );
  };
  app.get('/:organisation/students/:owner/grading', staffOnly, (c) => show(c));
  app.post('/:organisation/students/:owner/grading', staffOnly, async (c) => {
    const { organisation, owner } = c.req.param();
    const form = textOf(await c.req.parseBody());
    const person = await who.person(c);
    // Who is signed in decides in that name, whatever the form says.
    const by = person?.login ?? (form['by'] ?? '').trim();
    const problem = await carryOutForm(store, { organisation, owner, by, form, now: clock.now() });
    if (problem !== undefined) return show(c, problem);
    const act = { act: `grading: ${form['what'] ?? ''}`, subject: owner, ...(person ? { by: person } : {}) };
    await signIn?.sessions.addAct(organisation, act);
    return c.redirect(studentGradingPath(organisation, owner), 303);
  });
}

function textOf(body: Readonly<Record<string, unknown>>): Form {
  return Object.fromEntries(
    Object.entries(body).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
  );
}

function nobody(c: Context): Response | Promise<Response> {
  return c.html(messagePage('Nobody of that name', 'No course in force has such a student or group.'), 404);
}
