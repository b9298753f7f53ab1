// What one report is worth: held against GitHub's own words, its token, and what the commit holds.
import { isWanted, type Drill } from '../../domain/drill/drill.ts';
import {
  confirmReport,
  namedRun,
  signingJobs,
  workflowPlaces,
  type CheckRunClaim,
} from '../../domain/report/confirm-report.ts';
import type { RunEvidence } from '../../domain/evidence/evidence.ts';
import { traceReport } from '../../domain/report/trace-report.ts';
import type { CourseRecord, StoredShipment, StudentRepository } from '../../ports/records.ts';
import { billedMinutes } from '../../domain/report/billed-minutes.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { GitHub } from '../../ports/github.ts';

/** A report on a commit, in a check run or posted; `from` is what its token is used up for. */
export type Claim = CheckRunClaim & { from: string; url?: string };

export type Weighed = {
  evidence: Omit<RunEvidence, 'id' | 'challenge' | 'owner'>;
  /** Of the report, when the claim is not contradicted. */
  digest?: string;
  /** Code of what is wrong with its token. */
  doubt?: string;
};

type Course = { record: CourseRecord; student: StudentRepository; shipments: readonly StoredShipment[] };

/** Undefined while the run that it names has not ended. */
export async function weighReport(
  { clock, store, verifyToken }: FlowPorts,
  { runs, login }: GitHub,
  { record, student, shipments }: Course,
  claim: Claim,
): Promise<Weighed | undefined> {
  const { name: repository } = student;
  const fullName = `${login}/${repository}`;
  const named = namedRun(claim);
  const run = named === undefined ? undefined : await runs.workflowRun(repository, named);
  const confirmation = confirmReport(claim, run, fullName, workflowPlaces({ ...record, login }));
  if (confirmation.state === 'pending') return undefined;
  const minutes = run && billedMinutes(run.jobs, clock.now());
  const common = {
    kind: 'run' as const,
    repository: fullName,
    commit: claim.headSha,
    ...(claim.url === undefined ? {} : { checkRunUrl: claim.url }),
    ...(named === undefined ? {} : { runId: named }),
    ...(minutes === undefined ? {} : { minutes }),
  };
  if (confirmation.state === 'rejected') {
    const { code, reason, conclusion } = confirmation;
    const rejected = { conclusion, releases: [], rejected: { code, reason } };
    return { evidence: { ...common, at: run?.updatedAt ?? clock.now(), trust: 'claimed', ...rejected } };
  }
  const { report, digest, token } = confirmation;
  const drills = await store.drills(record.organisation, student.owner);
  const held = await heldAt(runs, repository, claim.headSha, shipments, drills);
  const attested = await verifyToken({
    report,
    digest,
    token,
    record,
    repositoryId: student.repositoryId ?? 0,
    run: {
      workflowShas: run!.referencedWorkflows.map(({ sha }) => sha),
      jobIds: signingJobs(run!, report.run_attempt),
    },
    usedBy: claim.from,
  });
  return {
    digest,
    ...(attested.accepted ? {} : { doubt: attested.code }),
    evidence: {
      ...common,
      at: run!.updatedAt,
      attempt: report.run_attempt,
      trust: attested.accepted ? 'attested' : 'claimed',
      conclusion: report.conclusion,
      releases: held.map(({ shipment }) => shipment.id),
      ...(attested.accepted ? {} : { unattested: attested.reason }),
      ...traceReport(
        report,
        held.map(({ shipment }) => shipment),
      ),
    },
  };
}

/** Shipments whose release the commit holds whole and unaltered but by a drill, by git's own hashes: what the run can have used. */
async function heldAt(
  runs: GitHub['runs'],
  repository: string,
  commit: string,
  shipments: readonly StoredShipment[],
  drills: readonly Drill[],
): Promise<StoredShipment[]> {
  const shipped = shipments.filter(({ receipt }) => receipt !== undefined);
  const blobs = await runs.blobs(repository, commit, [...new Set(shipped.map(({ shipment }) => shipment.path))]);
  return shipped.filter(({ shipment: { id, path }, receipt }) => {
    const blob = blobs.get(path);
    return blob === receipt!.blob || isWanted(drills, id, blob, commit);
  });
}
