// Signing in with GitHub, by the App's own OAuth: a code that is good once, bound to this browser by its state and to us by PKCE.
import * as oauth from 'oauth4webapi';
import type { Person, SignInDoor } from '../../ports/session.ts';
import { Failure } from '../../domain/text/failure.ts';

type Settings = { clientId: string; clientSecret: string; webUrl: string; apiUrl: string; callback: string };

const patienceMs = 10_000;

export function signInDoor({ clientId, clientSecret, webUrl, apiUrl, callback }: Settings): SignInDoor {
  const server: oauth.AuthorizationServer = {
    issuer: `${webUrl}/login/oauth`,
    authorization_endpoint: `${webUrl}/login/oauth/authorize`,
    token_endpoint: `${webUrl}/login/oauth/access_token`,
  };
  const client: oauth.Client = { client_id: clientId };
  const options = () => ({
    signal: AbortSignal.timeout(patienceMs),
    // A sandbox on this machine has no TLS.
    [oauth.allowInsecureRequests]: new URL(webUrl).protocol === 'http:',
  });
  return {
    async address(state, verifier) {
      const url = new URL(server.authorization_endpoint!);
      url.search = new URLSearchParams({
        client_id: clientId,
        redirect_uri: callback,
        state,
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      }).toString();
      return url.href;
    },
    async finish(from, state, verifier) {
      try {
        const given = oauth.validateAuthResponse(server, client, from, state);
        const secret = oauth.ClientSecretPost(clientSecret);
        const response = await oauth.authorizationCodeGrantRequest(
          server,
          client,
          secret,
          given,
          callback,
          verifier,
          options(),
        );
        // GitHub refuses with status 200 and no token in the answer.
        const { access_token: token } = await oauth.processAuthorizationCodeResponse(server, client, response);
        return await whoIs(token, apiUrl);
      } catch (cause) {
        if (isRefusal(cause)) return undefined;
        throw new Failure('github-unreachable', 'GitHub does not answer the sign-in', { cause });
      }
    },
  };
}

/** The token is used for this one question, and kept nowhere. */
async function whoIs(token: string, apiUrl: string): Promise<Person | undefined> {
  const response = await fetch(`${apiUrl}/user`, {
    headers: { authorization: `Bearer ${token}`, accept: 'application/vnd.github+json', 'user-agent': 'practicum' },
    signal: AbortSignal.timeout(patienceMs),
  });
  if (response.status === 401 || response.status === 403) return undefined;
  const { id, login } = (await response.json()) as Partial<Person>;
  if (!response.ok || typeof id !== 'number' || typeof login !== 'string')
    throw new Failure('github-refused', `GitHub does not say who signed in (status ${response.status})`);
  return { id, login };
}

function isRefusal(error: unknown): boolean {
  return (
    error instanceof oauth.AuthorizationResponseError ||
    error instanceof oauth.ResponseBodyError ||
    (error instanceof oauth.OperationProcessingError && error.code === oauth.INVALID_RESPONSE)
  );
}
