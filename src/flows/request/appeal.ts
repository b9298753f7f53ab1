// A student asks for a second look at a request, and a person answers; both are kept with the request.
import type { Appeal, StoredRequest } from '../../ports/practice.ts';
import type { Store } from '../../ports/store.ts';
import { showRequestJob } from '../jobs/queue-practice.ts';

/** More would be a conversation, which has its place in an issue. */
const mostAppeals = 3;
export const longestAppeal = 1000;

/** Undefined once it is recorded, also when it was recorded before; otherwise why it is not. */
export async function recordAppeal(
  store: Store,
  organisation: string,
  id: string,
  appeal: Omit<Appeal, 'answer'>,
  now: Date,
): Promise<string | undefined> {
  return store.transaction(async (inside) => {
    const stored = await inside.lockRequest(organisation, id);
    if (!stored) return 'There is no such request.';
    const { appeals = [] } = stored;
    if (appeals.some((known) => known.id === appeal.id)) return undefined;
    const problem = whyNot(stored);
    if (problem !== undefined) return problem;
    await inside.saveAppeals(organisation, id, [...appeals, appeal]);
    await inside.enqueue([showRequestJob(organisation, id, now)]);
    return undefined;
  });
}

function whyNot({ state, answers, appeals = [] }: StoredRequest): string | undefined {
  if (state === 'planned' || (state === 'open' && !answers.some(({ counted }) => counted)))
    return 'Nothing has been judged yet: push an answer first.';
  if (appeals.some(({ answer }) => !answer)) return 'An appeal on it waits for its answer already.';
  return appeals.length < mostAppeals ? undefined : `There were ${mostAppeals} appeals on it: talk to the staff.`;
}

/** False where there is nothing to answer: somebody else was quicker, or there is no such appeal. */
export async function answerAppeal(
  store: Store,
  organisation: string,
  { request, appeal }: { request: string; appeal: string },
  answer: NonNullable<Appeal['answer']>,
  now: Date,
): Promise<boolean> {
  return store.transaction(async (inside) => {
    const { appeals = [] } = (await inside.lockRequest(organisation, request)) ?? {};
    if (!appeals.some((candidate) => candidate.id === appeal && !candidate.answer)) return false;
    const answered = appeals.map((candidate) =>
      candidate.id === appeal && !candidate.answer ? { ...candidate, answer } : candidate,
    );
    await inside.saveAppeals(organisation, request, answered);
    await inside.enqueue([showRequestJob(organisation, request, now)]);
    return true;
  });
}
