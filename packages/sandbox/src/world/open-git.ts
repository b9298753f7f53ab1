// The bare repository behind a repository's record.
import type { GitRepository } from '../git/store.ts';
import type { Repository } from './records.ts';
import type { World } from './world.ts';

export function openGit(world: Pick<World, 'git' | 'state'>, repository: Repository): GitRepository {
  return world.git.open(world.state.fullName(repository));
}
