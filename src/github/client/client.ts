// One authenticated, paced connection to GitHub per installation and set of permissions.
import { countCost } from '../../ports/costs.ts';
import { createAppAuth } from '@octokit/auth-app';
import { request } from '@octokit/request';
import { Octokit } from '@octokit/rest';
import { apiVersion, type Ask, askGitHub, type Authorise, inTime, isQuery, type Options } from './ask.ts';
import { cutTexts } from './cut-texts.ts';
import { readingAnswers } from './read-answer.ts';
import { coded, untilReset, type Headers } from './error.ts';
import { Failure } from '../../domain/text/failure.ts';

export type AppCredentials = { appId: number; privateKey: string; apiUrl: string };
export type Permissions = Record<string, 'read' | 'write'>;

/** `notifies` marks calls that GitHub counts as content creation; `bulk`, work by the thousand, which leaves room for the rest. */
export type Call = { writes: boolean; notifies: boolean; bulk: boolean; resource: 'core' | 'graphql' | 'git' };
export type Pacer = {
  /** Waits until the call may be made; true where it asks whether GitHub is back. */
  before: (installationId: number, call: Call) => Promise<boolean>;
  /** What an answer said of the hour's budget. */
  heard: (
    installationId: number,
    resource: string,
    word: { limit: number; remaining: number; resetSeconds: number },
  ) => void;
  /** GitHub wants no calls for so many seconds, in its own words. */
  hold: (installationId: number, seconds: number, why: string) => Promise<void>;
  /** A call was answered; where it `asked`, GitHub is back. */
  answered: (installationId: number, asked: boolean) => Promise<void>;
  /** A call found GitHub away, or the installation shut (`surely`): nobody calls until one finds it back. */
  away: (installationId: number, why: string, surely: boolean) => Promise<void>;
};

const nothing = async (): Promise<void> => undefined;
const unpaced: Pacer = {
  before: async () => false,
  heard: () => undefined,
  hold: nothing,
  answered: nothing,
  away: nothing,
};

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

/** Calls that notify people: GitHub allows 80 a minute and 500 an hour of them. */
const notifying =
  /\/(pulls|issues|comments|reviews|requested_reviewers|invitations|merge|releases)$|\/collaborators\/[^/]+$/;

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Without a pace for the App's own questions alone, which no installation pays for. */
export function openClient(credentials: AppCredentials, pace: Pacer = unpaced, wire?: typeof fetch): Client {
  const { appId, privateKey, apiUrl } = credentials;
  // `wire`: in place of `fetch`, for whoever looks at what passes, and sends texts that are too long on purpose.
  const by = wire ? { request: { fetch: wire } } : {};
  const ask = request.defaults({
    baseUrl: apiUrl,
    headers: { 'x-github-api-version': apiVersion },
    request: { fetch: inTime(wire) },
  });
  const auth = createAppAuth({ appId, privateKey, request: ask });
  const connect = (
    authorise: Authorise,
    { installationId, bulk }: { installationId: number; bulk: boolean },
  ): Octokit => {
    // Without Probot's retries and throttling: both repeat or delay calls blindly and per process; ours are shared and look first.
    const octokit = new Octokit({ baseUrl: apiUrl, log: quiet, ...by });
    octokit.hook.wrap('request', async (call, options) => {
      const asks = await pace.before(installationId, callOf(options, bulk));
      countCost('calls', 1);
      if (!wire) cutTexts(options);
      const ask = readingAnswers(sending(call, options));
      const answer = await askGitHub(ask, { ...options } as never, authorise).catch(async (cause: unknown) => {
        throw await note(pace, installationId, asks, coded(cause));
      });
      hear(pace, installationId, answer.headers);
      await pace.answered(installationId, asks);
      return answer as never;
    });
    return octokit;
  };
  const tokenOf = async (installationId: number, permissions: Permissions, refresh = false): Promise<string> =>
    (await auth({ type: 'installation', installationId, permissions, refresh })).token;
  /** For git, which does not come through the hook: not asked for while GitHub is away. */
  const token = async (installationId: number, permissions: Permissions): Promise<string> => {
    const asks = await pace.before(installationId, { writes: false, notifies: false, bulk: false, resource: 'git' });
    // A token from the cache would ask nobody.
    const given = await tokenOf(installationId, permissions, asks).catch(async (cause: unknown) => {
      throw await note(pace, installationId, asks, coded(cause));
    });
    await pace.answered(installationId, asks);
    return given;
  };
  // What the App asks on its own behalf has a breaker of its own.
  const app = connect(async () => `bearer ${(await auth({ type: 'app' })).token}`, { installationId: 0, bulk: false });
  return {
    token,
    app,
    // Requested afresh each time, bypassing the token cache: the receiver may revoke it.
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
      connect(async (anew) => `token ${await tokenOf(installationId, permissions, anew)}`, { installationId, bulk }),
  };
}

/** A hook of Octokit's own stands between us and the wire, and hands on the options that it was given: these are filled anew. */
function sending(call: (options: never) => unknown, options: object): Ask<Options> {
  return (given) => {
    for (const key of Object.keys(options)) delete (options as Record<string, unknown>)[key];
    return call(Object.assign(options, given) as never) as never;
  };
}

/** What a failure says of GitHub itself, for all processes; the error, with the installation whose state it is. */
async function note(pace: Pacer, installationId: number, asked: boolean, error: Failure): Promise<Failure> {
  const headers = (error.cause as { response?: { headers?: Headers } } | undefined)?.response?.headers;
  const isHeard = headers !== undefined && hear(pace, installationId, headers);
  const scope = `github/${installationId}`;
  if (error.code === 'rate-limited') {
    // Not where the hour is used up: GitHub counts REST and GraphQL apart, and says in each answer what is left.
    const isHourUsedUp = isHeard && String(headers['x-ratelimit-remaining']) === '0' && !('retry-after' in headers);
    if (isHourUsedUp) {
      await pace.answered(installationId, asked);
      return error;
    }
    await pace.hold(installationId, error.retryAfter ?? 60, error.message);
    return scoped(error, scope);
  }
  const isShut = error.code === 'installation-away' || error.code === 'unauthorised';
  if (!isShut && error.code !== 'github-unreachable' && error.code !== 'github-unavailable') {
    await pace.answered(installationId, asked);
    return error;
  }
  await pace.away(installationId, `${error.code}: ${error.message}`, isShut);
  return scoped(error, scope);
}

function scoped({ code, message, name, cause, ...facts }: Failure, scope: string): Failure {
  return new Failure(code, message, { ...facts, name, cause, scope });
}

function callOf(options: { method: string; url: string; query?: unknown }, bulk: boolean): Call {
  const { method, url } = options;
  return {
    writes: method !== 'GET' && method !== 'HEAD' && !isQuery(options),
    notifies: (method === 'POST' || method === 'PUT') && notifying.test(url),
    bulk,
    resource: url.endsWith('/graphql') ? 'graphql' : 'core',
  };
}

/** False where the answer does not say what is left of which budget. */
function hear(pace: Pacer, installationId: number, headers: Headers): boolean {
  const resource = headers['x-ratelimit-resource'];
  const [limit, remaining] = [headers['x-ratelimit-limit'], headers['x-ratelimit-remaining']].map(Number);
  // An Enterprise Server has no limits unless its owners set some.
  if (resource === undefined || !Number.isFinite(limit) || !Number.isFinite(remaining)) return false;
  pace.heard(installationId, String(resource), {
    limit: limit!,
    remaining: remaining!,
    resetSeconds: untilReset(headers),
  });
  return true;
}
