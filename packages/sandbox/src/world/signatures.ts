// Which commits are "verified": those that the sandbox made itself without being told an author, as on GitHub.
import { createHmac, randomBytes } from 'node:crypto';
import { formatCommit, type Commit } from '../git/objects.ts';
import type { State } from './state.ts';

const begin = '-----BEGIN PGP SIGNATURE-----\n\n';
const end = '\n-----END PGP SIGNATURE-----\n';

function seal(state: State, commit: Omit<Commit, 'oid'>): string {
  const { key } = state.area('signing', () => ({ key: randomBytes(32).toString('hex') }));
  const unsigned = formatCommit({ ...commit, signature: null });
  return `${begin}${createHmac('sha512', key).update(unsigned).digest('base64')}${end}`;
}

export function sign(state: State, commit: Omit<Commit, 'oid' | 'signature'>): Omit<Commit, 'oid'> {
  const unsigned = { ...commit, signature: null };
  return { ...unsigned, signature: seal(state, unsigned) };
}

/** The "verification" object of a commit. A signature that was copied from another commit does not verify. */
export function verificationOf(state: State, commit: Commit): Record<string, unknown> {
  const { signature } = commit;
  if (signature === null)
    return { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null };
  const verified = signature.trim() === seal(state, commit).trim();
  return {
    verified,
    reason: verified ? 'valid' : 'unknown_key',
    signature,
    payload: formatCommit({ ...commit, signature: null }).toString(),
    verified_at: verified ? commit.committer.date.toISOString().replace(/\.\d+/, '') : null,
  };
}
