// Carries a slice as a pull request: a branch that is the app's own, one commit on it, one pull request for it.
import type { Shipment } from '../../domain/shipment/shipment.ts';
import type { Receipt } from '../../ports/records.ts';
import type { CarrierPort, Consignment, Seen } from '../../ports/github.ts';
import { defaultHead, findShipped, headOf, whileRaced, type Head } from '../repository/branch.ts';
import type { CarrierTools } from './carrier-tools.ts';
import { commitBeside } from './git-data-commit.ts';
import {
  additionsAfter,
  additionsOnto,
  commitTelling,
  gatherFiles,
  tellIn,
  type Commit,
  type ShipmentFiles,
} from './shipment-files.ts';
import type { Repository } from '../client/repository.ts';
import { isFailure } from '../../domain/text/failure.ts';

type PullRequest = {
  number: number;
  state: string;
  merged_at: string | null;
  html_url: string;
  head: { sha: string };
  labels: { name: string }[];
};

export function pullRequestCarrier({ named, commitTo }: CarrierTools): CarrierPort {
  return {
    async carry(shipment, slice, consignment, seen) {
      const { message } = consignment;
      const repository = named(shipment.repository);
      const gathered = await gatherFiles(shipment, slice);
      const begun = seen && (await begin(repository, shipment, seen));
      const found = begun ? undefined : await findPull(repository, shipment);
      const make = (): Promise<{ commit: string; fault?: string }> =>
        begun
          ? commitTelling(commitTo, { repository, head: begun }, message, additionsAfter(seen.manifest, gathered))
          : whileRaced(() => ensureBranch(repository, commitTo, gathered, message));
      // What became of a pull request is the student's business: it was carried, and nothing is made a second time.
      const { commit, ...told } = found ? { commit: await carriedBy(repository, shipment, found) } : await make();
      const pull = found ?? (await open(repository, shipment, consignment, begun && seen.head.branch));
      if (pull.state === 'open') await ensureLabels(repository, pull, consignment.labels);
      const { bytes, sha256, rows } = slice;
      return {
        commit,
        blob: gathered.blob,
        bytes,
        sha256,
        rows,
        pullRequest: pull.number,
        ...told,
        url: pull.html_url,
      } satisfies Receipt;
    },
    async stage(shipment, slice, { message }) {
      const repository = named(shipment.repository);
      if (await findPull(repository, shipment)) return;
      const gathered = await gatherFiles(shipment, slice);
      await whileRaced(() => ensureBranch(repository, commitTo, gathered, message));
    },
    async unstage(shipment) {
      const repository = named(shipment.repository);
      if (await findPull(repository, shipment)) return;
      const { branch } = shipment;
      const known = await headOf(repository, branch);
      const { octokit, owner, repo } = repository;
      if (known !== undefined) await octokit.rest.git.deleteRef({ owner, repo, ref: `heads/${branch}` });
    },
  };
}

/** The shipment's branch on the head that was seen; undefined where somebody was here since. */
async function begin(
  { octokit, owner, repo }: Repository,
  { branch }: Shipment,
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
async function findPull({ octokit, owner, repo }: Repository, { branch }: Shipment): Promise<PullRequest | undefined> {
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
async function carriedBy(repository: Repository, shipment: Shipment, pull: PullRequest): Promise<string> {
  if (!pull.merged_at) return pull.head.sha;
  const { branch } = await defaultHead(repository);
  return (await findShipped(repository, branch, shipment)) ?? pull.head.sha;
}

/** Labels come with a call of their own, which may have been lost. */
async function ensureLabels(
  { octokit, owner, repo }: Repository,
  pull: PullRequest,
  wanted: readonly string[],
): Promise<void> {
  if (wanted.length === 0 || pull.labels.some(({ name }) => name.startsWith('data: '))) return;
  await octokit.rest.issues.addLabels({ owner, repo, issue_number: pull.number, labels: [...wanted] });
}

/** The shipment's commit on the shipment's branch, made unless it is there. No pull request has been opened for it. */
async function ensureBranch(
  repository: Repository,
  commitTo: Commit,
  gathered: ShipmentFiles,
  message: string,
): Promise<{ commit: string; fault?: string }> {
  const { shipment } = gathered;
  const { branch } = shipment;
  const existing = await headOf(repository, branch);
  const shipped = existing && (await findShipped(repository, branch, shipment));
  if (shipped) {
    const base = await baseToMoveTo(repository, gathered);
    if (base === undefined) return { commit: shipped };
    // Made ahead of time, or before a failure: since then the plan has changed, or the student has pushed.
    const { additions, fault } = await additionsOnto(repository, base, gathered);
    const sha = await commitBeside(repository, base, tellIn(message, fault), additions);
    const { octokit, owner, repo } = repository;
    await octokit.rest.git.updateRef({ owner, repo, ref: `heads/${branch}`, sha, force: true });
    return { commit: sha, ...(fault === undefined ? {} : { fault }) };
  }
  const oid = existing ?? (await createBranch(repository, branch));
  const head: Head = { branch, oid };
  const additions = await additionsOnto(repository, oid, gathered);
  return commitTelling(commitTo, { repository, head }, message, additions);
}

type BranchStanding = {
  defaultBranchRef: { target: { oid: string }; compare: { aheadBy: number; behindBy: number } | null } | null;
  object: { oid: string } | null;
};

/** The head of the default branch, where the branch lacks its commits or carries other bytes; never over a student's commit. */
async function baseToMoveTo(
  { octokit, owner, repo }: Repository,
  { shipment: { branch, path }, blob }: ShipmentFiles,
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

async function createBranch(repository: Repository, branch: string): Promise<string> {
  const { oid } = await defaultHead(repository);
  const { octokit, owner, repo } = repository;
  await octokit.rest.git.createRef({ owner, repo, ref: `refs/heads/${branch}`, sha: oid });
  return oid;
}

async function open(
  repository: Repository,
  { branch }: Shipment,
  { title, body }: Consignment,
  onto?: string,
): Promise<PullRequest> {
  const base = onto ?? (await defaultHead(repository)).branch;
  const { octokit, owner, repo } = repository;
  const { data } = await octokit.rest.pulls.create({ owner, repo, title, body, head: branch, base });
  return data;
}
