// The Action made a check run: find out what it is worth, keep it as evidence, and answer with a score.
import { confirmReport, namedRun } from '../domain/confirm-report.ts';
import type { RunEvidence } from '../domain/evidence.ts';
import { checkNames } from '../domain/report.ts';
import type { CourseRecord, Outside, StoredShipment, StudentRepository } from '../ports.ts';
import type { ForeignCheckRun, GitHub } from '../ports-github.ts';
import { scoreJob } from './queue-jobs.ts';

type Payload = { organisation: string; repository: string; commit: string };

/** Looks at every report on the commit, so that a webhook that was lost, doubled or out of order changes nothing. */
export async function collectReport(outside: Outside, { organisation, repository, commit }: Payload): Promise<void> {
  const { store, clock } = outside;
  const record = await store.course(organisation);
  const student = await store.studentRepository(organisation, repository);
  if (!record?.repository || !student) return;
  const github = outside.github(record);
  const shipments = await store.shipments(organisation, { repository });
  const challenges = [...new Set(shipments.map(({ shipment }) => shipment.challenge))];
  const reports = (await github.runs.reports(repository, commit)).filter(
    ({ name, status }) => name === checkNames.pipeline && status === 'completed',
  );
  let news = false;
  for (const check of reports) {
    const judged = await judgeReport(outside, github, record, student, shipments, check);
    if (!judged) continue;
    for (const challenge of challenges) {
      const evidence: RunEvidence = { ...judged, id: `run/${check.id}/${challenge}`, challenge, owner: student.owner };
      news =
        (await store.addEvidence(organisation, {
          ...evidence,
          releases: ofChallenge(judged.releases, shipments, challenge),
        })) || news;
    }
  }
  if (news) await store.enqueue([scoreJob(organisation, repository, commit, clock.now())]);
}

type Judged = Omit<RunEvidence, 'id' | 'challenge' | 'owner'>;

async function judgeReport(
  { clock, verifyToken }: Outside,
  { runs, login }: GitHub,
  record: CourseRecord,
  student: StudentRepository,
  shipments: readonly StoredShipment[],
  check: ForeignCheckRun,
): Promise<Judged | undefined> {
  const { name: repository } = student;
  const fullName = `${login}/${repository}`;
  const named = namedRun(check);
  const run = named === undefined ? undefined : await runs.workflowRun(repository, named);
  const confirmation = confirmReport(check, run, fullName, `${login}/${record.repository}`);
  if (confirmation.state === 'pending') return undefined;
  const common = {
    kind: 'run' as const,
    repository: fullName,
    commit: check.headSha,
    checkRunUrl: check.url,
    ...(named === undefined ? {} : { runId: named }),
  };
  if (confirmation.state === 'rejected') {
    const { code, reason, conclusion } = confirmation;
    return {
      ...common,
      at: run?.updatedAt ?? clock.now(),
      trust: 'claimed',
      conclusion,
      releases: [],
      rejected: { code, reason },
    };
  }
  const { report, token } = confirmation;
  const workflowShas = run!.referencedWorkflows.map(({ sha }) => sha);
  const attested = await verifyToken({
    report,
    token,
    record,
    repositoryId: student.repositoryId ?? 0,
    workflowShas,
    checkRunId: check.id,
  });
  return {
    ...common,
    at: run!.updatedAt,
    attempt: report.run_attempt,
    trust: attested.accepted ? 'attested' : 'claimed',
    conclusion: report.conclusion,
    releases: await releasesAt(runs, repository, check.headSha, shipments),
    ...(attested.accepted ? {} : { unattested: attested.reason }),
    ...(report.model ? { modelDigest: report.model.sha256 } : {}),
  };
}

/** Releases that the commit holds whole and unaltered, by git's own hashes: what the run can have used. */
async function releasesAt(
  runs: GitHub['runs'],
  repository: string,
  commit: string,
  shipments: readonly StoredShipment[],
): Promise<string[]> {
  const shipped = shipments.filter(({ receipt }) => receipt !== undefined);
  const blobs = await runs.blobs(repository, commit, [...new Set(shipped.map(({ shipment }) => shipment.path))]);
  return shipped
    .filter(({ shipment, receipt }) => blobs.get(shipment.path) === receipt!.blob)
    .map(({ shipment }) => shipment.id);
}

/** Names of the releases among shipment ids that belong to one challenge. */
function ofChallenge(ids: readonly string[], shipments: readonly StoredShipment[], challenge: string): string[] {
  const names = shipments
    .filter(({ shipment }) => shipment.challenge === challenge && ids.includes(shipment.id))
    .map(({ shipment }) => shipment.release);
  return [...new Set(names)];
}
