// The door for Prometheus: on this machine itself, or with the token that is set for it.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Hono } from 'hono';
import { isHere } from './is-here.ts';
import { addressOf, refusalCounter } from './refusal-counter.ts';

export type MetricsDoor = {
  expose: () => Promise<{ type: string; text: string }>;
  /** Absent: on this machine alone. */
  token?: string;
};

export function metricsRoute(app: Hono, { expose, token }: MetricsDoor, now: () => number): void {
  const refused = refusalCounter(now);
  app.get('/metrics', async (c) => {
    c.header('cache-control', 'no-store');
    const address = addressOf(c);
    const barred = refused.barredFor(address);
    if (barred > 0) {
      c.header('retry-after', String(barred));
      return c.text('too many refused requests; try later\n', 429);
    }
    const [, given] = /^Bearer (\S{1,500})$/i.exec(c.req.header('authorization') ?? '') ?? [];
    const isKnown = token !== undefined && given !== undefined && same(given, token);
    if (!isKnown && (given !== undefined || !isHere(c))) {
      refused.add(address);
      return c.text('metrics are for this machine itself, or for a Bearer token: PRACTICUM_METRICS_TOKEN\n', 403);
    }
    const { type, text } = await expose();
    return c.body(text, 200, { 'content-type': type });
  });
}

function same(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
