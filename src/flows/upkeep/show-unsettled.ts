// What of a course is not as its files want it, in sentences: who of the roster gets nothing, and which repositories differ.
import { describeDifference } from '../../domain/repository/describe-difference.ts';
import type { Store } from '../../ports/store.ts';
import { inForce } from '../course/in-force.ts';
import { missingPeople, sayMissing } from '../course/missing-people.ts';

export type Unsettled = { login: string; missing: string[]; repositories: string[] };

export async function showUnsettled(store: Store): Promise<Unsettled[]> {
  const all: Unsettled[] = [];
  for (const { organisation, login } of await store.courses()) {
    const found = await inForce(store, organisation);
    if (!found) continue;
    const repositories = (await store.studentRepositories(organisation)).flatMap(
      ({ name, state, lastError = '', differences = [] }) => {
        const sentences = differences.map((each) => describeDifference(each, found.course.timezone));
        if (state === 'failed' && sentences.length === 0) sentences.push(`it could not be made: ${lastError}`);
        return sentences.length === 0 ? [] : [`${name}: ${sentences.join('; ')}`.replaceAll('`', '')];
      },
    );
    const missing = sayMissing(await missingPeople(store, found)).map((sentence) => sentence.replaceAll('`', ''));
    all.push({ login, missing, repositories });
  }
  return all;
}
