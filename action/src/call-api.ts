// Requests to GitHub's REST API. A request that may have been carried out is never blindly repeated.

/** The API's answer was no, or there was none. `status` 0: the network. */
export class ApiError extends Error {
  readonly code = 'github-api';
  readonly status: number;
  constructor(status: number, message: string, cause?: unknown) {
    super(message, { cause });
    this.status = status;
  }
}

export type Api = {
  get: (path: string) => Promise<unknown>;
  post: (path: string, body: unknown) => Promise<unknown>;
  patch: (path: string, body: unknown) => Promise<unknown>;
};

export type ApiSettings = { url: string; token: string; version: string; wait: (ms: number) => Promise<void> };

const attempts = 3;

/** An API with the job's token. Only reads are retried here; who writes looks first what became of it. */
export function openApi(settings: ApiSettings): Api {
  const get = async (path: string): Promise<unknown> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await request(settings, 'GET', path);
      } catch (error) {
        if (attempt >= attempts || !isPassing(error)) throw error;
        await settings.wait(500 * 2 ** attempt);
      }
    }
  };
  return {
    get,
    post: (path, body) => request(settings, 'POST', path, body),
    patch: (path, body) => request(settings, 'PATCH', path, body),
  };
}

/** True for failures that may be gone a moment later. */
export function isPassing(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status === 429 || error.status >= 500);
}

async function request(settings: ApiSettings, method: string, path: string, body?: unknown): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(`${settings.url}${path}`, {
      method,
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${settings.token}`,
        'user-agent': `practicum-action/${settings.version}`,
        'x-github-api-version': '2022-11-28',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
  } catch (error) {
    throw new ApiError(0, `${method} ${path}: no answer (${(error as Error).message})`, error);
  }
  const text = await response.text();
  if (!response.ok) throw new ApiError(response.status, `${method} ${path}: ${response.status} ${messageOf(text)}`);
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch (error) {
    throw new ApiError(502, `${method} ${path}: the answer is not JSON`, error);
  }
}

function messageOf(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === 'string' ? message.slice(0, 300) : '';
  } catch {
    return text.slice(0, 100).replaceAll(/\s+/g, ' ');
  }
}
