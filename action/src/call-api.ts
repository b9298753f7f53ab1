// Requests to GitHub's REST API. A request that may have been carried out is never blindly repeated.
import type { z } from 'zod';
import { askHttp, type HttpAnswer } from '../../src/runner/ask-http.ts';
import { type Again, askedToWait, type Patience, persist } from './patience.ts';

/** `away`: no answer, or a server in trouble. `limit`: asked to be patient. `refused`: an answer that stays. */
export type ApiFailure = 'away' | 'limit' | 'refused';

/** The API's answer was no, or there was none. `status` 0: the network. */
export class ApiError extends Error {
  readonly code = 'github-api';
  readonly status: number;
  readonly failure: ApiFailure;
  /** Seconds that GitHub asks to wait. */
  readonly after: number | undefined;
  constructor(status: number, message: string, more: { cause?: unknown; failure?: ApiFailure; after?: number } = {}) {
    super(message, { cause: more.cause });
    this.status = status;
    this.failure = more.failure ?? (status === 0 || status === 408 || status >= 500 ? 'away' : 'refused');
    this.after = more.after;
  }
}

export type Api = {
  patience: Patience;
  get: (path: string, patience?: Patience) => Promise<unknown>;
  /** Tried again only after an answer that shows that nothing was done; who writes looks first what became of the rest. */
  post: (path: string, body: unknown) => Promise<unknown>;
  patch: (path: string, body: unknown) => Promise<unknown>;
};

export type ApiSettings = { url: string; token: string; version: string; patience: Patience };

/** GitHub's word where it asks for patience and does not say for how long. */
const unspecified = 60;

export function openApi(settings: ApiSettings): Api {
  const { patience } = settings;
  const write = (method: string, path: string, body: unknown): Promise<unknown> =>
    persist(
      patience,
      () => request(settings, method, path, body),
      (error) => (error instanceof ApiError && error.failure === 'limit' ? passing(error) : undefined),
    );
  return {
    patience,
    get: (path, time = patience) => persist(time, () => request(settings, 'GET', path), passing),
    post: (path, body) => write('POST', path, body),
    patch: (path, body) => write('PATCH', path, body),
  };
}

/** What GitHub promises to answer. Anything else is as good as no answer: what was asked for may have been done. */
export function understand<T>(schema: z.ZodType<T>, answer: unknown, what: string): T {
  const read = schema.safeParse(answer);
  if (read.success) return read.data;
  const part = read.error.issues[0]?.path.join('.') || 'as a whole';
  throw new ApiError(502, `${what}: the answer is not what GitHub promises (${part})`);
}

/** For failures that may be gone a moment later: when to ask again. */
export function passing(error: unknown): Again | undefined {
  if (!(error instanceof ApiError) || error.failure === 'refused') return undefined;
  return { after: error.after };
}

async function request(settings: ApiSettings, method: string, path: string, body?: unknown): Promise<unknown> {
  let answer: HttpAnswer;
  try {
    answer = await askHttp(`${settings.url}${path}`, {
      method,
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${settings.token}`,
        'user-agent': `practicum-action/${settings.version}`,
        'x-github-api-version': '2022-11-28',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      waitMs: 30_000,
    });
  } catch (cause) {
    throw new ApiError(0, `${method} ${path}: no answer (${reasonOf(cause)})`, { cause });
  }
  if (!answer.ok) throw refusal(`${method} ${path}`, answer, settings.patience.now());
  try {
    return answer.text === '' ? undefined : JSON.parse(answer.text);
  } catch (cause) {
    throw new ApiError(502, `${method} ${path}: the answer is not JSON`, { cause });
  }
}

/** A 403 means either "you may not" or "not so fast": headers and words tell which. */
function refusal(what: string, { status, headers, text }: HttpAnswer, now: number): ApiError {
  const words = messageOf(text);
  const message = `${what}: ${status} ${words}`;
  const asked = askedToWait(headers, now);
  const limited =
    status === 429 || (status === 403 && (asked !== undefined || /rate limit|abuse detection/i.test(words)));
  if (limited) return new ApiError(status, message, { failure: 'limit', after: asked ?? unspecified });
  return new ApiError(status, message, asked === undefined ? {} : { after: asked });
}

function messageOf(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === 'string' ? message.slice(0, 300) : '';
  } catch {
    return text.slice(0, 100).replaceAll(/\s+/g, ' ');
  }
}

/** Where several addresses were tried in vain, there is a code and no message. */
export function reasonOf(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  return [...(message ? [message] : []), ...(code && !message.includes(code) ? [code] : [])].join(', ');
}
