// A commit of the sandbox's own repositories, for whoever has a token that may read it; everything else is left to git.
import { canRead, mayUseGit } from '../world/access.ts';
import { actorOfToken } from '../world/actor.ts';
import { Refusal } from '../world/errors.ts';
import { openGit } from '../world/open-git.ts';
import type { World } from '../world/world.ts';

export async function findCommit(
  world: World,
  fullName: string,
  token: string,
  { sha, ref }: { sha: string; ref: string },
): Promise<{ directory: string; sha: string } | undefined> {
  const [owner = '', name = ''] = fullName.split('/');
  const found = world.state.repositoryByName(owner, name);
  if (!found || found.renamed || !mayRead(world, token, found.repository)) return undefined;
  // A short name may be a branch or a tag.
  if (sha === '' && ref !== '' && !ref.startsWith('refs/')) return undefined;
  const git = openGit(world, found.repository);
  const oid = sha === '' ? await git.resolveCommit(ref === '' ? 'HEAD' : ref) : sha;
  return oid !== undefined && (await git.commit(oid)) ? { directory: git.directory, sha: oid } : undefined;
}

function mayRead({ state }: World, token: string, repository: Parameters<typeof canRead>[2]): boolean {
  try {
    const actor = actorOfToken(state, token);
    return canRead(state, actor, repository) && mayUseGit(state, actor, repository, true);
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}
