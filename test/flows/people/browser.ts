// The pages of the app with sign-in, and browsers that walk through GitHub's own door and back.
import { draftingBy } from '../../../src/doors.ts';
import { roleOf } from '../../../src/flows/people/role-of.ts';
import { signInDoor } from '../../../src/github/client/sign-in.ts';
import { sessionStore } from '../../../src/postgres/session-store.ts';
import { accessBy } from '../../../src/web/access.ts';
import { routes } from '../../../src/web/routes.ts';
import type { App } from '../start-app.ts';

export const base = 'https://practicum.example';
export const access = accessBy('the token of the dashboard');

/** The routes of a running app, with the sandbox as the place where people sign in. */
export function openPages(app: App): (request: Request) => Response | Promise<Response> {
  const { sandbox, ports } = app;
  const { clientId, clientSecret } = sandbox.state.app(Number(app.environment.APP_ID));
  const urls = { webUrl: sandbox.url, apiUrl: `${sandbox.url}/api/v3`, callback: `${base}/sign-in/callback` };
  const quiet = (): void => undefined;
  const none = () => Promise.reject(new Error('not in this test'));
  return routes({
    store: ports.store,
    clock: ports.clock,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    access,
    webUrl: sandbox.url,
    dashboardUrl: base,
    probeKey: '',
    pipelines: { submit: none, status: none },
    receiveReport: async () => ({ status: 422, code: 'none', message: 'none' }),
    checkoutToken: async () => ({ refused: 'none' }),
    drafting: draftingBy(() => ports),
    holds: () => ports.store.holds(),
    ready: async () => undefined,
    signIn: {
      door: signInDoor({ clientId, clientSecret: clientSecret!, ...urls }),
      sessions: sessionStore(app.database.pool),
      roleOf: (where, person) => roleOf(ports, where, person),
      key: clientSecret!,
    },
  }).fetch;
}

/** A browser: it keeps its cookies and shows them where they belong. */
export function openBrowser(fetchPage: ReturnType<typeof openPages>) {
  const jar = new Map<string, string>();
  const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '));
    headers.set('origin', base);
    const answer = await fetchPage(new Request(new URL(path, base), { redirect: 'manual', ...init, headers }));
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return answer;
  };
  /** Goes to GitHub and says who one is; returns the address that GitHub sends back to. */
  const toGitHub = async (login: string, to = '/'): Promise<string> => {
    const away = await ask(`/sign-in?to=${encodeURIComponent(to)}`);
    const address = new URL(away.headers.get('location')!);
    address.searchParams.set('login', login);
    const back = await fetch(address, { redirect: 'manual' });
    return back.headers.get('location')!;
  };
  const signIn = async (login: string, to = '/'): Promise<Response> => ask(await toGitHub(login, to));
  return { jar, ask, toGitHub, signIn };
}
