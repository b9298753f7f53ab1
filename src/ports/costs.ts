// What a piece of work costs while it is done: counted where the cost arises, read by whoever started the work.
import { AsyncLocalStorage } from 'node:async_hooks';

type Costs = { calls: number };

const running = new AsyncLocalStorage<Costs>();

/** Counts while it runs, also where it fails; `spent` is told in the end. */
export async function countingCosts<T>(work: () => Promise<T>, spent: (costs: Costs) => Promise<unknown>): Promise<T> {
  const costs: Costs = { calls: 0 };
  try {
    return await running.run(costs, work);
  } finally {
    await spent(costs);
  }
}

/** One call of GitHub. */
export function countCall(): void {
  const costs = running.getStore();
  if (costs) costs.calls++;
}
