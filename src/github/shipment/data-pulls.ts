// What becomes of the pull requests that carried slices: kept mergeable, labelled, answered.
import type { Shipment } from '../../domain/shipment/shipment.ts';
import type { DataPulls } from '../../ports/github.ts';
import type { Repository, RepositoryOf } from '../client/repository.ts';
import { commitBeside } from './git-data-commit.ts';
import { additionsOnto, gatherFiles, tellIn } from './shipment-files.ts';

export function dataPulls(named: RepositoryOf): DataPulls {
  return {
    /** Every release adds to the manifest, so two open ones conflict once one is merged; the other is then rebuilt on top. */
    async refresh(shipment, slice, message) {
      const repository = named(shipment.repository);
      const base = await headAhead(repository, shipment);
      if (base === undefined) return false;
      const gathered = await gatherFiles(shipment, slice);
      const { additions, fault } = await additionsOnto(repository, base, gathered);
      const sha = await commitBeside(repository, base, tellIn(message, fault), additions);
      const { octokit, owner, repo } = repository;
      await octokit.rest.git.updateRef({ owner, repo, ref: `heads/${shipment.branch}`, sha, force: true });
      return true;
    },
    async relabel(name, number, label) {
      const { octokit, owner, repo } = named(name);
      const { data } = await octokit.rest.issues.listLabelsOnIssue({
        owner,
        repo,
        issue_number: number,
        per_page: 100,
      });
      const kept = data.map(({ name }) => name).filter((name) => !name.startsWith('data: '));
      await octokit.rest.issues.setLabels({ owner, repo, issue_number: number, labels: [...kept, label] });
    },
    async comment(name, number, marker, body) {
      const { octokit, owner, repo } = named(name);
      const comments = await octokit.paginate(octokit.rest.issues.listComments, {
        owner,
        repo,
        issue_number: number,
        per_page: 100,
      });
      if (comments.some((comment) => comment.body?.includes(marker))) return;
      await octokit.rest.issues.createComment({ owner, repo, issue_number: number, body: `${marker}\n${body}` });
    },
  };
}

type Standing = {
  defaultBranchRef: { target: { oid: string }; compare: { aheadBy: number; behindBy: number } | null } | null;
  ref: { target: { oid: string } } | null;
  pullRequests: { nodes: { headRefOid: string }[] };
};

/** The head of the default branch, where it has commits that the shipment's open pull request lacks. */
async function headAhead({ octokit, owner, repo }: Repository, { branch }: Shipment): Promise<string | undefined> {
  const { repository } = await octokit.graphql<{ repository: Standing }>(
    `query ($owner: String!, $repo: String!, $branch: String!, $ref: String!) { repository(owner: $owner, name: $repo) {
       defaultBranchRef { target { oid } compare(headRef: $branch) { aheadBy behindBy } } ref(qualifiedName: $ref) { target { oid } }
       pullRequests(headRefName: $branch, states: [OPEN], first: 10) { nodes { headRefOid } } } }`,
    { owner, repo, branch, ref: `refs/heads/${branch}` },
  );
  const { defaultBranchRef: base, ref, pullRequests } = repository;
  // A branch of the same name in a fork is not ours.
  const isOpen = pullRequests.nodes.some(({ headRefOid }) => headRefOid === ref?.target.oid);
  // A commit of the student's on the branch is theirs: it is not overwritten.
  if (!isOpen || !base?.compare || base.compare.behindBy === 0 || base.compare.aheadBy !== 1) return undefined;
  return base.target.oid;
}
