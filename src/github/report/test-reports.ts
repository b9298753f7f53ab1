// What the tests of a commit left behind: junit and coverage, from the artifact that the template's quality workflow uploads.
import { isNotFound } from '../client/error.ts';
import type { Repository } from '../client/repository.ts';
import { isFailure } from '../../domain/text/failure.ts';
import type { ArchivedReports } from '../../ports/aside.ts';

/** Of the artifact, and the folder under which its files stand among those of the repository. */
const name = 'test-reports';
const largestZip = 2_000_000;

/** The reports in an archive that `repo` made. */
export type ReadArchive = (repo: string, zip: Uint8Array) => Promise<ArchivedReports>;

/** Nothing where no run on this commit left one. */
export async function readTestReports(
  { octokit, owner, repo }: Repository,
  commit: string,
  readArchive: ReadArchive,
): Promise<ArchivedReports> {
  const { data } = await octokit.rest.actions.listArtifactsForRepo({ owner, repo, name, per_page: 30 });
  const made = data.artifacts.filter(({ workflow_run, expired }) => workflow_run?.head_sha === commit && !expired);
  const [newest] = made.toSorted((a, b) => b.id - a.id);
  if (!newest || newest.size_in_bytes > largestZip) return { files: new Map(), databases: new Map() };
  const zip = await octokit.rest.actions
    .downloadArtifact({ owner, repo, artifact_id: newest.id, archive_format: 'zip' })
    .then(({ data }) => data as Uint8Array)
    .catch((error: unknown) => {
      // It ran out between the two calls.
      if (isNotFound(error) || isFailure(error, 'gone')) return undefined;
      throw error;
    });
  if (!zip) return { files: new Map(), databases: new Map() };
  const { files, databases } = await readArchive(repo, zip);
  return { files: placed(files), databases: placed(databases) };
}

function placed<T>(files: ReadonlyMap<string, T>): Map<string, T> {
  return new Map([...files].map(([path, content]) => [`${name}/${path}`, content]));
}
