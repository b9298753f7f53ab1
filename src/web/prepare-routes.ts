// The set-up of a running app: what is done, and buttons for what the app can do. For whoever holds the token.
import type { Context, Hono } from 'hono';
import { codeOf } from '../domain/text/failure.ts';
import { stepIds } from '../ports/set-up.ts';
import type { guard } from './guard.ts';
import { messagePage } from './pages/message-page.ts';
import { statePage } from './pages/setup-page.ts';
import type { RouteSettings } from './route-settings.ts';

type Guarded = Pick<ReturnType<typeof guard>, 'who' | 'door' | 'enter'>;

export function prepareRoutes(app: Hono, settings: RouteSettings, { who, door, enter }: Guarded): void {
  const { examine, setUp, signIn } = settings;
  const show = async (c: Context, problem?: string): Promise<Response> => {
    if (!examine) return c.html(messagePage('There is no such page', 'Start from the front page.'), 404);
    const [checks, courses] = await Promise.all([examine(), setUp?.look() ?? []]);
    return c.html(statePage({ checks, courses, ...(problem === undefined ? {} : { problem }) }), problem ? 409 : 200);
  };
  app.get('/setup', async (c) => {
    const token = c.req.query('token');
    if (token !== undefined) return enter(c, token, '/setup');
    if (!who.holdsToken(c)) return door(c, 'The set-up is for whoever holds the token');
    return show(c);
  });
  app.post('/setup/do', async (c) => {
    if (!who.holdsToken(c)) return door(c, 'The set-up is for whoever holds the token');
    const form = await c.req.parseBody();
    const organisation = String(form['organisation'] ?? '');
    const step = [...stepIds, 'all' as const].find((candidate) => candidate === form['step']);
    if (!setUp || step === undefined) return show(c, 'There is no such step.');
    try {
      await setUp.act(organisation, step);
    } catch (error) {
      if (!(error instanceof Error) || codeOf(error) === undefined) throw error;
      settings.log.error({ err: error, organisation, step }, 'a step of the set-up was not done');
      return show(c, `Not done: ${error.message}`);
    }
    const by = await who.person(c);
    await signIn?.sessions.addAct(organisation, { act: 'set up', subject: step, ...(by ? { by } : {}) });
    return c.redirect('/setup', 303);
  });
}
