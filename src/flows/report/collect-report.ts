// The Action reported a run, by a check run or straight to us: find out what it is worth, keep it as evidence, and answer.
import type { RunEvidence } from '../../domain/evidence/evidence.ts';
import { checkNames } from '../../domain/report/report.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { StoredShipment } from '../../ports/records.ts';
import type { GitHub, Runs } from '../../ports/github.ts';
import type { JobOutcome } from '../../ports/jobs.ts';
import type { PostedReport } from '../../ports/report.ts';
import { collectJob, scoreJob } from '../jobs/queue-jobs.ts';
import { readReport } from './read-report.ts';
import { weighReport, type Claim } from './weigh-report.ts';

/** Not read yet. */
type ClaimText = Omit<Claim, 'read'> & { text?: string };

type Payload = { organisation: string; repository: string; commit: string };

/** Looks at every report on the commit, so that a webhook that was lost, doubled or out of order changes nothing. */
export async function collectReport(
  ports: FlowPorts,
  { organisation, repository, commit }: Payload,
): Promise<JobOutcome> {
  const { store, clock } = ports;
  const record = await store.course(organisation);
  const student = await store.studentRepository(organisation, repository);
  if (!record?.repository || !student) return undefined;
  const github = ports.github(record);
  const shipments = await store.shipments(organisation, { repository });
  const challenges = [...new Set(shipments.map(({ shipment }) => shipment.challenge))];
  const posted = await store.postedReports(organisation, repository, commit);
  const shown = await claimsOf(github, repository, commit);
  const arrived = new Set(posted.map(({ digest }) => digest));
  const place = { organisation, repository, commit };
  const asking = { ...github, runs: askedOnce(github.runs) };
  if (shown.length + posted.length > 0 && (await isOnItsWay(asking.runs, place, shipments, clock.now())))
    return tooEarly;
  const claims = await affordable(ports, place, challenges, [...shown, ...posted.map(toText)]);
  let news = false;
  for (const text of claims) {
    const claim = await toClaim(ports, repository, text);
    const weighed = await weighReport(ports, asking, { record, student, shipments }, claim);
    if (!weighed) continue;
    // One report that came both ways counts by the way that came first: its token fits no other.
    if (weighed.doubt === 'token-reused' && arrived.has(weighed.digest!)) continue;
    const { evidence } = weighed;
    // What is posted has nothing but its token to speak for it; the door refuses what lacks one.
    if (claim.from.startsWith('report/') && evidence.trust === 'claimed' && !evidence.rejected) continue;
    for (const challenge of challenges) {
      const own = (ids: readonly string[]): string[] => ofChallenge(ids, shipments, challenge);
      const { unread, unlisted, modelFrom } = evidence;
      const kept: RunEvidence = {
        ...evidence,
        id: evidenceId(claim, challenge),
        challenge,
        owner: student.owner,
        releases: own(evidence.releases),
        ...(unread ? { unread: own(unread) } : {}),
        ...(unlisted ? { unlisted: own(unlisted) } : {}),
        ...(modelFrom ? { modelFrom: own(modelFrom) } : {}),
      };
      news = (await store.addEvidence(organisation, kept)) || news;
    }
  }
  if (news) await store.enqueue([scoreJob(organisation, repository, commit, clock.now())]);
  return undefined;
}

/** A run may end before we have put down that its data arrived: weighed now, it would count as one without that release. */
const tooEarly = { postpone: 1, why: 'release-under-way: the commit holds a release that is being sent' };

/** Whether the commit holds what we are about to record as sent. What failed is for a person to look at, and holds up nobody. */
async function isOnItsWay(
  runs: Runs,
  { repository, commit }: Payload,
  shipments: readonly StoredShipment[],
  now: Date,
): Promise<boolean> {
  const begun = shipments.filter(({ state, shipment: { due } }) => state === 'planned' && new Date(due) <= now);
  const paths = [...new Set(begun.map(({ shipment: { path } }) => path))];
  return paths.length > 0 && (await runs.blobs(repository, commit, paths)).size > 0;
}

/** More than any honest repository makes in an hour; whoever makes more waits for the next, and nobody else does. */
const budget = { what: 'claims', perHour: 60 };

function evidenceId({ from }: ClaimText, challenge: string): string {
  return `run/${from.replace(/^check\//, '')}/${challenge}`;
}

/** Each claim is weighed once: those that are not yet, as far as this hour's budget of the repository goes. */
async function affordable(
  { store, clock }: FlowPorts,
  { organisation, repository, commit }: Payload,
  challenges: readonly string[],
  claims: readonly ClaimText[],
): Promise<ClaimText[]> {
  const idsOf = (claim: ClaimText): string[] => challenges.map((challenge) => evidenceId(claim, challenge));
  const known = await store.knownEvidence(organisation, claims.flatMap(idsOf));
  const fresh = claims.filter((claim) => idsOf(claim).some((id) => !known.has(id)));
  if (fresh.length === 0) return [];
  const now = clock.now();
  const granted = await store.spend(organisation, repository, budget, fresh.length, now);
  if (granted < fresh.length) {
    const nextHour = new Date((Math.floor(now.getTime() / 3_600_000) + 1) * 3_600_000);
    await store.enqueue([collectJob(organisation, repository, commit, nextHour)]);
  }
  return fresh.slice(0, granted);
}

/** Many claims may name one run, and all are about one commit: GitHub is asked about each once. */
function askedOnce(runs: Runs): Runs {
  const answers = new Map<string, Promise<unknown>>();
  const once = <T>(question: unknown[], ask: () => Promise<T>): Promise<T> => {
    const key = JSON.stringify(question);
    const answer = (answers.get(key) as Promise<T> | undefined) ?? ask();
    answers.set(key, answer);
    return answer;
  };
  return {
    ...runs,
    workflowRun: (...asked) => once(['run', ...asked], () => runs.workflowRun(...asked)),
    blobs: (...asked) => once(['blobs', ...asked], () => runs.blobs(...asked)),
  };
}

async function claimsOf({ runs }: GitHub, repository: string, commit: string): Promise<ClaimText[]> {
  const all = await runs.reports(repository, commit);
  return all
    .filter(({ name, status }) => name === checkNames.pipeline && status === 'completed')
    .map((check) => ({ ...check, from: `check/${check.id}` }));
}

function toText({ digest, commit, body }: PostedReport): ClaimText {
  return { id: 0, name: checkNames.pipeline, headSha: commit, text: body, from: `report/${digest}` };
}

/** A posted report says of itself what a check run would say of it. */
async function toClaim(ports: FlowPorts, repository: string, { text, ...claim }: ClaimText): Promise<Claim> {
  const read = await readReport(ports, repository, text);
  const said = claim.from.startsWith('report/') && read.ok ? { conclusion: read.report.conclusion } : {};
  return { ...claim, ...said, read };
}

/** Names of the releases among shipment ids that belong to one challenge. */
function ofChallenge(ids: readonly string[], shipments: readonly StoredShipment[], challenge: string): string[] {
  const names = shipments
    .filter(({ shipment }) => shipment.challenge === challenge && ids.includes(shipment.id))
    .map(({ shipment }) => shipment.release);
  return [...new Set(names)];
}
