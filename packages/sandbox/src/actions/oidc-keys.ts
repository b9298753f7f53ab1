// The signing keys of the sandbox's OpenID provider: what it signs with, what it publishes, and their rotation.
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT, type JWK, type JWTPayload } from 'jose';

type Key = { kid: string; privateKey: CryptoKey; jwk: JWK };

/** Seconds a token lives; GitHub's example token shows the same five minutes. */
const LIFETIME_S = 300;
/** `nbf` lies this long before `iat`, as in GitHub's example token. */
const NOT_BEFORE_S = 600;
/** The keys before the last rotation stay published, so that tokens on their way still verify. */
const PUBLISHED_KEYS = 2;

export class OidcKeys {
  #keys: Promise<Key[]> | undefined;

  async jwks(): Promise<{ keys: JWK[] }> {
    return { keys: (await this.#all()).map((key) => key.jwk) };
  }

  /** A new signing key; the former one is still published until the next rotation. Returns the new kid. */
  async rotate(): Promise<string> {
    const keys = await this.#all();
    const key = await makeKey();
    this.#keys = Promise.resolve([key, ...keys].slice(0, PUBLISHED_KEYS));
    return key.kid;
  }

  async sign(claims: JWTPayload, now: Date): Promise<string> {
    const [key] = await this.#all();
    if (!key) throw new Error('no signing key');
    const issued = Math.floor(now.getTime() / 1000);
    return new SignJWT({ ...claims, iat: issued, nbf: issued - NOT_BEFORE_S, exp: issued + LIFETIME_S })
      .setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid: key.kid, x5t: key.kid })
      .sign(key.privateKey);
  }

  #all(): Promise<Key[]> {
    // Made on first use: a thousand tests that never ask for a token need no RSA key.
    return (this.#keys ??= makeKey().then((key) => [key]));
  }
}

async function makeKey(): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return { kid, privateKey, jwk: { ...jwk, kid, alg: 'RS256', use: 'sig' } };
}
