// One authenticated, paced connection to GitHub per installation and set of permissions.
import { createAppAuth } from '@octokit/auth-app';
import { request } from '@octokit/request';
import { Octokit } from '@octokit/rest';
import { coded, untilReset } from './error.ts';

export type AppCredentials = { appId: number; privateKey: string; apiUrl: string };
export type Permissions = Record<string, 'read' | 'write'>;

/** `notifies` marks calls that GitHub counts as content creation; `bulk`, work by the thousand, which leaves room for the rest. */
export type Call = { writes: boolean; notifies: boolean; bulk: boolean; resource: 'core' | 'graphql' };
export type Pacer = {
  /** Waits until the call may be made. */
  before: (installationId: number, call: Call) => Promise<void>;
  /** What an answer said of the hour's budget. */
  heard: (
    installationId: number,
    resource: string,
    word: { limit: number; remaining: number; resetSeconds: number },
  ) => void;
  /** GitHub wants no calls for so many seconds. */
  hold: (installationId: number, seconds: number) => Promise<void>;
};

const unpaced: Pacer = { before: async () => undefined, heard: () => undefined, hold: async () => undefined };

export type Client = {
  /** A connection of an installation whose token can do no more than `permissions`. */
  installation: (installationId: number, permissions: Permissions, bulk?: boolean) => Octokit;
  /** The App's own connection, by JWT. */
  app: Octokit;
  /** A fresh installation token, for git. */
  token: (installationId: number, permissions: Permissions) => Promise<string>;
  /** A new token for one repository alone, to be handed on. */
  repositoryToken: (installationId: number, permissions: Permissions, repository: string) => Promise<string>;
};

/** Pinned, so that a new default version of the API changes nothing here. */
const apiVersion = '2022-11-28';

/** Calls that notify people: GitHub allows 80 a minute and 500 an hour of them. */
const notifying =
  /\/(pulls|issues|comments|reviews|requested_reviewers|invitations|merge|releases)$|\/collaborators\/[^/]+$/;

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Without a pace for the App's own questions alone, which no installation pays for. */
export function openClient(credentials: AppCredentials, pace: Pacer = unpaced): Client {
  const { appId, privateKey, apiUrl } = credentials;
  const auth = createAppAuth({ appId, privateKey, request: request.defaults({ baseUrl: apiUrl }) });
  const connect = (authorise: () => Promise<string>, paced?: { installationId: number; bulk: boolean }): Octokit => {
    // Without Probot's retries and throttling: both repeat or delay calls blindly and per process; ours are shared and look first.
    const octokit = new Octokit({ baseUrl: apiUrl, log: quiet });
    octokit.hook.wrap('request', async (call, options) => {
      if (paced) await pace.before(paced.installationId, callOf(options, paced.bulk));
      options.headers.authorization = await authorise().catch((cause: unknown) => {
        throw coded(cause);
      });
      options.headers['x-github-api-version'] = apiVersion;
      try {
        const answer = await call(options);
        if (paced) hear(pace, paced.installationId, answer.headers);
        return answer;
      } catch (cause) {
        const error = coded(cause);
        const headers = (cause as { response?: { headers?: Headers } }).response?.headers;
        if (paced && headers) hear(pace, paced.installationId, headers);
        // Not where the hour is used up: GitHub counts REST and GraphQL apart, and says in each answer what is left.
        if (paced && error.retryAfter !== undefined && String(headers?.['x-ratelimit-remaining']) !== '0')
          await pace.hold(paced.installationId, error.retryAfter);
        throw error;
      }
    });
    return octokit;
  };
  const token = async (installationId: number, permissions: Permissions): Promise<string> =>
    (await auth({ type: 'installation', installationId, permissions })).token;
  const app = connect(async () => `bearer ${(await auth({ type: 'app' })).token}`);
  return {
    token,
    app,
    // Made anew each time, past the cache of tokens: whoever is given it may revoke it.
    repositoryToken: async (installation_id, permissions, repository) => {
      const repositories = [repository];
      const { data } = await app.rest.apps.createInstallationAccessToken({
        installation_id,
        permissions,
        repositories,
      });
      return data.token;
    },
    installation: (installationId, permissions, bulk = false) =>
      connect(async () => `token ${await token(installationId, permissions)}`, { installationId, bulk }),
  };
}

type Headers = Record<string, string | number | undefined>;

function callOf(options: { method: string; url: string; query?: unknown }, bulk: boolean): Call {
  const { method, url } = options;
  return {
    writes: method !== 'GET' && method !== 'HEAD' && !isQuery(options),
    notifies: (method === 'POST' || method === 'PUT') && notifying.test(url),
    bulk,
    resource: url.endsWith('/graphql') ? 'graphql' : 'core',
  };
}

function hear(pace: Pacer, installationId: number, headers: Headers): void {
  const resource = headers['x-ratelimit-resource'];
  const [limit, remaining] = [headers['x-ratelimit-limit'], headers['x-ratelimit-remaining']].map(Number);
  // An Enterprise Server has no limits unless its owners set some.
  if (resource === undefined || !Number.isFinite(limit) || !Number.isFinite(remaining)) return;
  pace.heard(installationId, String(resource), {
    limit: limit!,
    remaining: remaining!,
    resetSeconds: untilReset(headers),
  });
}

/** A GraphQL call that reads is a POST all the same. */
function isQuery(options: { url: string; query?: unknown }): boolean {
  return (
    options.url.endsWith('/graphql') &&
    typeof options.query === 'string' &&
    !options.query.trimStart().startsWith('mutation')
  );
}
