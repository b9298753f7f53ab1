// One comment with a mention on the dashboard issue: a release came, a challenge ends tomorrow, a service is down.
import { describeNotice, noticeMarker, type Notice } from '../../domain/messages/notice.ts';
import type { JobPayload } from '../../ports/job-map.ts';
import type { ClaimedJob, JobOutcome } from '../../ports/jobs.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { StudentRepository } from '../../ports/records.ts';
import { inForce, type InForce } from '../course/in-force.ts';
import { deadlineFor } from '../grade/cut-deadline.ts';
import { deadlineNotice, noticeBeforeMs } from '../jobs/queue-notices.ts';

type Payload = JobPayload<'notify-student'>;
type NoticeFacts = Notice extends infer One
  ? One extends Notice
    ? Omit<One, 'members' | 'zone' | 'page'>
    : never
  : never;
type Site = { found: InForce; student: StudentRepository; payload: Payload };

/** The issue is made with the repository; where issues are turned off, nobody can be told. */
const mostLooks = 10;

export async function notifyStudent(
  ports: FlowPorts,
  payload: Payload,
  { away: looks }: Pick<ClaimedJob, 'away'> = { away: 0 },
): Promise<JobOutcome> {
  const { store } = ports;
  const { organisation, repository, occasion, subject } = payload;
  const found = await inForce(store, organisation);
  const student = await store.studentRepository(organisation, repository);
  if (!found || found.record.installationId === 0 || student?.repositoryId === undefined) return undefined;
  if (!found.course.notify?.includes(occasion)) return undefined;
  const words = await wordsOf[occasion](ports, { found, student, payload });
  if (!words) return undefined;
  const issue = (await store.dashboardIssue(organisation, repository))?.number;
  if (issue === undefined)
    return looks < mostLooks ? { postpone: 5, why: 'the dashboard issue is not there yet' } : undefined;
  const github = ports.github(found.record);
  const name = await github.studentRepositories.locate(student.repositoryId);
  if (name === undefined) return undefined;
  const page = ports.studentPage(found.record.login, student.owner);
  const body = describeNotice({ ...words, members: student.members, zone: found.course.timezone, page });
  await github.dataPulls.comment(name, issue, noticeMarker(occasion, subject), body);
  return undefined;
}

type Find = (ports: FlowPorts, site: Site) => Promise<NoticeFacts | undefined>;

const wordsOf: Record<Payload['occasion'], Find> = {
  async release({ store, github }, { found, payload }) {
    const stored = await store.shipment(payload.organisation, payload.subject);
    if (stored?.state !== 'dispatched' || !stored.receipt) return undefined;
    const { shipment, receipt } = stored;
    const at = `${github(found.record).url}/${shipment.repository}`;
    return {
      occasion: 'release',
      challenge: titleOf(found, shipment.challenge),
      release: shipment.release,
      url: receipt.pullRequest === undefined ? `${at}/commit/${receipt.commit}` : `${at}/pull/${receipt.pullRequest}`,
      pullRequest: receipt.pullRequest !== undefined,
    };
  },
  async deadline(ports, { found, student, payload }) {
    const { organisation, repository, subject: challenge } = payload;
    const ends = await deadlineFor(ports, found, student, { organisation, repository, challenge });
    const now = ports.clock.now();
    if (!ends || ends <= now) return undefined;
    if (ends.getTime() - now.getTime() > noticeBeforeMs) {
      // It was moved: they are told a day before it is now.
      await ports.store.enqueue([deadlineNotice({ organisation, repository }, challenge, ends)]);
      return undefined;
    }
    return { occasion: 'deadline', challenge: titleOf(found, challenge), ends };
  },
  async incident({ store }, { found, payload }) {
    const [challenge = '', since = ''] = payload.subject.split('/');
    const last = (await store.endpoint(payload.organisation, payload.repository))?.last;
    // Up again before anybody could read it.
    if (!last || last.ok) return undefined;
    return { occasion: 'incident', challenge: titleOf(found, challenge), code: last.code, since: new Date(since) };
  },
};

function titleOf({ challenges }: InForce, name: string): string {
  return challenges.find((challenge) => challenge.name === name)?.title ?? name;
}
