// Proof of a report: the Actions identity token in it, checked against the issuer's published keys and our own records.
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { githubIssuer, verifyClaims } from '../../domain/report/oidc.ts';
import { audienceOf } from '../../domain/report/report.ts';
import { courseWorkflowPath } from '../../domain/report/confirm-report.ts';
import type { ReadIdentity } from '../../ports/placement.ts';
import type { ReportStore, VerifyToken } from '../../ports/report.ts';

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
  return async ({ report, token, record, repositoryId, run, usedBy, leeway = leewaySeconds }) => {
    if (token === undefined) return { accepted: false, code: 'no-token', reason: 'it carries no identity token' };
    const found = await read(token, leeway);
    if ('reason' in found) return { accepted: false, ...found };
    const judged = verifyClaims(found.payload, {
      issuers,
      audience: audienceOf(report),
      repositoryId: String(repositoryId),
      ownerId: String(record.organisationId),
      workflow: `${record.login}/${record.repository}/${courseWorkflowPath}`,
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
  const keys = new Map(issuers.map((issuer) => [issuer, createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks`))]));
  return async (token, leeway) => {
    try {
      const issuer = issuers.find((candidate) => candidate === unverifiedIssuer(token));
      if (!issuer) return { code: 'wrong-issuer', reason: 'the token was not issued by GitHub Actions' };
      const currentDate = now();
      const { payload } = await jwtVerify(token, keys.get(issuer)!, {
        algorithms: ['RS256'],
        clockTolerance: leeway,
        currentDate,
      });
      return { payload, issuers, now: currentDate };
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      // Only what is wrong with the token is an answer; an issuer that cannot be reached is tried again.
      if (code === 'ERR_JWT_EXPIRED') return { code: 'expired', reason: 'the token has expired' };
      if (code?.startsWith('ERR_JW') && code !== 'ERR_JWKS_TIMEOUT')
        return { code: 'bad-token', reason: `the token is not valid: ${message}` };
      throw Object.assign(new Error(`the issuer's keys cannot be read: ${message}`, { cause: error }), {
        code: 'issuer-unreachable',
      });
    }
  };
}

function unverifiedIssuer(token: string): unknown {
  try {
    return (JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as { iss?: unknown }).iss;
  } catch {
    return undefined;
  }
}
