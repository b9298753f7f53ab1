// A request is due: draw its rows, keep what is expected, and put the question into the student's repository.
import type { Challenge, RequestRule } from '../../domain/challenge/challenge.ts';
import { describeDelivery } from '../../domain/messages/request-message.ts';
import { drawRows, issueRequest as makeRequest, randomTimes, type RequestPlace } from '../../domain/request/request.ts';
import { seedOf } from '../../domain/dataset/sample.ts';
import type { CourseRecord, StoredShipment } from '../../ports/records.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { StoredRequest } from '../../ports/practice.ts';
import { inForce, type InForce } from '../course/in-force.ts';
import { dashboardJob } from '../jobs/queue-jobs.ts';
import { closeJob, ledgerJob, requestJob } from '../jobs/queue-practice.ts';
import { Failure } from '../../domain/text/failure.ts';

/** With a release, the question about it; `occasion`: requested manually; neither: the scheduled random request. */
type Payload = {
  organisation: string;
  repository: string;
  challenge: string;
  rule: number;
  release?: string;
  occasion?: string;
};
type Moment = { shipment: StoredShipment['shipment']; turn: number };

export async function issueRequest(ports: FlowPorts, payload: Payload): Promise<void> {
  const { store, clock } = ports;
  const { organisation, repository } = payload;
  const found = await inForce(store, organisation);
  const challenge = found?.challenges.find(({ name }) => name === payload.challenge);
  const rule = challenge?.requests[payload.rule];
  const now = clock.now();
  if (!found || !challenge || !rule || now > challenge.ends) return;
  const before = (await store.requests(organisation, repository)).filter(
    (request) => request.request.challenge === challenge.name && request.rule === payload.rule,
  );
  const moment = await findMoment(ports, payload, challenge, rule, before, now);
  if (moment) {
    const asked = before.find((request) => isAbout(request, payload, moment));
    const stored = asked ?? (await draw(ports, found, challenge, payload, moment, now));
    if (stored.state === 'planned') await deliver(ports, found.record, stored);
  }
  if (isRandom(payload)) await queueNext(ports, payload, challenge, rule, now);
}

const isRandom = ({ release, occasion }: Payload): boolean => release === undefined && occasion === undefined;

function isAbout({ request, turn, occasion }: StoredRequest, payload: Payload, moment: Moment): boolean {
  if (payload.occasion !== undefined) return occasion === payload.occasion;
  return payload.release === undefined ? turn === moment.turn : request.release === moment.shipment.release;
}

/** What is asked about: the release, or the latest that the student has; none while the time has not come. */
async function findMoment(
  { store }: FlowPorts,
  { organisation, repository, release, occasion }: Payload,
  challenge: Challenge,
  rule: RequestRule,
  before: readonly StoredRequest[],
  now: Date,
): Promise<Moment | undefined> {
  const shipped = (await store.shipments(organisation, { repository, challenge: challenge.name })).filter(
    ({ state }) => state === 'dispatched',
  );
  const last = shipped.findLast(({ shipment }) => release === undefined || shipment.release === release);
  if (!last) return undefined;
  if (release !== undefined) return { shipment: last.shipment, turn: 0 };
  // By hand the turns count up; a job that is run again finds its own by its occasion.
  if (occasion !== undefined) return { shipment: last.shipment, turn: before.length };
  // Of several that were missed while nobody worked, only the last is made up for.
  const turn = timesOf(challenge, rule, last.shipment.owner).findLastIndex((at) => at <= now);
  return turn < 0 ? undefined : { shipment: last.shipment, turn };
}

function timesOf({ name, requests, starts, ends }: Challenge, rule: RequestRule, owner: string): Date[] {
  if (!rule.every) return [];
  return randomTimes(seedOf('random', rule.seed, name, requests.indexOf(rule), owner), rule.every, starts, ends);
}

async function queueNext(
  { store }: FlowPorts,
  payload: Payload,
  challenge: Challenge,
  rule: RequestRule,
  now: Date,
): Promise<void> {
  const student = await store.studentRepository(payload.organisation, payload.repository);
  const next = student && timesOf(challenge, rule, student.owner).find((at) => at > now);
  if (next) await store.enqueue([requestJob(payload, payload.rule, next)]);
}

/** The request and what is expected, stored before it is asked: a second attempt asks the same. */
async function draw(
  { store, slices, github }: FlowPorts,
  { record, course }: InForce,
  challenge: Challenge,
  { organisation, repository, rule: ruleIndex, occasion }: Payload,
  { shipment, turn }: Moment,
  now: Date,
): Promise<StoredRequest> {
  const rule = challenge.requests[ruleIndex]!;
  const { owner, release, path: file } = shipment;
  const number = (await store.requests(organisation, repository)).filter(
    (storedRequest) => storedRequest.request.kind === rule.kind,
  ).length;
  const place: RequestPlace = {
    number: number + 1,
    challenge,
    rule,
    ruleIndex,
    owner,
    release,
    turn,
    file,
    asked: now,
    zone: course.timezone,
    columns: record.facts[challenge.dataset.source]?.columns ?? [],
  };
  const { directory } = await github(record).courseRepository.snapshot(record.repository, record.commitSha);
  let items: number[] = [];
  const choose = (available: number): number[] => (items = drawRows(place, available));
  const rows =
    rule.kind === 'batch_prediction'
      ? await slices.holdOut(shipment, directory, choose)
      : await slices.rows(shipment, directory, choose);
  if (!rows || rows.length === 0) {
    throw new Failure('no-rows', `${challenge.name} has no rows to ask about`, { permanent: true });
  }
  const { request, expectation } = makeRequest(place, items, rows);
  const stored: StoredRequest = {
    request,
    expectation,
    owner,
    repository,
    rule: ruleIndex,
    turn,
    state: 'planned',
    answers: [],
    ...(occasion === undefined ? {} : { occasion }),
  };
  if (await store.addRequest(organisation, stored)) return stored;
  // Another process was quicker, and may have asked by now.
  return (await store.request(organisation, request.id))!;
}

async function deliver(
  { store, github, clock, log }: FlowPorts,
  record: CourseRecord,
  stored: StoredRequest,
): Promise<void> {
  const { request, expectation, owner, repository } = stored;
  const { organisation, login } = record;
  const { studentFiles, studentRepositories } = github(record);
  // By its id: a student may have renamed it.
  const student = await store.studentRepository(organisation, repository);
  const name = student?.repositoryId === undefined ? undefined : await studentRepositories.locate(student.repositoryId);
  if (name === undefined) {
    throw new Failure('repository-missing', `${login}/${repository} no longer exists`, { permanent: true });
  }
  const commit = await studentFiles.deliver(name, describeDelivery(request, expectation.zone ?? 'UTC'));
  await store.transaction(async (inside) => {
    // Another process may have asked it meanwhile; an answer may even be there.
    const current = await inside.lockRequest(organisation, request.id);
    if (current?.state !== 'planned') return;
    await inside.saveRequest(organisation, { ...current, state: 'open', commit });
    await inside.addEvidence(organisation, {
      kind: 'answer',
      id: `asked/${request.id}`,
      challenge: request.challenge,
      owner,
      repository: `${login}/${repository}`,
      at: new Date(request.asked),
      trust: 'measured',
      request: request.id,
      ...(request.name === undefined ? {} : { name: request.name }),
      release: request.release,
      verdict: 'pending',
      matches: 0,
      expected: expectation.expected.length,
      extra: 0,
      attempt: 0,
    });
    const now = clock.now();
    await inside.enqueue([
      closeJob(organisation, request.id, expectation.due!),
      ledgerJob(organisation, now),
      dashboardJob(organisation, repository, now),
    ]);
  });
  log.info({ request: request.id, repository, commit }, 'request asked');
}
