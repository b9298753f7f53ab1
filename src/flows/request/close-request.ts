// A request's time is over: silence is put on record, and what was expected may now be shown.
import { measurePredictions } from '../../domain/judge/judge.ts';
import type { Outside } from '../../ports/outside.ts';
import { dashboardJob } from '../jobs/queue-jobs.ts';
import { ledgerJob } from '../jobs/queue-practice.ts';
import { showSilence, showVerdict } from './show-verdict.ts';

type Payload = { organisation: string; id: string };

export async function closeRequest(outside: Outside, { organisation, id }: Payload): Promise<void> {
  const { store, clock } = outside;
  const record = await store.course(organisation);
  const stored = await store.request(organisation, id);
  const now = clock.now();
  if (!record || stored?.state !== 'open' || now <= stored.expectation.due!) return;
  const { request, expectation, repository, owner } = stored;
  const github = outside.github(record);
  const counted = stored.answers.filter((one) => one.counted);
  const last = counted.at(-1);
  if (!last) await showSilence(github, stored, now);
  else if (last.verdict !== 'correct') await showVerdict(github, { ...stored, state: 'closed' }, last, now);
  const measured = measurePredictions(expectation, { rows: [] });
  const closed = await store.transaction(async (inside) => {
    const current = await inside.lockRequest(organisation, id);
    if (current?.state !== 'open' || current.answers.length !== stored.answers.length) return false;
    await inside.saveRequest(organisation, { ...current, state: 'closed' });
    if (!last) {
      await inside.addEvidence(organisation, {
        kind: 'answer',
        id: `silence/${id}`,
        challenge: request.challenge,
        owner,
        repository: `${record.login}/${repository}`,
        at: expectation.due!,
        trust: 'measured',
        request: id,
        release: request.release,
        verdict: 'deadline_exceeded',
        matches: 0,
        expected: expectation.expected.length,
        extra: 0,
        attempt: 0,
        ...(measured ? { measured } : {}),
      });
    }
    await inside.enqueue([ledgerJob(organisation, now), dashboardJob(organisation, repository, now)]);
    return true;
  });
  // An answer was judged meanwhile: from the start, it is no silence then. Once closed, there is nothing left to do.
  if (!closed) await closeRequest(outside, { organisation, id });
}
