// GitHub's own record of how changes came into the default branch: merged pull requests with their reviews, and pushes.
import type { FlowFacts, MergedPull } from '../../domain/milestones/flow-facts.ts';
import { isFailure } from '../../domain/text/failure.ts';
import { isNotFound } from '../client/error.ts';
import type { Repository } from '../client/repository.ts';

const newest = 50;

type Person = { __typename: string; login: string } | null;
type Answer = {
  repository: {
    defaultBranchRef: { name: string } | null;
    pullRequests: {
      nodes: {
        number: number;
        mergedAt: string | null;
        baseRefName: string;
        author: Person;
        mergeCommit: { parents: { totalCount: number } } | null;
        reviews: { nodes: { submittedAt: string | null; author: Person }[] } | null;
      }[];
    };
  };
};

/** Three calls at most. */
export async function readFlow(repository: Repository): Promise<FlowFacts> {
  const { octokit, owner, repo } = repository;
  const { repository: found } = await octokit.graphql<Answer>(
    `query ($owner: String!, $repo: String!) { repository(owner: $owner, name: $repo) { defaultBranchRef { name }
       pullRequests(states: [MERGED], first: ${newest}, orderBy: { field: UPDATED_AT, direction: DESC }) { nodes {
         number mergedAt baseRefName author { __typename login } mergeCommit { parents(first: 2) { totalCount } }
         reviews(first: 30) { nodes { submittedAt author { __typename login } } } } } } }`,
    { owner, repo },
  );
  const branch = found.defaultBranchRef?.name;
  if (branch === undefined) return { pulls: [], pushes: [] };
  const pushes = await readPushes(repository, branch);
  return {
    pulls: found.pullRequests.nodes.flatMap((pull) => (pull.baseRefName === branch ? toMerged(pull) : [])),
    ...(pushes ? { pushes } : {}),
  };
}

function toMerged({
  number,
  mergedAt,
  author,
  mergeCommit,
  reviews,
}: Answer['repository']['pullRequests']['nodes'][number]): MergedPull[] {
  if (author?.__typename !== 'User' || mergedAt === null) return [];
  const reviewers = (reviews?.nodes ?? []).flatMap((review) =>
    review.author?.__typename === 'User' && review.submittedAt !== null && review.submittedAt <= mergedAt
      ? [review.author.login]
      : [],
  );
  const parents = mergeCommit?.parents.totalCount ?? 1;
  return [{ number, author: author.login, merged: new Date(mergedAt), reviewers, parents }];
}

type Push = { login: string; at: Date };

/** Who pushed is on GitHub's record, and not what a commit says of its author. Undefined: not to be seen. */
async function readPushes({ octokit, owner, repo }: Repository, branch: string): Promise<Push[] | undefined> {
  const read = async (activity_type: 'push' | 'force_push'): Promise<Push[]> => {
    const { data } = await octokit.rest.repos.listActivities({
      owner,
      repo,
      ref: `refs/heads/${branch}`,
      activity_type,
      per_page: newest,
    });
    return data.flatMap(({ actor, timestamp }) =>
      actor?.type === 'User' ? [{ login: actor.login, at: new Date(timestamp) }] : [],
    );
  };
  try {
    return [...(await read('push')), ...(await read('force_push'))];
  } catch (error) {
    if (isNotFound(error) || isFailure(error, 'forbidden')) return undefined;
    throw error;
  }
}
