// Somebody pressed "Re-run" on one of our check runs: do again what made it.
import type { Outside } from '../ports.ts';
import { previewChallenge } from './preview-challenge.ts';
import { collectJob, milestonesJob, scoreJob, syncJob } from './queue-jobs.ts';

type Payload = {
  organisation: string;
  repository: string;
  commit: string;
  name: string;
  externalId: string;
  app: string;
};

/** Those that are published anew on the commit that they were on. */
const restartable = ['plan', 'score'];

/** Anyone with write access may press it, so it only ever looks again: the same evidence gives the same score. */
export async function rerunCheck(
  outside: Outside,
  { organisation, repository, commit, name, externalId, app }: Payload,
): Promise<void> {
  if (app !== outside.appSlug) return;
  const { store } = outside;
  const now = outside.clock.now();
  const record = await store.course(organisation);
  // Whoever pressed it sees at once that something happens; what follows completes this one.
  if (record && restartable.includes(externalId)) {
    await outside.github(record).checkRuns.restart(repository, { name, headSha: commit, externalId });
  }
  switch (externalId.split(':')[0]) {
    case 'plan':
      return previewChallenge(outside, { organisation, repository, commit });
    case 'sync':
      return store.enqueue([syncJob(organisation, now)]);
    case 'score':
      return store.enqueue([
        collectJob(organisation, repository, commit, now),
        scoreJob(organisation, repository, commit, now),
      ]);
    case 'milestones':
      return store.enqueue([milestonesJob(organisation, repository, commit, now)]);
    default:
      return undefined;
  }
}
