// Who is calling: the Authorization header, turned into an actor.
import { createPublicKey, verify } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { refused, Refusal } from './errors.ts';
import type { Account, App, Installation, Permissions } from './records.ts';
import type { State } from './state.ts';

export type Actor =
  | { kind: 'anonymous' }
  | { kind: 'user'; account: Account; token: string }
  | { kind: 'app'; app: App }
  | {
      kind: 'installation';
      app: App;
      /** The app's bot user. */
      account: Account;
      installation: Installation;
      permissions: Permissions;
      /** Undefined: every repository of the installation. */
      repositories: number[] | undefined;
      /** True for a workflow's GITHUB_TOKEN. */
      workflow: boolean;
      token: string;
    };

const clockSkew = 60;

/** Reads the credential of a request. An unknown, expired or malformed one is 401, never "anonymous". */
export function authenticate(state: State, headers: IncomingHttpHeaders): Actor {
  const header = headers.authorization;
  if (header === undefined || header === '') return { kind: 'anonymous' };
  const [scheme = '', ...rest] = header.trim().split(/\s+/);
  const value = rest.join(' ');
  if (scheme.toLowerCase() === 'basic') {
    const pair = Buffer.from(value, 'base64').toString();
    const [user = '', password = ''] = [pair.slice(0, pair.indexOf(':')), pair.slice(pair.indexOf(':') + 1)];
    return actorOfToken(state, password === '' || password === 'x-oauth-basic' ? user : password);
  }
  if (/^eyJ[\w-]*\.[\w-]+\.[\w-]*$/.test(value)) return { kind: 'app', app: verifyAppJwt(state, value) };
  return actorOfToken(state, value);
}

/** The actor behind a user's or installation's token; 401 where there is none. */
export function actorOfToken(state: State, token: string): Actor {
  const record = Object.hasOwn(state.store.tokens, token) ? state.store.tokens[token] : undefined;
  if (!record) throw refused('bad-credentials');
  if (record.kind === 'user') return { kind: 'user', account: state.account(record.user), token };
  const installation = state.store.installations[record.installation];
  if (!installation || Date.parse(record.expiresAt) <= Date.now()) throw refused('bad-credentials');
  if (installation.suspendedAt !== null) throw refused('suspended');
  const app = state.app(record.app);
  return {
    kind: 'installation',
    app,
    account: state.account(app.bot),
    installation,
    permissions: record.permissions,
    repositories: record.repositories,
    workflow: record.workflow === true,
    token,
  };
}

/** The account that an event names as its sender. */
export function senderOf(actor: Actor): Account | undefined {
  return actor.kind === 'user' || actor.kind === 'installation' ? actor.account : undefined;
}

function decodePart(part: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Falls through to the refusal.
  }
  throw new Refusal(401, 'A JSON web token could not be decoded');
}

function verifyAppJwt(state: State, token: string): App {
  const [head = '', body = '', signature = ''] = token.split('.');
  const header = decodePart(head);
  const claims = decodePart(body);
  if (header.alg !== 'RS256') throw new Refusal(401, 'A JSON web token could not be decoded');
  const issuer = String(claims.iss);
  const app = Object.values(state.store.apps).find(
    (candidate) => String(candidate.id) === issuer || candidate.clientId === issuer,
  );
  if (!app) throw new Refusal(401, "'Issuer' claim ('iss') must be an Integer and a valid App ID");
  const valid = verify(
    'RSA-SHA256',
    Buffer.from(`${head}.${body}`),
    createPublicKey(app.publicKey),
    Buffer.from(signature, 'base64url'),
  );
  if (!valid) throw new Refusal(401, 'A JSON web token could not be decoded');
  const now = Math.floor(Date.now() / 1000);
  const [expires, issued] = [claims.exp, claims.iat];
  if (typeof expires !== 'number') throw new Refusal(401, "Missing 'expiration' claim ('exp') in assertion");
  if (expires <= now)
    throw new Refusal(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  if (expires > now + 600 + clockSkew) throw refused('clock-ahead');
  if (typeof issued !== 'number' || issued > now + clockSkew) {
    throw new Refusal(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  }
  return app;
}
