// Failures of GitHub or of the network, with a code that flows can act on.
import { Failure, isFailure, type FailureCode, type FailureFacts } from '../../domain/text/failure.ts';

type Headers = Record<string, string | number | undefined>;
type Response = { status?: number; headers?: Headers };
type Problem = { type?: string; message: string };

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
  const stale = error.errors?.find((problem) => problem.type === 'STALE_DATA');
  if (stale) return make('stale-data', stale.message, cause);
  if (error.errors) return graphqlError(error.errors, error.headers, cause);
  const wait = retryAfter(error);
  if (wait !== undefined)
    return make('rate-limited', error.message, cause, { status: error.status!, retryAfter: wait });
  // Octokit says 500 of a connection that broke: nobody answered that.
  if (error.status === undefined || (error.status === 500 && !error.response))
    return make('github-unreachable', error.message, cause);
  const { status } = error;
  const code = codes[status] ?? (status >= 500 ? 'github-unavailable' : 'github-refused');
  // Octokit's paging takes an error with status 409 for an empty list: "nothing is there" must not come of a failure.
  return make(code, error.message, cause, status === 409 ? {} : { status });
}

/** GraphQL refuses with status 200 and a type. */
function graphqlError(problems: readonly Problem[], headers: Headers | undefined, cause: unknown): Failure {
  const message = problems.map((problem) => problem.message).join('; ');
  const types = problems.flatMap(({ type }) => (type === undefined ? [] : [type]));
  if (types.includes('RATE_LIMITED')) {
    return make('rate-limited', message, cause, { retryAfter: Number(headers?.['retry-after'] ?? 60) });
  }
  const code = types.includes('NOT_FOUND') ? 'not-found' : types.includes('FORBIDDEN') ? 'forbidden' : 'graphql-error';
  return make(code, message, cause);
}

/** True when the thing asked for is not there. */
export function isNotFound(error: unknown): boolean {
  return isFailure(error, 'not-found');
}

const codes: Record<number, FailureCode> = {
  401: 'unauthorised',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  410: 'gone',
  422: 'unprocessable',
};

/** Seconds to wait when GitHub says slow down: its own header, the reset time of the primary limit, or a minute. */
function retryAfter({
  status,
  response,
  message,
}: {
  status?: number;
  response?: Response;
  message: string;
}): number | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const headers = response?.headers ?? {};
  if (headers['retry-after'] !== undefined) return Number(headers['retry-after']);
  if (String(headers['x-ratelimit-remaining']) === '0') return untilReset(headers);
  return status === 429 || /rate limit/i.test(message) ? 60 : undefined;
}

/** Seconds until the hour's budget is whole again, by GitHub's own clock. */
export function untilReset(headers: Headers): number {
  const now = Date.parse(String(headers['date'] ?? '')) || 0;
  const reset = Number(headers['x-ratelimit-reset']) * 1000;
  return Math.min(3600, Math.max(1, (reset - now) / 1000));
}

function make(code: FailureCode, message: string, cause: unknown, more: FailureFacts = {}): Failure {
  return new Failure(code, message, { cause, name: 'GitHubError', ...more });
}

/** A failure of our own finding. */
export function failure(code: FailureCode, message: string, permanent = false, cause?: unknown): Failure {
  return new Failure(code, message, { name: 'GitHubError', permanent, cause });
}
