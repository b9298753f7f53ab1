// Who is signed in, and the end of somebody's sessions: for whoever holds the token.
import type { Hono } from 'hono';
import type { guard } from './guard.ts';
import { sessionsPage } from './pages/sessions-page.ts';
import type { RouteSettings } from './route-settings.ts';

type Guarded = Pick<ReturnType<typeof guard>, 'who' | 'door'>;

export function sessionRoutes(app: Hono, { signIn, log }: RouteSettings, { who, door }: Guarded): void {
  if (!signIn) return;
  const { sessions } = signIn;
  const title = 'Sessions are for whoever holds the token';
  app.get('/sessions', async (c) => (who.holdsToken(c) ? c.html(sessionsPage(await sessions.list())) : door(c, title)));
  app.post('/sessions/end', async (c) => {
    if (!who.holdsToken(c)) return door(c, title);
    const login = String((await c.req.parseBody())['login'] ?? '');
    const ended = await sessions.revokeAll(login);
    log.info({ login, ended }, 'sessions were ended by the dashboard’s token');
    return c.redirect('/sessions', 303);
  });
}
