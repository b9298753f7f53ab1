// What a piece of work costs while it is done: counted where the cost arises, read by whoever started the work.
import { AsyncLocalStorage } from 'node:async_hooks';

/** Calls of GitHub; bytes of its answers; milliseconds of processor time for reading what students wrote. */
export type Costs = { calls: number; megabytes: number; reading: number };
export type Meter = (what: keyof Costs, amount: number) => void;

const running = new AsyncLocalStorage<Costs>();

/** Counts while it runs, also where it fails; `spent` is told in the end. */
export async function countingCosts<T>(work: () => Promise<T>, spent: (costs: Costs) => Promise<unknown>): Promise<T> {
  const costs: Costs = { calls: 0, megabytes: 0, reading: 0 };
  try {
    return await running.run(costs, work);
  } finally {
    await spent(costs);
  }
}

/** Of the work that runs here: for costs that arise later, where nobody knows for whom. */
export function costMeter(): Meter {
  const costs = running.getStore();
  return (what, amount) => {
    if (costs) costs[what] += Math.max(0, Math.round(amount));
  };
}

export const countCost: Meter = (what, amount) => costMeter()(what, amount);
