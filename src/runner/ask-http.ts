// One HTTP request by the client that Node has loaded anyway: `fetch` costs every job a tenth of a second to load, and each
// request several times as much.
import { Agent, request as askOpenly, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as SecureAgent, request as askSecurely } from 'node:https';

export type HttpQuestion = {
  method?: string;
  headers?: Readonly<Record<string, string>>;
  body?: string;
  /** For all of it, redirections included. */
  waitMs: number;
};

export type HttpAnswer = {
  status: number;
  ok: boolean;
  headers: { get: (name: string) => string | null };
  text: string;
};

const mostRedirections = 5;
/** Servers give idle connections up after five seconds or more: ours are given up first. */
const idle = { keepAlive: true, timeout: 4_000 };
const agents = { open: new Agent(idle), secure: new SecureAgent(idle) };

/** Resolves with the answer, whatever its status; rejects when there is none in time. Redirections are followed. */
export async function askHttp(url: string, question: HttpQuestion): Promise<HttpAnswer> {
  const until = performance.now() + question.waitMs;
  let address = new URL(url);
  let asked = question;
  for (let redirected = 0; ; redirected++) {
    const answer = await askOnce(address, asked, until - performance.now());
    const next = locationOf(answer, address);
    if (!next) return answer;
    if (redirected >= mostRedirections) throw new Error(`more than ${mostRedirections} redirections from ${url}`);
    asked = forwarded(asked, answer.status, next.origin === address.origin);
    address = next;
  }
}

function locationOf({ status, headers }: HttpAnswer, from: URL): URL | undefined {
  const location = headers.get('location');
  if (location === null || ![301, 302, 303, 307, 308].includes(status)) return undefined;
  const to = new URL(location, from);
  return /^https?:$/.test(to.protocol) ? to : undefined;
}

/** As browsers do: what is written is written again only where the server insists, and a secret goes to nobody else. */
function forwarded(question: HttpQuestion, status: number, home: boolean): HttpQuestion {
  const headers = Object.entries(question.headers ?? {}).filter(([name]) => home || !/^authorization$/i.test(name));
  if (status >= 307 || (question.method ?? 'GET') === 'GET')
    return { ...question, headers: Object.fromEntries(headers) };
  const kept = headers.filter(([name]) => !/^content-/i.test(name));
  return { waitMs: question.waitMs, headers: Object.fromEntries(kept) };
}

function askOnce(url: URL, { method = 'GET', headers = {}, body }: HttpQuestion, waitMs: number): Promise<HttpAnswer> {
  const secure = url.protocol === 'https:';
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const options: RequestOptions = {
    method,
    headers: { ...headers, ...length },
    agent: secure ? agents.secure : agents.open,
  };
  return new Promise((resolve, reject) => {
    const request = (secure ? askSecurely : askOpenly)(url, options, (response) => {
      readText(response).then((text) => resolve(answerOf(response, text)), reject);
    });
    const timer = setTimeout(() => {
      request.destroy(Object.assign(new Error('it took too long'), { code: 'ETIMEDOUT' }));
    }, waitMs);
    request.once('error', reject).once('close', () => clearTimeout(timer));
    request.end(body);
  });
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return new TextDecoder().decode(Buffer.concat(chunks));
}

function answerOf({ statusCode = 0, headers }: IncomingMessage, text: string): HttpAnswer {
  const get = (name: string): string | null => {
    const value = headers[name.toLowerCase()];
    return value === undefined ? null : String(value);
  };
  return { status: statusCode, ok: statusCode >= 200 && statusCode < 300, headers: { get }, text };
}
