// The challenges of a course while they run: one page each, live, and words to whoever needs help.
import type { Context, Hono, MiddlewareHandler } from 'hono';
import { writeReminder } from '../flows/monitor/remind-student.ts';
import { showChallenge, showChallenges } from '../flows/monitor/show-challenge.ts';
import { liveEvents } from './live-events.ts';
import { challengePage } from './pages/challenge-page.ts';
import { challengesPage } from './pages/challenges-page.ts';
import { challengePath } from './pages/layout/links.ts';
import { monitorScript } from './pages/layout/scripts.ts';
import { messagePage } from './pages/message-page.ts';
import type { RouteSettings } from './route-settings.ts';
import { sendScript } from './send-script.ts';
import type { Who } from './who.ts';

type Doors = { who: Who; staffOnly: MiddlewareHandler };

export function monitorRoutes(app: Hono, settings: RouteSettings, { who, staffOnly }: Doors): void {
  const { store, clock, signIn } = settings;
  const events = liveEvents((organisation) => store.courseMark(organisation));
  const show = async (c: Context, problem?: string): Promise<Response> => {
    const { organisation = '', challenge = '' } = c.req.param() as Record<string, string>;
    const view = await showChallenge(store, organisation, challenge, clock.now());
    if (!view) return none(c);
    return c.html(challengePage(view, settings.drafting !== undefined, problem), problem === undefined ? 200 : 422);
  };
  app.get('/monitor-live.js', (c) => sendScript(c, monitorScript));
  app.get('/:organisation/challenges', staffOnly, async (c) => {
    const view = await showChallenges(store, c.req.param('organisation'));
    return view ? c.html(challengesPage(view, clock.now(), settings.drafting !== undefined)) : none(c);
  });
  app.get('/:organisation/challenges/:challenge', staffOnly, (c) => show(c));
  app.get('/:organisation/challenges/:challenge/events', staffOnly, (c) => {
    const listening = events.listen(c.req.param('organisation'));
    if (listening) return listening;
    c.header('retry-after', '60');
    return c.text('too many pages are open\n', 503);
  });
  app.post('/:organisation/challenges/:challenge/remind', staffOnly, async (c) => {
    const { organisation, challenge } = c.req.param();
    const form = await c.req.parseBody();
    const [owner, text] = [String(form['owner'] ?? ''), String(form['text'] ?? '')];
    const person = await who.person(c);
    const by = person?.login ?? 'the staff';
    const done = await writeReminder({ store, clock }, organisation, { challenge, owner, text, by });
    if ('refused' in done) return show(c, refusals[done.refused]);
    const act = { act: 'remind', subject: `${challenge}/${done.repository}`, ...(person ? { by: person } : {}) };
    await signIn?.sessions.addAct(organisation, act);
    return c.redirect(`${challengePath(organisation, challenge)}#help`, 303);
  });
}

const refusals = {
  said: 'Just this was written to this student before: it is sent once.',
  nobody: 'Nobody of that name takes part in this challenge.',
  empty: 'There is nothing to send.',
  long: 'At most 4000 letters can be sent.',
} as const;

function none(c: Context): Response | Promise<Response> {
  return c.html(
    messagePage('There is no such challenge', 'Pages of challenges are there once the course is merged.'),
    404,
  );
}
