// What drift does to a column, in a few bars: the rows of one release as they are, and as students get them.
import type { CellReader } from '../dataset/cell-reader.ts';

type Bar = { label: string; before: number; after: number };

export type Difference = {
  kind: string;
  release: string;
  column?: string;
  rows: { before: number; after: number };
  /** Shares of the rows, 0 to 1. Empty where there is no column of that name on both sides. */
  bars: Bar[];
  missing: { before: number; after: number };
  /** Names of columns that are on one side only. */
  gone: string[];
  come: string[];
};

const numberBars = 10;
const mostWords = 8;

export function barsOf(
  before: readonly string[],
  after: readonly string[],
  cells: CellReader,
): Pick<Difference, 'bars' | 'missing'> {
  const missing = { before: shareOf(before, cells.isMissing), after: shareOf(after, cells.isMissing) };
  const there = [before, after].map((side) => side.filter((text) => !cells.isMissing(text))) as [string[], string[]];
  const numbers = there.map((side) => side.flatMap((text) => cells.number(text) ?? [])) as [number[], number[]];
  const isNumeric =
    numbers.every((side, index) => side.length === there[index]!.length) && numbers.some((side) => side.length > 0);
  return { missing, bars: isNumeric ? numberBarsOf(numbers) : wordBarsOf(there) };
}

function numberBarsOf([before, after]: [number[], number[]]): Bar[] {
  const all = [...before, ...after];
  const low = all.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = all.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  if (low === high) return [{ label: say(low), before: 1, after: 1 }];
  const width = (high - low) / numberBars;
  const place = (value: number): number => Math.min(numberBars - 1, Math.floor((value - low) / width));
  const share = (side: readonly number[], bar: number): number => shareOf(side, (value) => place(value) === bar);
  return Array.from({ length: numberBars }, (_, bar) => ({
    label: `${say(low + bar * width)} to ${say(low + (bar + 1) * width)}`,
    before: share(before, bar),
    after: share(after, bar),
  }));
}

function wordBarsOf([before, after]: [string[], string[]]): Bar[] {
  const counts = new Map<string, number>();
  for (const word of [...before, ...after]) counts.set(word, (counts.get(word) ?? 0) + 1);
  const names = [...counts].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([word]) => word);
  const shown = names.slice(0, mostWords);
  const bars = shown.map((label) => ({
    label,
    before: shareOf(before, (text) => text === label),
    after: shareOf(after, (text) => text === label),
  }));
  const rest = (side: readonly string[]): number => shareOf(side, (text) => !shown.includes(text));
  return names.length > shown.length
    ? [...bars, { label: 'all others', before: rest(before), after: rest(after) }]
    : bars;
}

function shareOf<T>(side: readonly T[], is: (item: T) => boolean): number {
  return side.length === 0 ? 0 : side.filter(is).length / side.length;
}

const say = (value: number): string => String(Number(value.toPrecision(4)));
