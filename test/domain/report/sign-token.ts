// Signs tokens as GitHub Actions would, and verifies them as the app does: signature, issuer's keys, then the claims.
import { createLocalJWKSet, exportJWK, generateKeyPair, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { type Expected, githubIssuer, type Judged, verifyClaims } from '../../../src/domain/report/oidc.ts';

export type Issuer = { sign: (claims: JWTPayload) => Promise<string>; keys: ReturnType<typeof createLocalJWKSet> };

export async function makeIssuer(kid = 'key-1'): Promise<Issuer> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' };
  return {
    sign: (claims) => new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' }).sign(privateKey),
    keys: createLocalJWKSet({ keys: [jwk] }),
  };
}

/** The whole way of a token: forged signatures never reach the claims. */
export async function judgeToken(
  token: string,
  keys: Issuer['keys'],
  expected: Expected,
): Promise<Judged | { accepted: false; code: 'bad-signature' }> {
  try {
    // Time is judged with the claims, so that one clock decides.
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ['RS256'],
      currentDate: expected.now,
      clockTolerance: '10 years',
    });
    return verifyClaims(payload, expected);
  } catch {
    return { accepted: false, code: 'bad-signature' };
  }
}

export { githubIssuer };
