// A student's branch moved or a check on it ended: what is there of good practice, as evidence and as a check run.
import { readAside } from '../aside/read-aside.ts';
import type { Challenge } from '../../domain/challenge/challenge.ts';
import type { DataEvidence, Evidence, RunEvidence } from '../../domain/evidence/evidence.ts';
import { toMilestoneEvidence } from '../../domain/milestones/evaluate-milestones.ts';
import type { Practice } from '../../domain/milestones/practice.ts';
import { checkNames, type Report } from '../../domain/report/report.ts';
import { isFailure } from '../../domain/text/failure.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { StoredShipment, ForeignCheckRun } from '../../ports/records.ts';
import type { PracticeFacts } from '../../ports/repository.ts';
import { inForce } from '../course/in-force.ts';
import { scoreJob } from '../jobs/queue-jobs.ts';
import { readReport } from '../report/read-report.ts';

type Payload = { organisation: string; repository: string; commit: string; at: string };

/** Looks at the commit as it is now, so that any of its events may be lost or come twice. */
export async function checkMilestones(ports: FlowPorts, payload: Payload): Promise<void> {
  const { organisation, repository, commit } = payload;
  const { store } = ports;
  const found = await inForce(store, organisation);
  const student = await store.studentRepository(organisation, repository);
  if (!found || !student) return;
  const shipments = await store.shipments(organisation, { repository });
  const names = new Set(shipments.map(({ shipment }) => shipment.challenge));
  const challenges = found.challenges.filter((challenge) => names.has(challenge.name) && looksFor(challenge));
  if (challenges.length === 0) return;
  const github = ports.github(found.record);
  const checkOf = (challenge: string): { name: string; headSha: string; externalId: string } => ({
    name: challenges.length === 1 ? 'milestones' : `milestones: ${challenge}`,
    headSha: commit,
    externalId: 'milestones',
  });
  const facts = await github.milestones.read(repository, commit).catch(givenUp);
  if (!facts) return;
  if ('givenUp' in facts) {
    for (const { name } of challenges)
      await github.checkRuns.publish(repository, { ...checkOf(name), ...facts.givenUp });
    return;
  }
  const about = { owner: student.owner, repository: `${found.record.login}/${repository}`, commit };
  const asksForFlow = challenges.some(({ milestones }) => (milestones['flow'] ?? 0) > 0);
  const more = {
    team: student.members,
    ...(asksForFlow ? { flow: await github.milestones.readFlow(repository) } : {}),
  };
  const seenAt = { organisation, owner: student.owner, facts, shipments, repository, commit };
  let news = false;
  for (const challenge of challenges) {
    const { practice, trust } = await gather(ports, { ...seenAt, challenge: challenge.name });
    const seen = await readAside(
      ports,
      repository,
      'seeMilestones',
      { ...practice, ...more },
      challenge.milestones,
    ).catch(givenUp);
    if ('givenUp' in seen) {
      await github.checkRuns.publish(repository, { ...checkOf(challenge.name), ...seen.givenUp });
      continue;
    }
    const { progress, words } = seen;
    const observed = toMilestoneEvidence(progress, {
      ...about,
      challenge: challenge.name,
      at: new Date(payload.at),
      trust,
    });
    // While checks run, what they will show is not missing yet: only what the app reads itself is known.
    const known = isRunning(facts.checks)
      ? observed.filter((milestoneEvidence) => milestoneEvidence.trust === 'measured')
      : observed;
    for (const milestoneEvidence of known) news = (await store.addEvidence(organisation, milestoneEvidence)) || news;
    await github.checkRuns.publish(repository, { ...checkOf(challenge.name), ...words });
  }
  if (news) await store.enqueue([scoreJob(organisation, repository, commit, ports.clock.now())]);
}

/** Files that take too long to read are nobody's progress; the commit says so, and nothing is tried again. */
function givenUp(error: unknown): { givenUp: { conclusion: 'failure'; title: string; summary: string } } {
  if (!isFailure(error, 'reading-exceeded')) throw error;
  const summary = `The reports and cards of this commit were given up: ${(error as Error).message}. Make them smaller.`;
  return { givenUp: { conclusion: 'failure', title: 'The files could not be read in time', summary } };
}

/** Milestones are looked for where they count or where the challenge sets a threshold of its own. */
function looksFor({ score, milestones }: Challenge): boolean {
  return (score.hygiene?.points ?? 0) > 0 || Object.keys(milestones).length > 0;
}

function isRunning(checks: readonly ForeignCheckRun[]): boolean {
  return checks.some(({ status }) => status !== 'completed');
}

type Seen = {
  facts: PracticeFacts;
  shipments: readonly StoredShipment[];
  organisation: string;
  owner: string;
  challenge: string;
  repository: string;
  commit: string;
};

/** Everything known of the practice, and how far the reports in it can be believed. */
async function gather(
  ports: FlowPorts,
  { organisation, owner, facts, shipments, challenge, repository, commit }: Seen,
): Promise<{ practice: Practice; trust: 'claimed' | 'attested' }> {
  const place = [organisation, challenge, owner] as const;
  const evidence = await ports.store.evidence(...place, ['run', 'data']);
  const probe = (await ports.store.probeState(...place))?.last;
  const { tree, files, databases, locked, tags, issues, checks } = facts;
  const accepted = evidence.filter(
    (item): item is RunEvidence => item.kind === 'run' && item.commit === commit && item.rejected === undefined,
  );
  const told = acceptedTexts(
    checks,
    accepted.map(({ id }) => id),
    challenge,
  );
  const reports = await readReports(ports, repository, told);
  const isAttested = accepted.length > 0 && accepted.every(({ trust }) => trust === 'attested');
  return {
    trust: isAttested ? 'attested' : 'claimed',
    practice: {
      tree,
      files,
      databases,
      locked,
      tags,
      issues,
      checks: checks.flatMap(({ name, conclusion }) => (conclusion === undefined ? [] : [{ name, conclusion }])),
      shipped: readShipped(shipments, evidence, challenge),
      ...twoRuns(reports),
      ...(probe ? { probe } : {}),
    },
  };
}

/** Texts of the reports that were found to be true. */
function acceptedTexts(
  checks: readonly ForeignCheckRun[],
  accepted: readonly string[],
  challenge: string,
): (string | undefined)[] {
  return checks
    .filter(({ id, name }) => name === checkNames.pipeline && accepted.includes(`run/${id}/${challenge}`))
    .map(({ text }) => text);
}

/** Oldest first. */
async function readReports(
  ports: FlowPorts,
  repository: string,
  texts: readonly (string | undefined)[],
): Promise<Report[]> {
  const read = await Promise.all(texts.map((text) => readReport(ports, repository, text)));
  return read
    .flatMap((item) => (item.ok ? [item.report] : []))
    .toSorted((a, b) => a.run_id - b.run_id || a.run_attempt - b.run_attempt);
}

/** A run and its repetition: the first and the last that succeeded, where two did. */
function twoRuns(reports: readonly Report[]): Pick<Practice, 'report' | 'repeat'> {
  const good = reports.filter(({ conclusion }) => conclusion === 'success');
  const [report, repeat] = good.length > 1 ? [good[0], good.at(-1)] : [reports.at(-1), reports.at(-2)];
  return { ...(report ? { report } : {}), ...(repeat ? { repeat } : {}) };
}

function readShipped(
  shipments: readonly StoredShipment[],
  evidence: readonly Evidence[],
  challenge: string,
): Practice['shipped'] {
  const seen = evidence.filter(
    (item): item is DataEvidence => item.kind === 'data' && (item.event === 'merged' || item.event === 'altered'),
  );
  return shipments
    .filter(({ shipment, receipt }) => shipment.challenge === challenge && receipt !== undefined)
    .map(({ shipment: { id, release, path } }) => {
      const last = seen.findLast(({ shipment }) => shipment === id);
      return { release, path, merged: last?.event === 'merged' };
    });
}
