// The pages of a filled course, as a browser would ask for them.
import { accessBy, type Access } from '../../src/web/access.ts';
import { routes } from '../../src/web/routes.ts';
import { openStore } from '../../src/postgres/store.ts';
import type { Store } from '../../src/ports/store.ts';
import { cloneDatabase, type TestDatabase } from '../database.ts';
import { keepStandings } from '../../src/flows/grade/keep-standings.ts';
import { fillCourse, midTerm, organisation, type Person } from './fill-course.ts';

export const webUrl = 'https://github.example';
export const token = 'a-token-of-the-staff';

export type Pages = {
  store: Store;
  pool: TestDatabase['pool'];
  access: Access;
  /** Everything that was logged as an error. */
  logged: object[];
  /** As the staff, with the cookie. */
  staff: (path: string, init?: RequestInit) => Promise<Response>;
  /** As anybody, with nothing. */
  stranger: (path: string, init?: RequestInit) => Promise<Response>;
  fetch: (request: Request) => Response | Promise<Response>;
  drop: () => Promise<void>;
};

export async function openPages(everybody?: readonly Person[], dashboardToken = token): Promise<Pages> {
  const database = await cloneDatabase();
  const store = openStore(database.pool);
  const quiet = (): void => undefined;
  const clock = { now: () => midTerm, onChange: () => quiet, runs: false };
  await store.transaction((inside) => fillCourse(inside, everybody));
  // As the worker does when there is news.
  await keepStandings({ store, clock }, { organisation });
  const access = accessBy(dashboardToken);
  const logged: object[] = [];
  const app = routes({
    store,
    access,
    webUrl,
    dashboardUrl: 'https://practicum.example',
    clock,
    log: { debug: quiet, info: quiet, warn: quiet, error: (facts) => void logged.push(facts) },
    pipelines: {
      submit: async () => ({ status: 404, code: 'not-here', message: 'not in this test' }),
      status: async () => ({ status: 404, code: 'not-here', message: 'not in this test' }),
    },
    checkoutToken: async () => ({ refused: 'not in this test' }),
    probeKey: 'a public key',
    receiveReport: async () => ({ status: 422, code: 'no-report', message: 'there is none' }),
    holds: () => store.holds(),
    ready: async () => void (await database.pool.query('select 1')),
  });
  const ask = async (path: string, init: RequestInit = {}): Promise<Response> =>
    app.fetch(new Request(`https://practicum.example${path}`, { redirect: 'manual', ...init }));
  return {
    store,
    access,
    pool: database.pool,
    logged,
    fetch: app.fetch,
    stranger: ask,
    staff: (path, init = {}) => {
      const headers = new Headers(init.headers);
      headers.set('cookie', `practicum=${access.session}`);
      return ask(path, { ...init, headers });
    },
    drop: () => database.drop(),
  };
}
