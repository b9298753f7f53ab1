// Proof of a report: the Actions identity token in it, checked against the issuer's published keys and our own records.
import { createRemoteJWKSet, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { githubIssuer, verifyClaims } from '../../domain/report/oidc.ts';
import { audienceFor } from '../../domain/report/report.ts';
import { courseWorkflowPath, workflowPlaces } from '../../domain/report/confirm-report.ts';
import type { ReadIdentity } from '../../ports/placement.ts';
import type { ReportStore, VerifyToken } from '../../ports/report.ts';
import { codeOf, Failure, isFailure } from '../../domain/text/failure.ts';

type Settings = {
  /** Allowed issuers; GitHub's own unless an Enterprise Server is configured. */
  issuers?: readonly string[];
  useToken: ReportStore['useToken'];
  now: () => Date;
};

/**
 * A token lives for five minutes, but a webhook may reach us a day late. Its audience fits one report only and it is
 * accepted once, so a longer leeway gives a forger nothing.
 */
const leewaySeconds = 86_400;

export function tokenVerifier({ issuers = [githubIssuer], useToken, now }: Settings): VerifyToken {
  const read = identityReader({ issuers, now });
  return async ({ report, digest, token, record, repositoryId, run, usedBy, leeway = leewaySeconds }) => {
    if (token === undefined) return { accepted: false, code: 'no-token', reason: 'it carries no identity token' };
    const found = await read(token, leeway);
    if ('reason' in found) return { accepted: false, ...found };
    const judged = verifyClaims(found.payload, {
      issuers,
      audience: audienceFor(digest),
      repositoryId: String(repositoryId),
      ownerId: String(record.organisationId),
      workflow: workflowPlaces(record).map((place) => `${place}/${courseWorkflowPath}`),
      ...run,
      sha: report.sha,
      runId: String(report.run_id),
      runAttempt: String(report.run_attempt),
      events: ['push', 'pull_request', 'workflow_dispatch'],
      now: found.now,
      leeway,
      isUsed: () => false,
    });
    if (!judged.accepted) return judged;
    if (usedBy !== undefined && !(await useToken(judged.jti, usedBy)))
      return { accepted: false, code: 'token-reused', reason: 'the token was used before: a report counts once' };
    return { accepted: true, jti: judged.jti };
  };
}

/** What a token says, once its signature, its issuer and its time (with so many seconds of leeway) are known to be right. */
export function identityReader({ issuers, now }: { issuers: readonly string[]; now: () => Date }): ReadIdentity {
  // Keys are cached by jose and fetched again when a token names an unknown one.
  const keys = new Map(issuers.map((issuer) => [issuer, keysOf(issuer)]));
  return async (token, leeway) => {
    const issuer = issuers.find((candidate) => candidate === unverifiedIssuer(token));
    if (!issuer) return { code: 'wrong-issuer', reason: 'the token was not issued by GitHub Actions' };
    if (!isOrdinary(token))
      return { code: 'bad-token', reason: 'the token is not valid: its header is not one of GitHub' };
    try {
      const currentDate = now();
      const { payload } = await jwtVerify(token, keys.get(issuer)!, {
        algorithms: [algorithm],
        clockTolerance: leeway,
        currentDate,
      });
      return { payload, issuers, now: currentDate };
    } catch (error) {
      const { message } = error as Error;
      // An issuer that cannot be reached is tried again. Everything else is wrong with the token, whatever it is.
      if (isFailure(error, 'issuer-unreachable')) throw error;
      if (codeOf(error) === 'ERR_JWT_EXPIRED') return { code: 'expired', reason: 'the token has expired' };
      return { code: 'bad-token', reason: `the token is not valid: ${message}` };
    }
  };
}

/** What GitHub signs with. */
const algorithm = 'RS256';
/** What the issuer's keys have to say about a token. All else that goes wrong with them is a failure of the way there. */
const answers = new Set(['ERR_JWKS_NO_MATCHING_KEY', 'ERR_JWKS_MULTIPLE_MATCHING_KEYS', 'ERR_JOSE_NOT_SUPPORTED']);

function keysOf(issuer: string): JWTVerifyGetKey {
  const remote = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks`));
  return async (header, token) => {
    try {
      return await remote(header, token);
    } catch (cause) {
      const { message } = cause as Error;
      if (answers.has(codeOf(cause) ?? '')) throw cause;
      throw new Failure('issuer-unreachable', `the issuer's keys cannot be read: ${message}`, { cause });
    }
  };
}

/** Three parts, the one algorithm, and a header in which nothing is of another kind than it must be. */
function isOrdinary(token: string): boolean {
  if (token.split('.').length !== 3) return false;
  const header = partOf(token, 0);
  if (typeof header !== 'object' || header === null) return false;
  const { alg, kid, typ, crit, b64 } = header as Record<string, unknown>;
  const isText = (value: unknown): boolean => value === undefined || typeof value === 'string';
  return alg === algorithm && isText(kid) && isText(typ) && crit === undefined && b64 === undefined;
}

function unverifiedIssuer(token: string): unknown {
  const payload = partOf(token, 1);
  return typeof payload === 'object' && payload !== null ? (payload as { iss?: unknown }).iss : undefined;
}

function partOf(token: string, index: number): unknown {
  try {
    return JSON.parse(Buffer.from(token.split('.')[index] ?? '', 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
