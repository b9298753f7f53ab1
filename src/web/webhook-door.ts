// The door for webhooks: checked while they stream in, stored, and only then acknowledged. Until then GitHub is told that
// the delivery failed, which it remembers and we ask it about.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { arrivals, type Arrivals } from './arrivals.ts';
import { byteBudget, type ByteBudget } from './byte-budget.ts';

export type Webhook = { id: string; name: string; payload: unknown };
export type WebhookDoor = (request: IncomingMessage, response: ServerResponse) => void;

type Settings = {
  secret: string;
  /** Keeps one genuine webhook; resolves once it is stored. */
  accept: (webhook: Webhook) => Promise<unknown>;
  /** Told of what could not be stored. */
  failed?: (error: unknown) => void;
  /** Reads one of unusual size where it holds up nobody; undefined where it is no JSON object. */
  readLarge?: (body: Uint8Array) => Promise<object | undefined>;
  /** GitHub hangs up after ten seconds and counts that as a failure; we say so before. */
  patienceMs?: number;
};

/** GitHub delivers no payload above this many bytes; what is larger is not from GitHub. */
const largest = 25 * 1024 * 1024;
/** Usual payloads are some ten kilobytes: they never wait behind large ones. */
const usual = 256 * 1024;
/** Bodies in memory at the same time, in bytes: usual ones on their way and as they are stored, and large ones. */
const room = { coming: 128 * 1024 * 1024, usual: 32 * 1024 * 1024, large: 2 * largest };
/** What any request costs besides its body. */
const overhead = 4096;
const usualPatienceMs = 8000;

type Refusal = { status: number; text: string };

export function webhookDoor({
  secret,
  accept,
  failed,
  readLarge = async (body) => readUsual(body),
  patienceMs = usualPatienceMs,
}: Settings): WebhookDoor {
  const coming = arrivals(room.coming);
  const budgets = { usual: byteBudget(room.usual), large: byteBudget(room.large) };
  return (request, response) => {
    const refusal = refuseByHeaders(request);
    if (refusal) return answer(request, response, refusal);
    const length = Number(request.headers['content-length']);
    const budget = length > usual ? budgets.large : budgets.usual;
    const late = new AbortController();
    const giveUp = (why: string): void => {
      answer(request, response, { status: 503, text: `${why}: deliver it again` });
      late.abort(new Error(why));
    };
    const timer = setTimeout(giveUp, patienceMs, 'not stored in time');
    // Whoever hangs up frees their place in the line.
    response.once('close', () => late.abort(new Error('the sender hung up')));
    void receive({ request, length, secret, accept, readLarge, budget, coming, giveUp, signal: late.signal })
      .catch((error: unknown): Refusal => {
        if (!late.signal.aborted) failed?.(error);
        return { status: 500, text: 'not stored: deliver it again' };
      })
      .then((result) => answer(request, response, result))
      .finally(() => clearTimeout(timer));
  };
}

/** What can be told before a byte of the body is read. */
function refuseByHeaders({ method, headers }: IncomingMessage): Refusal | undefined {
  if (method !== 'POST') return { status: 405, text: 'webhooks are posted' };
  const length = headers['content-length'];
  // GitHub always announces it.
  if (length === undefined) return { status: 411, text: 'length required' };
  if (!(Number(length) <= largest)) return { status: 413, text: 'payload too large' };
  if (!/^application\/json\b/i.test(headers['content-type'] ?? ''))
    return { status: 415, text: 'the webhook’s content type must be application/json' };
  const missing = ['x-github-event', 'x-github-delivery', 'x-hub-signature-256'].filter((name) => !headers[name]);
  if (missing.length > 0) return { status: 400, text: `missing: ${missing.join(', ')}` };
  if (
    !/^[!-~]{1,200}$/.test(String(headers['x-github-delivery'])) ||
    !/^[\w.-]{1,100}$/.test(String(headers['x-github-event']))
  )
    return { status: 400, text: 'not a delivery of GitHub' };
  return undefined;
}

type Receiving = Pick<Required<Settings>, 'secret' | 'accept' | 'readLarge'> & {
  request: IncomingMessage;
  length: number;
  budget: ByteBudget;
  coming: Arrivals;
  giveUp: (why: string) => void;
  signal: AbortSignal;
};

/**
 * Of a large body nothing is read before there is room for it. A usual one waits for room when it is here and genuine: whoever
 * announces one and sends nothing holds up nobody.
 */
async function receive(receiving: Receiving): Promise<Refusal> {
  const { request, length, accept, readLarge, budget, coming, giveUp, signal } = receiving;
  const arrival = length > usual ? undefined : coming.begin(() => giveUp('too much at once'));
  let giveBack = arrival ? undefined : await budget.take(length + overhead, signal);
  try {
    const body = await readSigned(receiving, (bytes) => arrival?.grow(bytes));
    if (body === undefined) return { status: 400, text: 'the signature does not match' };
    arrival?.complete();
    giveBack ??= await budget.take(length + overhead, signal);
    const payload = body.length > usual ? await readLarge(body) : readUsual(body);
    if (payload === undefined) return { status: 400, text: 'the payload is not a JSON object' };
    const { headers } = request;
    await accept({ id: String(headers['x-github-delivery']), name: String(headers['x-github-event']), payload });
    return { status: 200, text: 'ok' };
  } finally {
    arrival?.end();
    giveBack?.();
  }
}

function readUsual(body: Uint8Array): object | undefined {
  try {
    const payload: unknown = JSON.parse(new TextDecoder().decode(body));
    return typeof payload === 'object' && payload !== null ? payload : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The body, if its signature is right. It goes through the check as it comes in, and nothing looks at it before. A large one is
 * put together as it comes, too: all at once would hold up everybody.
 */
async function readSigned(
  { request, length, secret, signal }: Receiving,
  came: (bytes: number) => void,
): Promise<Buffer | undefined> {
  const whole = length > usual ? Buffer.allocUnsafeSlow(length) : undefined;
  let at = 0;
  const hmac = createHmac('sha256', secret);
  const pieces: Buffer[] = [];
  for await (const piece of request as AsyncIterable<Buffer>) {
    came(piece.length);
    signal.throwIfAborted();
    hmac.update(piece);
    if (whole) at += piece.copy(whole, at);
    else pieces.push(piece);
  }
  if (whole && at < length) return undefined;
  const [, given = ''] = /^sha256=([0-9a-f]{64})$/i.exec(String(request.headers['x-hub-signature-256'])) ?? [];
  const expected = hmac.digest();
  const known = Buffer.from(given, 'hex');
  // Compares in the same time, however much of it is right.
  return known.length === expected.length && timingSafeEqual(known, expected)
    ? (whole ?? Buffer.concat(pieces))
    : undefined;
}

/** Answers once. A connection whose body was not read to its end is of no further use. */
function answer(request: IncomingMessage, response: ServerResponse, { status, text }: Refusal): void {
  if (response.headersSent || response.destroyed) return;
  const unread = !request.complete;
  if (unread) response.once('finish', () => request.destroy());
  response
    .writeHead(status, {
      'content-type': 'text/plain; charset=utf-8',
      ...(unread ? { connection: 'close' } : {}),
      ...(status === 503 ? { 'retry-after': '60' } : {}),
    })
    .end(`${text}\n`);
}
