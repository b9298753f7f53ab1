// How much of each hour one repository may cause, and what is said when that is used up.

export type Shares = { jobs: number; calls: number };

/** Many times what an honest repository causes on the day before a deadline. */
const usual: Shares = { jobs: 600, calls: 1500 };

/** Under this name is counted how often work had to wait. */
export const HELD = 'held';

export const heldBack =
  'this repository has used up its share of this hour; what it causes now waits for the next hour, and nobody else does';

const names: Record<keyof Shares, string> = { jobs: 'pieces of work', calls: 'calls to GitHub' };

export function hourlyShares(given: Partial<Shares> = {}): Shares {
  return { ...usual, ...given };
}

export function isUsedUp(spent: Readonly<Record<string, number>>, shares: Shares): boolean {
  return usedUp(spent, shares).length > 0;
}

/** For the repository's owner. */
export function sayUsedUp(spent: Readonly<Record<string, number>>, shares: Shares): string {
  const what = usedUp(spent, shares).map((name) => `${shares[name]} ${names[name]}`);
  return `${heldBack} (${what.join(', ')})`;
}

function usedUp(spent: Readonly<Record<string, number>>, shares: Shares): (keyof Shares)[] {
  return (['jobs', 'calls'] as const).filter((name) => (spent[name] ?? 0) >= shares[name]);
}
