// One authenticated, paced connection to GitHub per installation and set of permissions.
import { createAppAuth } from '@octokit/auth-app';
import { Octokit as Core } from '@octokit/core';
import { paginateRest } from '@octokit/plugin-paginate-rest';
import { restEndpointMethods } from '@octokit/plugin-rest-endpoint-methods';
import { request } from '@octokit/request';
import { coded } from './error.ts';

export type AppCredentials = { appId: number; privateKey: string; apiUrl: string };
export type Permissions = Record<string, 'read' | 'write'>;

/** Waits until the call may be made; `notifies` marks calls that GitHub counts as content creation. */
export type Pacer = (installationId: number, call: { writes: boolean; notifies: boolean }) => Promise<void>;

export type Client = {
  /** A connection of an installation whose token can do no more than `permissions`. */
  installation: (installationId: number, permissions: Permissions) => Octokit;
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

/** Without Probot's retries and throttling: both repeat or delay calls blindly and per process; ours are shared and look first. */
const Connection = Core.plugin(restEndpointMethods, paginateRest);
export type Octokit = InstanceType<typeof Connection>;
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

export function openClient(credentials: AppCredentials, pace: Pacer): Client {
  const { appId, privateKey, apiUrl } = credentials;
  const auth = createAppAuth({ appId, privateKey, request: request.defaults({ baseUrl: apiUrl }) });
  const connect = (authorise: () => Promise<string>, installationId?: number): Octokit => {
    const octokit = new Connection({ baseUrl: apiUrl, log: quiet });
    octokit.hook.wrap('request', async (call, options) => {
      options.headers.authorization = await authorise().catch((cause: unknown) => {
        throw coded(cause);
      });
      options.headers['x-github-api-version'] = apiVersion;
      const writes = options.method !== 'GET' && options.method !== 'HEAD' && !isQuery(options);
      if (installationId !== undefined)
        await pace(installationId, {
          writes,
          notifies: options.method === 'POST' || options.method === 'PUT' ? notifying.test(options.url) : false,
        });
      try {
        return await call(options);
      } catch (cause) {
        throw coded(cause);
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
    installation: (installationId, permissions) =>
      connect(async () => `token ${await token(installationId, permissions)}`, installationId),
  };
}

/** A GraphQL call that reads is a POST all the same. */
function isQuery(options: { url: string; query?: unknown }): boolean {
  return (
    options.url.endsWith('/graphql') &&
    typeof options.query === 'string' &&
    !options.query.trimStart().startsWith('mutation')
  );
}
