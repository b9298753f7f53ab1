// POST /api/report: a bounded body from anybody, at a bounded pace, handed to whoever can tell whether it is genuine.
import type { Hono } from 'hono';
import type { Received } from '../flows/report/receive-report.ts';
import { addressOf, refusalCounter } from './refusal-counter.ts';

/** A report fits into the text of a check run; its token comes on top. */
export const mostReportBytes = 100_000;
const patienceMs = 10_000;
/** At the same time: each costs a signature to be checked and two look-ups. */
const mostAtOnce = 16;

export type ReportDoor = {
  receive: (body: string, from: string) => Promise<Received>;
  log: (error: unknown) => void;
  /** Machine time in milliseconds. */
  now: () => number;
};

export function reportRoute(app: Hono, { receive, log, now }: ReportDoor): void {
  let inHand = 0;
  const refused = refusalCounter(now);
  app.post('/api/report', async (c) => {
    const address = addressOf(c);
    const say = (status: Status, code: string, message: string, seconds = 60): Response => {
      c.header('cache-control', 'no-store');
      if (status >= 400) c.header('connection', 'close');
      if (status === 429 || status === 503) c.header('retry-after', String(seconds));
      return c.json({ code, message }, status);
    };
    const barred = refused.barredFor(address);
    if (barred > 0) return say(429, 'too-many', 'too many refused reports; try later', barred);
    if (inHand >= mostAtOnce) return say(503, 'busy', 'too many reports at once; try again in a minute');
    inHand++;
    try {
      const body = await readBody(c.req.raw);
      if (typeof body !== 'string') {
        refused.add(address);
        return say(body.status, body.code, body.message);
      }
      const { status, code, message } = await receive(body, address);
      if (status >= 400) refused.add(address);
      return say(status, code, message);
    } catch (error) {
      log(error);
      return say(503, 'try-again', 'the report could not be checked now; nothing was kept');
    } finally {
      inHand--;
    }
  });
}

type Status = Received['status'] | 408 | 413 | 503;
type Unread = { status: 408 | 413; code: string; message: string };

/** The body as text, or why it was not read to its end. */
async function readBody(request: Request): Promise<string | Unread> {
  const large: Unread = { status: 413, code: 'too-large', message: `a report has at most ${mostReportBytes} bytes` };
  if (Number(request.headers.get('content-length') ?? 0) > mostReportBytes) return large;
  const reader = request.body?.getReader();
  if (!reader) return '';
  const pieces: Uint8Array[] = [];
  let size = 0;
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    void reader.cancel().catch(() => undefined);
  }, patienceMs);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (late) return { status: 408, code: 'too-slow', message: 'the report took too long to arrive' };
      if (done) return Buffer.concat(pieces).toString('utf8');
      size += value.byteLength;
      if (size > mostReportBytes) {
        void reader.cancel().catch(() => undefined);
        return large;
      }
      pieces.push(value);
    }
  } finally {
    clearTimeout(timer);
  }
}
