// A request's time is over: what GitHub had received by then is judged, silence is put on record, and what was expected may be shown.
import { cutAt } from '../../domain/evidence/deadline-cut.ts';
import { measurePredictions } from '../../domain/judge/judge.ts';
import type { JobOutcome } from '../../ports/jobs.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { CourseRecord } from '../../ports/records.ts';
import type { GitHub } from '../../ports/github.ts';
import type { StoredRequest } from '../../ports/practice.ts';
import { dashboardJob } from '../jobs/queue-jobs.ts';
import { ledgerJob } from '../jobs/queue-practice.ts';
import { judgeAnswer } from './judge-answer.ts';
import { deskOf, showSilence, showVerdict } from './show-verdict.ts';

type Payload = { organisation: string; id: string };

/**
 * It does not matter when this runs, nor whether the webhook of a push arrived: an answer that GitHub had received by the deadline is
 * judged before silence is put on record. Never both.
 */
export async function closeRequest(ports: FlowPorts, { organisation, id }: Payload): Promise<JobOutcome> {
  const { store, clock } = ports;
  const record = await store.course(organisation);
  const found = await store.request(organisation, id);
  const now = clock.now();
  if (!record || found?.state !== 'open' || now <= found.expectation.due!) return;
  const { repository } = found;
  const github = ports.github(record);
  if (lastOf(found) === undefined && !(await judgeReceived(ports, github, organisation, found)))
    return { postpone: trailingSeconds };
  const stored = (await store.request(organisation, id)) ?? found;
  const last = lastOf(stored);
  if (!last) await showSilence(github, stored, now);
  else if (last.verdict !== 'correct')
    await showVerdict(deskOf(github, ports), { ...stored, state: 'closed' }, last, now);
  const isClosed = await store.transaction(async (inside) => {
    const current = (await inside.lockRequest(organisation, id)) ?? stored;
    // An answer was judged while silence was being said: the next look shows that one.
    if (!last && lastOf(current)) return false;
    await inside.saveRequest(organisation, { ...current, state: 'closed' });
    if (!last) await inside.addEvidence(organisation, silenceOf(record, stored));
    await inside.enqueue([ledgerJob(organisation, now), dashboardJob(organisation, repository, now)]);
    return true;
  });
  return isClosed ? undefined : { postpone: 0 };
}

const lastOf = ({ answers }: StoredRequest) => answers.filter((answer) => answer.counted).at(-1);

/** GitHub's record may trail a push by a little: while it does not end with the head, we look again. */
const trailingSeconds = 15;
const longestTrailMs = 600_000;

/** Looks at the commit that GitHub had at the deadline, by its own record of pushes; false while that is not complete yet. */
async function judgeReceived(
  ports: FlowPorts,
  github: GitHub,
  organisation: string,
  { repository, expectation, request }: StoredRequest,
): Promise<boolean> {
  const due = expectation.due!;
  const student = await ports.store.studentRepository(organisation, repository);
  const name =
    student?.repositoryId === undefined ? repository : await github.studentRepositories.locate(student.repositoryId);
  if (name === undefined) return true;
  const { head, moves } = await github.deadlines.branchMoves(name, due);
  const trails = moves.length > 0 && moves[0]!.after !== head;
  if (trails && ports.clock.now().getTime() - due.getTime() < longestTrailMs) return false;
  const { commit, receivedAt } = cutAt(moves, head, due);
  const found = { organisation, repository, commit, at: receivedAt ?? due, brought: [] };
  await judgeAnswer(ports, { ...found, only: request.id });
  return true;
}

function silenceOf({ login }: CourseRecord, { request, expectation, owner, repository }: StoredRequest) {
  const measured = measurePredictions(expectation, { rows: [] });
  return {
    kind: 'answer' as const,
    id: `silence/${request.id}`,
    challenge: request.challenge,
    owner,
    repository: `${login}/${repository}`,
    at: expectation.due!,
    trust: 'measured' as const,
    request: request.id,
    ...(request.name === undefined ? {} : { name: request.name }),
    release: request.release,
    verdict: 'deadline_exceeded' as const,
    matches: 0,
    expected: expectation.expected.length,
    extra: 0,
    attempt: 0,
    ...(measured ? { measured } : {}),
  };
}
