// What becomes of the pull requests that carried slices: kept mergeable, labelled, answered.
import type { DataPulls } from '../ports-github.ts';
import { defaultHead } from './branch.ts';
import type { Octokit } from './client.ts';
import { commitBeside } from './git-data-commit.ts';
import { additionsOnto, packParcel, tellIn } from './parcel.ts';
import { findPull } from './pull-request-carrier.ts';

export function dataPulls(octokit: Octokit, owner: string): DataPulls {
  return {
    /** Every release adds to the manifest, so two open ones conflict as soon as one is merged: the other is laid on top anew. */
    async refresh(shipment, slice, message) {
      const { repository: repo } = shipment;
      const pull = await findPull(octokit, owner, shipment);
      if (!pull || pull.state !== 'open') return false;
      const base = await defaultHead(octokit, owner, repo);
      const basehead = `${base.oid}...${pull.head.sha}`;
      const { data: comparison } = await octokit.rest.repos.compareCommitsWithBasehead({ owner, repo, basehead });
      // A commit of the student's on the branch is theirs: it is not overwritten.
      if (comparison.behind_by === 0 || comparison.ahead_by !== 1) return false;
      const parcel = await packParcel(shipment.path, slice);
      const { additions, fault } = await additionsOnto(octokit, owner, base.oid, shipment, slice, parcel);
      const sha = await commitBeside(octokit, owner, repo, base.oid, tellIn(message, fault), additions);
      await octokit.rest.git.updateRef({ owner, repo, ref: `heads/${shipment.branch}`, sha, force: true });
      return true;
    },
    async relabel(repo, number, label) {
      const { data } = await octokit.rest.issues.listLabelsOnIssue({
        owner,
        repo,
        issue_number: number,
        per_page: 100,
      });
      const kept = data.map(({ name }) => name).filter((name) => !name.startsWith('data: '));
      await octokit.rest.issues.setLabels({ owner, repo, issue_number: number, labels: [...kept, label] });
    },
    async comment(repo, number, marker, body) {
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
