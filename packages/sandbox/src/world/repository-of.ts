// The repository that a record belongs to.
import type { Repository } from './records.ts';
import type { World } from './world.ts';

export function repositoryOf(world: Pick<World, 'state'>, record: { repository: number }): Repository {
  const repository = world.state.repository(record.repository);
  if (!repository) throw new Error(`repository ${record.repository} is gone`);
  return repository;
}
