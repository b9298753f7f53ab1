// Failures of GitHub or of the network, with a code that flows can act on.
import { Failure, isFailure, type FailureCode, type FailureFacts } from '../../domain/text/failure.ts';

export type Headers = Record<string, string | number | undefined>;
type Response = { status?: number; headers?: Headers };
type Problem = { type?: string; code?: string; message: string; extensions?: { code?: string } };

/** Turns whatever Octokit threw into a coded error; one that has a code of ours already is left alone. */
export function coded(cause: unknown): Failure {
  const error = cause as Error & {
    status?: number;
    code?: string;
    response?: Response;
    errors?: Problem[];
    headers?: Headers;
  };
  if (cause instanceof Failure) return cause;
  if (Array.isArray(error.errors) && error.status === undefined)
    return graphqlError(error.errors, error.headers ?? {}, cause);
  const wait = retryAfter(error);
  if (wait !== undefined)
    return make('rate-limited', error.message, cause, { status: error.status!, retryAfter: wait });
  // Octokit says 500 of a connection that broke: nobody answered that.
  if (error.status === undefined || (error.status === 500 && !error.response))
    return make('github-unreachable', error.message, cause);
  const { status } = error;
  if (status === 403 && shutDoor.test(error.message))
    return make('installation-away', error.message, cause, { status });
  // Whatever was to be written: only whoever unarchives it can help, and then it goes on by itself.
  if (status === 403 && archivedWords.test(error.message))
    return make('repository-archived', error.message, cause, { status, permanent: true });
  const code = codes[status] ?? (status >= 500 ? 'github-unavailable' : 'github-refused');
  // Octokit's paging takes an error with status 409 for an empty list: "nothing is there" must not come of a failure.
  const more = status === 409 ? {} : { status };
  const pause = status >= 500 ? secondsIn(error.response?.headers?.['retry-after']) : undefined;
  return make(code, error.message, cause, pause === undefined ? more : { ...more, retryAfter: pause });
}

const statesOf200: ReadonlySet<string> = new Set(['rate-limited', 'github-unavailable', 'installation-away']);

/** What GitHub says with status 200 to a GraphQL call that it did not carry out for reasons of its own; undefined of any other answer. */
export function refusedWith200(data: unknown, headers: Headers): Failure | undefined {
  const { errors, message } = (data ?? {}) as { errors?: unknown; message?: unknown };
  const problems = (Array.isArray(errors) ? errors : []) as Problem[];
  const said = [...problems, ...(typeof message === 'string' && problems.length === 0 ? [{ message }] : [])];
  if (said.length === 0) return undefined;
  const error = graphqlError(said, headers, { response: { headers } });
  return statesOf200.has(error.code) ? error : undefined;
}

/** GraphQL refuses with status 200 and a type. */
function graphqlError(problems: readonly Problem[], headers: Headers, cause: unknown): Failure {
  const message = problems.map((problem) => problem.message).join('; ');
  const types = problems.flatMap(({ type, code, extensions }) => [type, code, extensions?.code]).filter(Boolean);
  if (types.includes('STALE_DATA')) return make('stale-data', message, cause);
  if (types.some((type) => /^(?:graphql_)?rate_limit(?:ed)?$/i.test(type!)) || limitWords.test(message))
    return make('rate-limited', message, cause, { retryAfter: askedFor(headers) ?? 60 });
  if (shutDoor.test(message)) return make('installation-away', message, cause);
  if (types.includes('NOT_FOUND')) return make('not-found', message, cause);
  if (types.includes('FORBIDDEN')) return make('forbidden', message, cause);
  const isAway =
    types.some((type) => /^(?:INTERNAL|SERVICE_UNAVAILABLE|TIMEOUT|TIMEDOUT)$/i.test(type!)) || awayWords.test(message);
  return make(isAway ? 'github-unavailable' : 'graphql-error', message, cause);
}

/** True when the thing asked for is not there. */
export function isNotFound(error: unknown): boolean {
  return isFailure(error, 'not-found');
}

const codes: Record<number, FailureCode> = {
  401: 'unauthorised',
  403: 'forbidden',
  404: 'not-found',
  408: 'github-unavailable',
  409: 'conflict',
  410: 'gone',
  422: 'unprocessable',
};

const limitWords =
  /(?:secondary|api) rate limit|rate limit (?:already )?exceeded|abuse detection|submitted too quickly/i;
const awayWords =
  /something went wrong while executing your query|couldn't respond to your request in time|^timedout$/i;
/** States of a whole installation, whatever it asks for. */
const shutDoor =
  /installation (?:has been|is) suspended|account (?:was|has been|is) suspended|ip allow list|(?:saml|single sign-on) enforcement/i;

const archivedWords = /was archived so (?:it )?is read-only/i;

type Failed = { status?: number; response?: Response; message: string };

/** Seconds to wait when GitHub says slow down: its own header, the reset time of the primary limit, or a minute. */
function retryAfter({ status, response, message }: Failed): number | undefined {
  const isLimit = limitWords.test(message);
  if (status === 422) return isLimit ? (askedFor(response?.headers ?? {}) ?? 60) : undefined;
  if (status !== 403 && status !== 429) return undefined;
  const asked = askedFor(response?.headers ?? {});
  return asked ?? (status === 429 || isLimit || /rate limit/i.test(message) ? 60 : undefined);
}

function askedFor(headers: Headers): number | undefined {
  const seconds = secondsIn(headers['retry-after']);
  if (seconds !== undefined) return seconds;
  return String(headers['x-ratelimit-remaining']) === '0' ? untilReset(headers) : undefined;
}

/** A header that cannot be read asks for patience all the same. */
function secondsIn(header: string | number | undefined): number | undefined {
  if (header === undefined) return undefined;
  const seconds = Number(header);
  return Number.isFinite(seconds) ? Math.min(86_400, Math.max(1, seconds)) : 60;
}

/** Seconds until the hour's budget is whole again, by GitHub's own clock. */
export function untilReset(headers: Headers): number {
  const now = Date.parse(String(headers['date'] ?? '')) || 0;
  const reset = Number(headers['x-ratelimit-reset']) * 1000;
  return Number.isFinite(reset) ? Math.min(3600, Math.max(1, (reset - now) / 1000)) : 60;
}

function make(code: FailureCode, message: string, cause: unknown, more: FailureFacts = {}): Failure {
  return new Failure(code, message, { cause, name: 'GitHubError', ...more });
}

/** A failure of our own finding. */
export function failure(code: FailureCode, message: string, permanent = false, cause?: unknown): Failure {
  return new Failure(code, message, { name: 'GitHubError', permanent, cause });
}
