// A challenge has ended for a student: which commit GitHub had received by then goes on record, and a tag of ours holds it.
import { cutAt, deadlineTag } from '../../domain/evidence/deadline-cut.ts';
import type { CutEvidence } from '../../domain/evidence/evidence.ts';
import { decideGrades } from '../../domain/grade/grade-act.ts';
import { cutOff } from '../../domain/evidence/criterion.ts';
import { scorePolicy } from '../../domain/evidence/policy.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { StudentRepository } from '../../ports/records.ts';
import { inForce, type InForce } from '../course/in-force.ts';
import { cutJob, scoreJob, settledAt } from '../jobs/queue-jobs.ts';
import { ledgerJob } from '../jobs/queue-practice.ts';
import { Failure } from '../../domain/text/failure.ts';

type Payload = { organisation: string; repository: string; challenge: string };

/** GitHub's record may trail a push by a little: while it does not end with the head, we look again. */
const trailingSeconds = 15;
const longestTrailMs = 600_000;

/**
 * It does not matter when this runs: what was there at the deadline is read from GitHub's record of pushes. An outage of
 * ours, a forced push or a deletion after the deadline changes nothing, and running it again only looks after the tag.
 */
export async function cutDeadline(ports: FlowPorts, payload: Payload): Promise<{ postpone: number } | undefined> {
  const { store, clock } = ports;
  const { organisation } = payload;
  const found = await inForce(store, organisation);
  const student = await store.studentRepository(organisation, payload.repository);
  if (!found || student?.state !== 'ready') return undefined;
  const deadline = await deadlineFor(ports, found, student, payload);
  const now = clock.now();
  if (!deadline) return undefined;
  if (now < settledAt(deadline)) {
    await store.enqueue([cutJob(payload, deadline)]);
    return undefined;
  }
  const id = `cut/${payload.challenge}/${student.name}/${deadline.toISOString()}`.toLowerCase();
  const known = await store.evidence(organisation, payload.challenge, student.owner, ['cut']);
  const cut =
    known.find((evidence): evidence is CutEvidence => evidence.id === id) ??
    (await take(ports, found, student, payload, { id, deadline }));
  if (!cut) return { postpone: trailingSeconds };
  const { deadlines, studentRepositories } = ports.github(found.record);
  const name = await studentRepositories.locate(student.repositoryId!);
  if (name === undefined) return undefined;
  const { guarded } = await deadlines.pinTag(name, deadlineTag(payload.challenge), cut.commit);
  if (!guarded)
    ports.log.warn({ repository: name }, 'no rulesets here: the tag of the deadline is only put back when it is moved');
  return undefined;
}

/** When a challenge ends for one owner, extensions included. */
export async function deadlineFor(
  { store, clock }: FlowPorts,
  { course, challenges }: InForce,
  { owner }: StudentRepository,
  { organisation, challenge: name }: Payload,
): Promise<Date | undefined> {
  const challenge = challenges.find((candidate) => candidate.name === name);
  if (!challenge) return undefined;
  const { extensions } = decideGrades(await store.gradeActs(organisation, [owner]), [name], clock.now());
  const mine = extensions.filter((extension) => extension.owner === owner && extension.challenge === name);
  return cutOff({ policy: scorePolicy(challenge, course), extensions: mine });
}

/** Undefined while GitHub's record is not complete yet. */
async function take(
  { store, clock, github }: FlowPorts,
  { record }: InForce,
  student: StudentRepository,
  { organisation, challenge }: Payload,
  { id, deadline }: { id: string; deadline: Date },
): Promise<CutEvidence | undefined> {
  const { deadlines, studentRepositories } = github(record);
  const name = await studentRepositories.locate(student.repositoryId!);
  if (name === undefined)
    throw new Failure(
      'repository-missing',
      `${record.login}/${student.name} was deleted: its state at the deadline is unknown`,
      { permanent: true },
    );
  const { head, moves } = await deadlines.branchMoves(name, deadline);
  const now = clock.now();
  const trails = moves.length > 0 && moves[0]!.after !== head;
  if (trails && now.getTime() - deadline.getTime() < longestTrailMs) return undefined;
  const { commit, receivedAt } = cutAt(moves, head, deadline);
  const evidence: CutEvidence = {
    kind: 'cut',
    id,
    challenge,
    owner: student.owner,
    repository: `${record.login}/${student.name}`,
    at: deadline,
    trust: 'measured',
    commit,
    ...(receivedAt ? { receivedAt: receivedAt.toISOString() } : {}),
  };
  await store.transaction(async (inside) => {
    await inside.addEvidence(organisation, evidence);
    await inside.enqueue([scoreJob(organisation, student.name, commit, now), ledgerJob(organisation, now)]);
  });
  return evidence;
}

/** Somebody moved or deleted a tag of ours, where no ruleset could keep them from it: it is put back. */
export async function deadlineMoved(
  { store, clock, appSlug }: FlowPorts,
  {
    organisation,
    repository,
    ref,
    sender,
  }: { organisation: string; repository: string; ref: string; sender?: string | undefined },
): Promise<void> {
  const prefix = `refs/tags/${deadlineTag('')}`;
  if (!ref.startsWith(prefix) || sender === `${appSlug}[bot]`) return;
  if (!(await store.studentRepository(organisation, repository))) return;
  const job = cutJob({ organisation, repository, challenge: ref.slice(prefix.length) }, clock.now());
  await store.enqueue([{ ...job, dueAt: clock.now() }]);
}
