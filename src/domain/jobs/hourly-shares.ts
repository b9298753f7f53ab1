// How much of each hour one repository may cause, and what is said when that is used up.

/** `megabytes`: of answers from GitHub. `reading`: seconds of processor time for text that its owner wrote. */
export type Shares = { jobs: number; calls: number; megabytes: number; reading: number };

/** Many times what an honest repository causes on the day before a deadline. */
const usual: Shares = { jobs: 600, calls: 1500, megabytes: 1000, reading: 300 };

/** Under this name is counted how often work had to wait. */
export const HELD = 'held';

export const heldBack =
  'this repository has used up its share of this hour; what it causes now waits for the next hour, and nobody else does';

const names: Record<keyof Shares, string> = {
  jobs: 'pieces of work',
  calls: 'calls to GitHub',
  megabytes: 'MB from GitHub',
  reading: 'seconds of reading',
};
/** What is counted is smaller than what is said: bytes, and milliseconds. */
const units: Record<keyof Shares, number> = { jobs: 1, calls: 1, megabytes: 1_000_000, reading: 1000 };
const kinds = Object.keys(names) as (keyof Shares)[];

export function hourlyShares(given: Partial<Shares> = {}): Shares {
  return { ...usual, ...given };
}

/** The share in the unit in which it is counted. */
export function countedShare(shares: Shares, name: keyof Shares): number {
  return shares[name] * units[name];
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
  return kinds.filter((name) => (spent[name] ?? 0) >= countedShare(shares, name));
}
