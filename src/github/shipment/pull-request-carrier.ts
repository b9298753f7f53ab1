// Carries a slice as a pull request: a branch that is the app's own, one commit on it, one pull request for it.
import type { Shipment } from '../../domain/shipment/shipment.ts';
import type { Receipt } from '../../ports/records.ts';
import type { CarrierPort, Consignment, Seen } from '../../ports/github.ts';
import type { Slice } from '../../ports/slices.ts';
import { defaultHead, findShipped, headOf, whileRaced, type Head } from '../repository/branch.ts';
import type { Octokit } from '@octokit/rest';
import { commitBeside } from './git-data-commit.ts';
import {
  additionsAfter,
  additionsOnto,
  commitTelling,
  packParcel,
  tellIn,
  type Commit,
  type Parcel,
} from './parcel.ts';
import { isFailure } from '../../domain/text/failure.ts';

type PullRequest = {
  number: number;
  state: string;
  merged_at: string | null;
  html_url: string;
  head: { sha: string };
  labels: { name: string }[];
};

export function pullRequestCarrier(octokit: Octokit, owner: string, commitTo: Commit): CarrierPort {
  return {
    async carry(shipment, slice, consignment, seen) {
      const { message } = consignment;
      const parcel = await packParcel(shipment.path, slice);
      const begun = seen && (await begin(octokit, owner, shipment, seen));
      const found = begun ? undefined : await findPull(octokit, owner, shipment);
      const make = (): Promise<{ commit: string; fault?: string }> =>
        begun
          ? commitTelling(
              commitTo,
              shipment.repository,
              begun,
              message,
              additionsAfter(seen.manifest, shipment, slice, parcel),
            )
          : whileRaced(() => ensureBranch(octokit, owner, commitTo, shipment, slice, parcel, message));
      // What became of a pull request is the student's business: it was carried, and nothing is made a second time.
      const { commit, ...told } = found ? { commit: await carriedBy(octokit, owner, shipment, found) } : await make();
      const pull = found ?? (await open(octokit, owner, shipment, consignment, begun && seen.head.branch));
      if (pull.state === 'open') await ensureLabels(octokit, owner, shipment.repository, pull, consignment.labels);
      const { bytes, sha256, rows } = slice;
      return {
        commit,
        blob: parcel.blob,
        bytes,
        sha256,
        rows,
        pullRequest: pull.number,
        ...told,
        url: pull.html_url,
      } satisfies Receipt;
    },
    async stage(shipment, slice, { message }) {
      if (await findPull(octokit, owner, shipment)) return;
      const parcel = await packParcel(shipment.path, slice);
      await whileRaced(() => ensureBranch(octokit, owner, commitTo, shipment, slice, parcel, message));
    },
    async unstage(shipment) {
      if (await findPull(octokit, owner, shipment)) return;
      const { repository: repo, branch } = shipment;
      const known = await headOf(octokit, owner, repo, branch);
      if (known !== undefined) await octokit.rest.git.deleteRef({ owner, repo, ref: `heads/${branch}` });
    },
  };
}

/** The shipment's branch on the head that was seen; undefined where somebody was here since. */
async function begin(
  octokit: Octokit,
  owner: string,
  { repository: repo, branch }: Shipment,
  { head: { oid } }: Seen,
): Promise<Head | undefined> {
  return octokit.rest.git.createRef({ owner, repo, ref: `refs/heads/${branch}`, sha: oid }).then(
    () => ({ branch, oid }),
    (error: unknown) => {
      if (isFailure(error, 'unprocessable')) return undefined;
      throw error;
    },
  );
}

/** The pull request that carries the shipment, whatever became of it. */
async function findPull(
  octokit: Octokit,
  owner: string,
  { repository: repo, branch }: Shipment,
): Promise<PullRequest | undefined> {
  const { data } = await octokit.rest.pulls.list({
    owner,
    repo,
    head: `${owner}:${branch}`,
    state: 'all',
    per_page: 1,
  });
  return data[0];
}

/** The shipment's commit: in the default branch once merged, else on the pull request's own. */
async function carriedBy(octokit: Octokit, owner: string, shipment: Shipment, pull: PullRequest): Promise<string> {
  if (!pull.merged_at) return pull.head.sha;
  const { branch } = await defaultHead(octokit, owner, shipment.repository);
  return (await findShipped(octokit, owner, shipment.repository, branch, shipment)) ?? pull.head.sha;
}

/** Labels come with a call of their own, which may have been lost. */
async function ensureLabels(
  octokit: Octokit,
  owner: string,
  repo: string,
  pull: PullRequest,
  wanted: readonly string[],
): Promise<void> {
  if (wanted.length === 0 || pull.labels.some(({ name }) => name.startsWith('data: '))) return;
  await octokit.rest.issues.addLabels({ owner, repo, issue_number: pull.number, labels: [...wanted] });
}

/** The shipment's commit on the shipment's branch, made unless it is there. No pull request has been opened for it. */
async function ensureBranch(
  octokit: Octokit,
  owner: string,
  commitTo: Commit,
  shipment: Shipment,
  slice: Slice,
  parcel: Parcel,
  message: string,
): Promise<{ commit: string; fault?: string }> {
  const { repository: repo, branch } = shipment;
  const existing = await headOf(octokit, owner, repo, branch);
  const shipped = existing && (await findShipped(octokit, owner, repo, branch, shipment));
  if (shipped) {
    const base = await baseToMoveTo(octokit, owner, shipment, parcel);
    if (base === undefined) return { commit: shipped };
    // Made ahead of time, or before a failure: since then the plan has changed, or the student has pushed.
    const { additions, fault } = await additionsOnto(octokit, owner, base, shipment, slice, parcel);
    const sha = await commitBeside(octokit, owner, repo, base, tellIn(message, fault), additions);
    await octokit.rest.git.updateRef({ owner, repo, ref: `heads/${branch}`, sha, force: true });
    return { commit: sha, ...(fault === undefined ? {} : { fault }) };
  }
  const oid = existing ?? (await createBranch(octokit, owner, repo, branch));
  const head: Head = { branch, oid };
  const additions = await additionsOnto(octokit, owner, oid, shipment, slice, parcel);
  return commitTelling(commitTo, repo, head, message, additions);
}

type BranchStanding = {
  defaultBranchRef: { target: { oid: string }; compare: { aheadBy: number; behindBy: number } | null } | null;
  object: { oid: string } | null;
};

/** The head of the default branch, where the branch lacks its commits or carries other bytes; never over a student's commit. */
async function baseToMoveTo(
  octokit: Octokit,
  owner: string,
  { repository: repo, branch, path }: Shipment,
  { blob }: Parcel,
): Promise<string | undefined> {
  const { repository } = await octokit.graphql<{ repository: BranchStanding }>(
    `query ($owner: String!, $repo: String!, $branch: String!, $expression: String!) { repository(owner: $owner, name: $repo) {
       defaultBranchRef { target { oid } compare(headRef: $branch) { aheadBy behindBy } } object(expression: $expression) { oid } } }`,
    { owner, repo, branch, expression: `${branch}:${path}` },
  );
  const { defaultBranchRef: base, object } = repository;
  if (!base?.compare || base.compare.aheadBy !== 1) return undefined;
  return base.compare.behindBy > 0 || object?.oid !== blob ? base.target.oid : undefined;
}

async function createBranch(octokit: Octokit, owner: string, repo: string, branch: string): Promise<string> {
  const { oid } = await defaultHead(octokit, owner, repo);
  await octokit.rest.git.createRef({ owner, repo, ref: `refs/heads/${branch}`, sha: oid });
  return oid;
}

async function open(
  octokit: Octokit,
  owner: string,
  shipment: Shipment,
  { title, body }: Consignment,
  onto?: string,
): Promise<PullRequest> {
  const { repository: repo, branch } = shipment;
  const base = onto ?? (await defaultHead(octokit, owner, repo)).branch;
  const { data } = await octokit.rest.pulls.create({ owner, repo, title, body, head: branch, base });
  return data;
}
