// One call to GitHub as it is made: in time, by the pinned version, following a renamed repository, with a token that holds.
import { Failure } from '../../domain/text/failure.ts';
import { retryPolicy } from '../../domain/jobs/retry-policy.ts';
import { coded, refusedWith200, type Headers } from './error.ts';

/** Pinned, so that a new default version of the API changes nothing here. */
export const apiVersion = '2022-11-28';

export type Options = {
  method: string;
  url: string;
  baseUrl: string;
  headers: Record<string, unknown>;
  request?: Record<string, unknown>;
};
export type Answer = { status: number; data: unknown; headers: Headers };
export type Ask<Given> = (options: Given) => Promise<Answer> | Answer;
/** `anew`: past the cache of tokens. */
export type Authorise = (anew?: boolean) => Promise<string>;

/** Nobody waits for an answer for ever: a read has half a minute, a write, which may carry megabytes, two. */
const patienceMs = (method: string): number => (isRead(method) ? 30_000 : 120_000);
const mostMoves = 3;

/** `fetch` for a call that brings no deadline: a token is there in the time of a read. */
export function inTime(wire?: typeof fetch): typeof fetch {
  return (input, init) => (wire ?? fetch)(input, { ...init, signal: AbortSignal.timeout(patienceMs('GET')) });
}

const isRead = (method: string): boolean => method === 'GET' || method === 'HEAD';

/** A GraphQL call that reads is a POST all the same. */
export function isQuery(options: { url: string; query?: unknown }): boolean {
  return (
    options.url.endsWith('/graphql') &&
    typeof options.query === 'string' &&
    !options.query.trimStart().startsWith('mutation')
  );
}

/** GitHub, or something on the way, closed a connection in use: the usual end of one that was kept for long. */
const broken = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

function isBroken(error: unknown): boolean {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
  return broken.has(String(code)) || (cause !== undefined && isBroken(cause));
}

/** Throws coded errors. */
export async function askGitHub<Given extends Options>(
  ask: Ask<Given>,
  options: Given,
  authorise: Authorise,
): Promise<Answer> {
  let anew = false;
  let breaks = 0;
  for (;;) {
    try {
      return await askOnce(ask, options, () => authorise(anew));
    } catch (cause) {
      const error = coded(cause);
      const isSafe = isRead(options.method) || isQuery(options);
      // The token may have been revoked while it lay in the cache.
      if (error.code === 'unauthorised' && !anew) anew = true;
      else if (!isSafe || !isBroken(error) || ++breaks === retryPolicy.brokenRead.attempts) throw error;
    }
  }
}

async function askOnce<Given extends Options>(ask: Ask<Given>, options: Given, authorise: Authorise): Promise<Answer> {
  options.headers['authorization'] = await authorise().catch((cause: unknown) => {
    throw shut(coded(cause));
  });
  options.headers['x-github-api-version'] = apiVersion;
  const answer = await follow(ask, options);
  const refusal = options.url.endsWith('/graphql') ? refusedWith200(answer.data, answer.headers) : undefined;
  if (refusal) throw refusal;
  return answer;
}

/** A renamed repository answers with its address by id. `fetch` would ask there with GET: a write goes on as the write it is. */
async function follow<Given extends Options>(ask: Ask<Given>, options: Given): Promise<Answer> {
  const timed = (url: string): Given => ({
    ...options,
    url,
    request: {
      ...options.request,
      signal: AbortSignal.timeout(patienceMs(options.method)),
      ...(isRead(options.method) ? {} : { redirect: 'manual' }),
    },
  });
  let answer = await ask(timed(options.url));
  for (let moves = 0; moves < mostMoves && [301, 302, 307, 308].includes(answer.status); moves++) {
    const next = placeOf(answer, options.baseUrl);
    if (next === undefined) break;
    answer = await ask(withoutPlaces(timed(next), options.url));
  }
  if (answer.status >= 300 && answer.status < 400) {
    const message = `GitHub answers ${answer.status} and does not say where to go`;
    throw coded(Object.assign(new Error(message), { status: answer.status, response: answer }));
  }
  return answer;
}

/** What stood in the address is in the new one already: left in, it would be sent as part of the body. */
function withoutPlaces<Given extends Options>(options: Given, template: string): Given {
  const named = new Set([...template.matchAll(/\{[?&/+#.;]?([\w,]+)\}/g)].flatMap(([, names]) => names!.split(',')));
  return Object.fromEntries(Object.entries(options).filter(([key]) => !named.has(key))) as Given;
}

/** Only on the same server: the token goes nowhere else. */
function placeOf({ headers, data }: Answer, baseUrl: string): string | undefined {
  const said = headers['location'] ?? (data as { url?: string } | undefined)?.url;
  if (typeof said !== 'string' || !URL.canParse(said, baseUrl)) return undefined;
  const place = new URL(said, baseUrl);
  return place.origin === new URL(baseUrl).origin ? place.href : undefined;
}

/**
 * No token at all is a state of the installation: removed, or the App's key is not valid any more. A right that was not granted (422) is
 * the matter of whoever wants it.
 */
function shut(error: Failure): Failure {
  return error.code === 'not-found' || error.code === 'unauthorised'
    ? new Failure('installation-away', error.message, { ...error, name: error.name, cause: error.cause })
    : error;
}
