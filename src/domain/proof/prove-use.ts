// Did a release cause the model that is served? From shipment to commit, run, model and service, up to the first missing link.
import { carriers } from '../carrier/carriers.ts';
import type { Proof } from './proof.ts';
import type { RunEvidence } from '../evidence/evidence.ts';
import { orderEvidence } from '../evidence/order-evidence.ts';
import { sortRuns, type Runs } from '../evidence/counted-runs.ts';
import { dueReleases, evidenceOf, type DueRelease, type ScoreInput } from '../evidence/criterion.ts';
import { missingCommit, missingModel, missingRun, missingService, missingShipment } from './missing-links.ts';
import { findServed, type Served } from './served-model.ts';

/** The proofs of all releases that are due, by the runs that count for freshness. Evidence may come in any order. */
export function proveReleases(input: ScoreInput): Proof[] {
  const ordered = { ...input, evidence: orderEvidence(input.evidence, input.now) };
  const { freshness, pipeline } = input.policy.criteria;
  const runs = sortRuns(ordered, freshness ?? pipeline ?? { points: 0, trust: 'claimed' });
  return dueReleases(ordered).map((release) => proveUse(ordered, release, runs));
}

/** One release; evidence in order of time. A later link without an earlier one proves nothing and is left out. */
export function proveUse(input: ScoreInput, release: DueRelease, runs: Runs): Proof {
  const { name, delivered } = release;
  const shipped = firstShipment(release);
  if (!delivered || !shipped) return { release: name, missing: missingShipment(release) };
  const users = runs.counted.filter((run) => hasUsed(run, name));
  const [run] = users;
  const proof: Proof = { release: name, shipment: { id: shipped.id, at: delivered } };
  const commit = findCommit(input, release, run);
  if (!commit) return { ...proof, missing: missingCommit(input, name) };
  proof.commit = commit;
  if (!run) return { ...proof, missing: missingRun({ name, delivered, commit, runs, input }) };
  proof.run = run;
  proof.took = Math.max(0, run.at.getTime() - delivered.getTime());
  const served = findServed(evidenceOf(input, 'probe'), evidenceOf(input, 'run'));
  const maker = modelOf(users, name, served);
  if (!maker) return { ...proof, missing: missingModel(run, name) };
  proof.model = { digest: maker.modelDigest!, of: maker };
  if (!input.policy.endpoint && served.state === 'unasked') return proof;
  if (served.state !== 'known' || !served.runs.includes(maker))
    return { ...proof, missing: missingService(served, maker, name) };
  proof.service = { version: served.version, at: served.probe.at, evidence: served.probe.id };
  return proof;
}

/** A green run at a commit that holds the release, whose pipeline reads it as far as that is known. */
function hasUsed(run: RunEvidence, release: string): boolean {
  return run.conclusion === 'success' && run.releases.includes(release) && !run.unread?.includes(release);
}

/** The run whose model with this release in it is served, or else the first that made one. */
function modelOf(users: readonly RunEvidence[], release: string, served: Served): RunEvidence | undefined {
  const made = users.filter(({ modelDigest, modelFrom }) => modelDigest && (modelFrom?.includes(release) ?? true));
  const inUse = served.state === 'known' ? made.find((run) => served.runs.includes(run)) : undefined;
  return inUse ?? made.at(-1);
}

function firstShipment({ shipments, delivered }: DueRelease): DueRelease['shipments'][number] | undefined {
  return shipments.find(
    ({ state, dispatchedAt, due }) =>
      state === 'dispatched' && (dispatchedAt ?? due).getTime() === delivered?.getTime(),
  );
}

function findCommit(input: ScoreInput, release: DueRelease, run: RunEvidence | undefined): Proof['commit'] {
  const events = evidenceOf(input, 'data').filter((dataEvidence) => dataEvidence.release === release.name);
  const merged = events.find(({ event }) => event === 'merged');
  // A run at a commit that holds it says more than the merge that was never told of.
  if (run && (!merged || merged.at > run.at)) return { at: run.at, sha: run.commit };
  if (events.findLast(({ event }) => event !== 'shipped')?.event === 'altered' && !run) return undefined;
  if (merged) return { at: merged.at, ...(merged.commit ? { sha: merged.commit } : {}) };
  const needsNobody = release.shipments.some(
    ({ carrier }) => carrier && carriers[carrier].inGit && !carriers[carrier].isMerged,
  );
  return needsNobody ? { at: release.delivered! } : undefined;
}
