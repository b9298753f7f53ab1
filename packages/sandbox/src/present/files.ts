// The changed files of a commit, a comparison or a pull request ("diff-entry").
import type { FileDiff } from '../git/diff-files.ts';
import type { Repository } from '../world/records.ts';
import type { World } from '../world/world.ts';
import { repositoryApi } from './repository.ts';

export function presentFile(
  world: Pick<World, 'url' | 'state'>,
  repository: Repository,
  commit: string,
  file: FileDiff,
): Record<string, unknown> {
  const html = `${world.url}/${world.state.fullName(repository)}`;
  const path = file.path.split('/').map(encodeURIComponent).join('/');
  return {
    sha: file.oid,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${html}/blob/${commit}/${path}`,
    raw_url: `${html}/raw/${commit}/${path}`,
    contents_url: `${repositoryApi(world, repository)}/contents/${path}?ref=${commit}`,
    ...(file.patch === undefined ? {} : { patch: file.patch }),
    ...(file.previous === undefined ? {} : { previous_filename: file.previous }),
  };
}
