// Signs our requests, so that a student can tell a probe from a stranger. The form is described in docs/probes.md.
import { createHash, createPrivateKey, createPublicKey, hkdfSync, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

export const SIGNATURE_HEADER = 'practicum-signature';

/** What is signed. `at` is told in whole seconds. */
export type Signed = { method: string; url: string; body: string; at: Date };

/** The signing key of this installation: the same for every process that knows the secret. */
export function probeKey(secret: string): KeyObject {
  const seed = Buffer.from(hkdfSync('sha256', secret, '', 'practicum probe signing key', 32));
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  return createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
}

/** What the times of probes are drawn from: known to nobody outside, and the same for every process. */
export function probeTiming(secret: string): string {
  return Buffer.from(hkdfSync('sha256', secret, '', 'practicum probe times', 32)).toString('hex');
}

/** The public half, base64 of its 32 bytes: what students are told. */
export function publicProbeKey(key: KeyObject): string {
  const jwk = createPublicKey(key).export({ format: 'jwk' });
  return Buffer.from(String(jwk['x']), 'base64url').toString('base64');
}

/** The value of the header: `t=<unix seconds>, ed25519=<base64>`. */
export function signRequest(key: KeyObject, signed: Signed): string {
  return `t=${seconds(signed.at)}, ed25519=${sign(null, payload(signed), key).toString('base64')}`;
}

/**
 * What a student's server does: true when the signature is ours and not older than `maxAgeSeconds`.
 * @public
 */
export function verifySignature(
  publicKey: string,
  header: string,
  received: Signed,
  maxAgeSeconds: number = 300,
): boolean {
  const match = /^t=(\d{1,12}), ed25519=([A-Za-z0-9+/=]{88})$/.exec(header);
  if (!match || Math.abs(seconds(received.at) - Number(match[1])) > maxAgeSeconds) return false;
  const x = Buffer.from(publicKey, 'base64').toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const said = { ...received, at: new Date(Number(match[1]) * 1000) };
  return verify(null, payload(said), key, Buffer.from(match[2]!, 'base64'));
}

/** Five lines: time, method, host, path with query, SHA-256 of the body. The host keeps a probe from being passed on. */
function payload({ method, url, body, at }: Signed): Buffer {
  const { host, pathname, search } = new URL(url);
  const digest = createHash('sha256').update(body).digest('hex');
  return Buffer.from([seconds(at), method.toUpperCase(), host, `${pathname}${search}`, digest].join('\n'));
}

function seconds(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}
