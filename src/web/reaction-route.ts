// The door for runs of a reaction: an identity token comes in; a token for a checkout, a slice, or nothing goes out.
import type { Hono } from 'hono';
import type { ReactionAnswer, ReactionAsked } from '../ports/reaction.ts';
import { addressOf, refusalCounter } from './refusal-counter.ts';

export type ReactionDoor = {
  answer: (identity: string | undefined, asked: ReactionAsked) => Promise<ReactionAnswer>;
  log: (error: unknown) => void;
  /** Machine time in milliseconds. */
  now: () => number;
};

/** An outcome is two handfuls of numbers. */
const mostBytes = 20_000;
/** At the same time: a slice lies in memory until it is sent. */
const mostAtOnce = 4;

export function reactionRoute(app: Hono, { answer, log, now }: ReactionDoor): void {
  const refused = refusalCounter(now);
  let inHand = 0;
  app.post('/api/reaction/:what', async (c) => {
    c.header('cache-control', 'no-store');
    const later = (text: string, status: 429 | 503, seconds: number): Response => {
      c.header('retry-after', String(seconds));
      return c.text(`${text}\n`, status);
    };
    const address = addressOf(c);
    const barred = refused.barredFor(address);
    if (barred > 0) return later('too many refused requests; try later', 429, barred);
    const [, identity] = /^Bearer ([\w.-]{1,8000})$/i.exec(c.req.header('authorization') ?? '') ?? [];
    const length = Number(c.req.header('content-length') ?? 0);
    const what = c.req.param('what');
    if (what !== 'checkout' && what !== 'slice' && what !== 'outcome')
      return c.text('there is no such question\n', 404);
    if (!(length <= mostBytes)) return c.text(`an outcome has at most ${mostBytes} bytes\n`, 413);
    if (inHand >= mostAtOnce) return later('too many at once', 503, 5);
    inHand++;
    try {
      // Without a length it is not read: whoever sends nothing sends 0.
      const body = what === 'outcome' && length > 0 ? (await c.req.text()).slice(0, mostBytes) : '';
      const given = await answer(identity, what === 'outcome' ? { what, body } : { what });
      if ('text' in given) return c.text(given.text);
      refused.add(address);
      return c.text(`${given.refused}\n`, 403);
    } catch (error) {
      log(error);
      return later('the question could not be answered now; try again in a minute', 503, 5);
    } finally {
      inHand--;
    }
  });
}
