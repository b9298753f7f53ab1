// Whether a repository has content yet: a copy of a template looks empty for a while, as on GitHub.
import { refused } from '../world/errors.ts';
import { openGit } from '../world/open-git.ts';
import type { Repository } from '../world/records.ts';
import type { World } from '../world/world.ts';

/** Counts as one read of git data: that is how the window closes. */
export function inEmptyWindow(repository: Repository): boolean {
  const window = repository.emptyWindow;
  if (!window) return false;
  if (window.reads > 0) {
    window.reads -= 1;
    return true;
  }
  if (Date.now() < window.until) return true;
  delete repository.emptyWindow;
  return false;
}

export async function isEmpty(world: Pick<World, 'git' | 'state'>, repository: Repository): Promise<boolean> {
  return inEmptyWindow(repository) || (await openGit(world, repository).refs('refs/heads/')).size === 0;
}

export async function requireContent(world: Pick<World, 'git' | 'state'>, repository: Repository): Promise<void> {
  if (await isEmpty(world, repository)) throw refused('empty-repository');
}
