// Where a card says something else than the last run found.
import type { CardProgress } from './read-card.ts';

export type Disagreement = { metric: string; card: number; run: number; text: string };

/**
 * Figures of the card that the run contradicts. A figure is read at the precision in which it was written: 0.87 agrees with
 * 0.8679. Percent and share are the same figure. A metric that the run does not know is left alone.
 */
export function compareCard(
  { figures }: Pick<CardProgress, 'figures'>,
  scores: ReadonlyMap<string, number>,
  file = 'MODEL_CARD.md',
): Disagreement[] {
  return figures.flatMap(({ metric, value }) => {
    const found = findScore(metric, scores);
    if (found === undefined || agrees(value, found)) return [];
    const run = Number(found.toPrecision(4));
    return [{ metric, card: value, run: found, text: `${file} says ${metric} ${value}, the last run got ${run}` }];
  });
}

/** The score of that name, however it is spelt; else the only one whose name begins or ends with it. */
function findScore(metric: string, scores: ReadonlyMap<string, number>): number | undefined {
  const wanted = plain(metric);
  const exact = [...scores].filter(([name]) => plain(name) === wanted);
  const like = [...scores].filter(([name]) => plain(name).startsWith(wanted) || name.split('.').at(-1) === metric);
  const [only, second] = exact.length > 0 ? exact : like;
  return second === undefined ? only?.[1] : undefined;
}

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

function agrees(written: number, found: number): boolean {
  return isNear(written, found) || isNear(written, found * 100) || isNear(written * 100, found);
}

function isNear(written: number, found: number): boolean {
  const [digits = '', exponent = '0'] = String(written).split('e');
  const decimals = (digits.split('.')[1] ?? '').length - Number(exponent);
  // Half a unit of the last digit written, or of the fourth digit of a large figure. A share is read to two digits at
  // least: 0.80 lost its zero when it was parsed.
  const half = 0.5 * 10 ** -Math.max(decimals, 0);
  const allowed = Math.abs(written) <= 1 ? Math.min(half, 0.005) : half;
  return Math.abs(written - found) <= Math.max(allowed, Math.abs(found) * 0.0005);
}
