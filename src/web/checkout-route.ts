// The door for runs of the placement workflow: an identity token comes in, a token that reads one repository goes out.
import type { Hono } from 'hono';
import type { CheckoutAnswer } from '../flows/placement/give-checkout-token.ts';
import { addressOf, refusalCounter } from './refusal-counter.ts';

export type CheckoutDoor = {
  give: (identity: string | undefined) => Promise<CheckoutAnswer>;
  log: (error: unknown) => void;
  /** Machine time in milliseconds. */
  now: () => number;
};

export function checkoutRoute(app: Hono, { give, log, now }: CheckoutDoor): void {
  const refused = refusalCounter(now);
  app.post('/api/checkout-token', async (c) => {
    c.header('cache-control', 'no-store');
    const address = addressOf(c);
    const barred = refused.barredFor(address);
    if (barred > 0) {
      c.header('retry-after', String(barred));
      return c.text('too many refused requests; try later\n', 429);
    }
    const [, identity] = /^Bearer ([\w.-]{1,8000})$/i.exec(c.req.header('authorization') ?? '') ?? [];
    try {
      const answer = await give(identity);
      if ('token' in answer) return c.text(answer.token);
      refused.add(address);
      return c.text(`${answer.refused}\n`, 403);
    } catch (error) {
      log(error);
      c.header('retry-after', '60');
      return c.text('the token could not be checked now; try again in a minute\n', 503);
    }
  });
}
