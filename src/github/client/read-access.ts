// What a person's own token may do in a repository: asked of GitHub with that token, which is kept nowhere.
import { Failure } from '../../domain/text/failure.ts';
import type { ReadAccess } from '../../ports/placement.ts';

const patienceMs = 10_000;

type Repository = { id?: number; owner?: { id?: number }; permissions?: { push?: boolean } };

export function accessReader(apiUrl: string): ReadAccess {
  return async (token, fullName) => {
    const path = fullName.split('/').map(encodeURIComponent).join('/');
    const response = await fetch(`${apiUrl}/repos/${path}`, {
      headers: { authorization: `Bearer ${token}`, accept: 'application/vnd.github+json', 'user-agent': 'practicum' },
      // An id that moved is another repository's business, and the token follows nobody elsewhere.
      redirect: 'manual',
      signal: AbortSignal.timeout(patienceMs),
    }).catch((cause: unknown) => {
      throw new Failure('github-unreachable', 'GitHub does not answer what the token may do', { cause });
    });
    if (response.status === 401) return 'not-valid';
    if (response.status >= 300 && response.status < 500) return 'not-seen';
    if (!response.ok) throw new Failure('github-unreachable', `GitHub answered ${response.status}`);
    const { id, owner, permissions } = (await response.json()) as Repository;
    if (typeof id !== 'number' || typeof owner?.id !== 'number') return 'not-seen';
    return { repositoryId: String(id), ownerId: String(owner.id), mayPush: permissions?.push === true };
  };
}
