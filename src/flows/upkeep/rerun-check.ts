// Somebody pressed "Re-run" on one of our check runs: do again what made it.
import type { CourseRecord } from '../../ports/records.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import { reactionName } from '../../domain/messages/reaction-message.ts';
import { startReactionJob } from '../reaction/start-reaction.ts';
import { previewChallenge } from '../plan/preview-challenge.ts';
import { collectJob, milestonesJob, scoreJob, syncJob } from '../jobs/queue-jobs.ts';
import { deskOf, showSilence, showVerdict } from '../request/show-verdict.ts';

type Payload = {
  organisation: string;
  repository: string;
  commit: string;
  name: string;
  externalId: string;
  app: string;
};

/**
 * Anyone with write access may press it, so it only ever looks again: the same evidence gives the same score. Each ends with a
 * new check run, since GitHub waits for one; where a second look may find nothing to say, what stood there is shown again first.
 */
export async function rerunCheck(ports: FlowPorts, payload: Payload): Promise<void> {
  const { organisation, repository, commit, name, externalId, app } = payload;
  if (app !== ports.appSlug) return;
  const { store } = ports;
  const now = ports.clock.now();
  const record = await store.course(organisation);
  if (!record) return;
  const { checkRuns } = ports.github(record);
  const check = { name, headSha: commit, externalId };
  const [kind, argument] = externalId.split(':');
  switch (kind) {
    case 'plan':
      await checkRuns.restart(repository, check);
      return previewChallenge(ports, { organisation, repository, commit });
    case 'reaction':
      // A press on it is the staff's word that the price is right.
      await checkRuns.restart(repository, check);
      return store.enqueue([startReactionJob({ organisation, commit, pull: Number(argument) }, now)]);
    case 'score':
      await checkRuns.restart(repository, check);
      return store.enqueue([
        collectJob(organisation, repository, commit, now),
        scoreJob(organisation, repository, commit, now),
      ]);
    case 'answer':
      return showAnswer(ports, record, payload);
    default:
      await checkRuns.repeat(repository, check);
  }
  if (kind === 'sync') await store.enqueue([syncJob(organisation, now)]);
  if (kind === 'milestones') await store.enqueue([milestonesJob(organisation, repository, commit, now)]);
}

type Suite = Pick<Payload, 'organisation' | 'repository' | 'commit' | 'app'>;

/** "Re-run all checks" tells of the suite only. */
export async function rerunSuite(ports: FlowPorts, suite: Suite): Promise<void> {
  const record = await ports.store.course(suite.organisation);
  if (!record || suite.app !== ports.appSlug) return;
  const checks = await ports.github(record).checkRuns.list(suite.repository, suite.commit);
  // What costs minutes is started by a press of its own.
  for (const check of checks.filter(({ name }) => name !== reactionName))
    await rerunCheck(ports, { ...suite, ...check });
}

/** The file is read and judged again by when it was received. It is no new attempt: what counts was decided then. */
async function showAnswer(
  ports: FlowPorts,
  record: CourseRecord,
  { organisation, repository, commit, name, externalId }: Payload,
): Promise<void> {
  const { store, clock } = ports;
  const connection = ports.github(record);
  const stored = await store.request(organisation, externalId.slice('answer:'.length));
  const handed = stored?.answers.findLast((answer) => answer.commit === commit);
  const isSilence = stored?.state === 'closed' && stored.commit === commit;
  const check = { name, headSha: commit, externalId };
  if (!stored || (!handed && !isSilence)) return connection.checkRuns.repeat(repository, check);
  await connection.checkRuns.restart(repository, check);
  if (handed) await showVerdict(deskOf(connection, ports), stored, handed, clock.now());
  else await showSilence(connection, stored, clock.now());
}
