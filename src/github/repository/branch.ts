// A branch of one repository: read its head and files, find a shipment on it, commit to it only if it has not moved.
import { readFile } from 'node:fs/promises';
import type { Shipment } from '../../domain/shipment/shipment.ts';
import type { OnceCommitted } from '../../ports/records.ts';
import { retryPolicy } from '../../domain/jobs/retry-policy.ts';
import { coded, failure } from '../client/error.ts';
import type { Repository } from '../client/repository.ts';
import { isFailure } from '../../domain/text/failure.ts';

export type Head = { branch: string; oid: string };
/** A file of a commit: its bytes, or where they are on this machine. */
export type FileAddition = { path: string; executable?: boolean } & (
  | { contents: Buffer }
  | { from: string; bytes: number }
);

export function bytesOf(addition: FileAddition): number {
  return 'contents' in addition ? addition.contents.length : addition.bytes;
}

export function contentsOf(addition: FileAddition): Promise<Buffer> | Buffer {
  return 'contents' in addition ? addition.contents : readFile(addition.from);
}

/** The default branch and its head. Throws `repository-archived`, which only a person can fix. */
export async function defaultHead({ octokit, owner, repo }: Repository): Promise<Head & { repositoryId: string }> {
  const { repository } = await octokit
    .graphql<{
      repository: {
        id: string;
        isArchived: boolean;
        defaultBranchRef: { name: string; target: { oid: string } } | null;
      };
    }>(
      `query ($owner: String!, $repo: String!) {
       repository(owner: $owner, name: $repo) { id isArchived defaultBranchRef { name target { oid } } } }`,
      { owner, repo },
    )
    .catch((error: unknown) => {
      throw coded(error);
    });
  if (repository.isArchived)
    throw failure('repository-archived', `${owner}/${repo} is archived: unarchive it, then retry`, true);
  if (!repository.defaultBranchRef)
    throw failure('repository-empty', `${owner}/${repo} has no default branch: push one, then retry`);
  return {
    branch: repository.defaultBranchRef.name,
    oid: repository.defaultBranchRef.target.oid,
    repositoryId: repository.id,
  };
}

/** Head of a branch, or undefined where there is none. */
export async function headOf({ octokit, owner, repo }: Repository, branch: string): Promise<string | undefined> {
  const { repository } = await octokit.graphql<{ repository: { ref: { target: { oid: string } } | null } }>(
    'query ($owner: String!, $repo: String!, $ref: String!) { repository(owner: $owner, name: $repo) { ref(qualifiedName: $ref) { target { oid } } } }',
    { owner, repo, ref: `refs/heads/${branch}` },
  );
  return repository.ref?.target.oid;
}

/** The commit below `ref` that carries the shipment's trailer, if there is one: found by the path it wrote. */
export async function findShipped(
  { octokit, owner, repo }: Repository,
  ref: string,
  shipment: Shipment,
): Promise<string | undefined> {
  const pages = octokit.paginate.iterator(octokit.rest.repos.listCommits, {
    owner,
    repo,
    sha: ref,
    path: shipment.path,
    per_page: 100,
  });
  for await (const { data } of pages) {
    const found = data.find(({ commit }) => hasTrailer(commit.message, shipment.trailer));
    if (found) return found.sha;
  }
  return undefined;
}

/** A file of any size, as its bytes: not within JSON, which would take a third more and be read at once. */
export async function readBytes(
  { octokit, owner, repo }: Repository,
  file_sha: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const { data } = await octokit.rest.git.getBlob({ owner, repo, file_sha, mediaType: { format: 'raw' } });
  return data as unknown as Uint8Array<ArrayBuffer>;
}

/** Text of a file at a commit, or undefined. */
export async function textAt(
  { octokit, owner, repo }: Repository,
  commit: string,
  path: string,
): Promise<string | undefined> {
  const { repository } = await octokit.graphql<{ repository: { object: { text: string | null } | null } }>(
    `query ($owner: String!, $repo: String!, $expression: String!) {
       repository(owner: $owner, name: $repo) { object(expression: $expression) { ... on Blob { text } } } }`,
    { owner, repo, expression: `${commit}:${path}` },
  );
  return repository.object?.text ?? undefined;
}

/** One signed commit on the head given; throws `stale-data` when the branch has moved. */
export async function commitOn(
  { octokit, owner, repo }: Repository,
  head: Head,
  message: string,
  additions: readonly FileAddition[],
  deletions: readonly string[] = [],
): Promise<string> {
  const [headline = '', ...rest] = message.split('\n');
  const files = await Promise.all(
    additions.map(async (addition) => ({
      path: addition.path,
      contents: (await contentsOf(addition)).toString('base64'),
    })),
  );
  const { createCommitOnBranch } = await octokit
    .graphql<{ createCommitOnBranch: { commit: { oid: string } } }>(
      'mutation ($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }',
      {
        input: {
          branch: { repositoryNameWithOwner: `${owner}/${repo}`, branchName: head.branch },
          expectedHeadOid: head.oid,
          message: { headline, body: rest.join('\n').trim() },
          fileChanges: {
            additions: files,
            ...(deletions.length > 0 ? { deletions: deletions.map((path) => ({ path })) } : {}),
          },
        },
      },
    )
    .catch((error: unknown) => {
      throw coded(error);
    });
  return createCommitOnBranch.commit.oid;
}

/** Repeats `attempt` while the branch keeps moving under it. */
export async function whileRaced<T>(attempt: () => Promise<T>): Promise<T> {
  for (let race = 1; ; race++) {
    try {
      return await attempt();
    } catch (error) {
      if (!isFailure(error, 'stale-data') || race >= retryPolicy.movedBranch.attempts) throw error;
    }
  }
}

/** One commit on the default branch. Each round looks first: one whose answer was lost is found here and not repeated. */
export function commitOnce(repository: Repository, { files, message, trailer }: OnceCommitted): Promise<string> {
  const additions = files.map(({ path, content }) => ({ path, contents: Buffer.from(content) }));
  return whileRaced(async () => {
    const head = await defaultHead(repository);
    const { octokit, owner, repo } = repository;
    const { path } = additions[0]!;
    const { data } = await octokit.rest.repos.listCommits({ owner, repo, sha: head.branch, path, per_page: 100 });
    const known = data.find(({ commit }) => hasTrailer(commit.message, trailer));
    return known ? known.sha : commitOn(repository, head, message, additions);
  });
}

export function hasTrailer(message: string, trailer: string): boolean {
  return message.split('\n').some((line) => line.trim() === trailer);
}
