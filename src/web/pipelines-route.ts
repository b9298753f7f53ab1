// POST /api/pipelines and GET /api/pipelines/{id}: a run submits its pipeline and asks how it stands, at a bounded pace.
import type { Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { HttpAnswer } from '../flows/placement/submit-by-http.ts';
import { openApi } from './openapi.ts';
import { addressOf, refusalCounter } from './refusal-counter.ts';

const mostBytes = 10_000;
/** Of one address within a minute, answered or not. */
const mostInMinute = 60;

export type PipelinesDoor = {
  submit: (identity: string | undefined, body: string) => Promise<HttpAnswer>;
  status: (identity: string | undefined, id: string, repository?: string) => Promise<HttpAnswer>;
  log: (error: unknown) => void;
  /** Machine time in milliseconds. */
  now: () => number;
};

export function pipelinesRoute(app: Hono, { submit, status, log, now }: PipelinesDoor): void {
  const refused = refusalCounter(now);
  const isEager = countPerMinute(now);
  const answer = async (c: Context, work: (identity: string | undefined) => Promise<HttpAnswer>): Promise<Response> => {
    c.header('cache-control', 'no-store');
    const address = addressOf(c);
    const eager = isEager(address);
    const barred = refused.barredFor(address);
    if (barred > 0 || eager) {
      c.header('retry-after', String(barred || 60));
      const what = barred > 0 ? 'refused requests' : 'requests';
      const wait = barred > 60 ? `${Math.ceil(barred / 60)} minutes` : 'a minute';
      return c.json({ code: 'too-many', message: `too many ${what}; try again in ${wait}` }, 429);
    }
    const [, identity] = /^Bearer ([\w.-]{1,8000})$/i.exec(c.req.header('authorization') ?? '') ?? [];
    try {
      const given = await work(identity);
      if ('body' in given) return c.json(given.body, given.status);
      const { status: code, ...rest } = given;
      if (code === 401 || code === 403) refused.add(address);
      return c.json(rest, code);
    } catch (error) {
      log(error);
      c.header('retry-after', '60');
      return c.json({ code: 'try-again', message: 'this could not be answered now; nothing was kept' }, 503);
    }
  };
  const limit = bodyLimit({
    maxSize: mostBytes,
    onError: (c) => c.json({ code: 'too-large', message: `a submission has at most ${mostBytes} bytes` }, 413),
  });
  app.post('/api/pipelines', limit, async (c) => {
    const body = await c.req.text();
    return answer(c, (identity) => submit(identity, body));
  });
  app.get('/api/pipelines/:id', (c) =>
    answer(c, (identity) => status(identity, c.req.param('id'), c.req.query('repository'))),
  );
  app.get('/api/openapi.json', (c) => c.json(openApi));
}

function countPerMinute(now: () => number): (address: string) => boolean {
  let minute = -1;
  let counts = new Map<string, number>();
  return (address) => {
    const current = Math.floor(now() / 60_000);
    if (current !== minute) {
      minute = current;
      counts = new Map();
    }
    const count = (counts.get(address) ?? 0) + 1;
    counts.set(address, count);
    return count > mostInMinute;
  };
}
