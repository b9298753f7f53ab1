// What became of each pipeline: it stays green, loses, or breaks; and where that cannot be told, it is not known.
import { METRICS } from '../challenge/metric.ts';
import type { ReactionOutcome } from './outcome.ts';
import type { Reaction, ReactionRun } from './reaction.ts';

/** `metric`: what was compared; absent where both runs have no metric in common. */
export type Reacted =
  | { kind: 'green'; metric?: string; change?: number }
  | { kind: 'loses'; metric: string; change: number }
  | { kind: 'breaks'; message: string }
  | { kind: 'unknown'; why: string };

/** Points of a hundred that may be lost before it is said. */
const points = 10;
/** Better when smaller, and of no fixed scale: a tenth more counts as ten points. */
const errors = new Set(['mae', 'rmse', 'mape', 'log_loss']);

export function judgeRun({ outcome, why }: Pick<ReactionRun, 'outcome' | 'why'>, preferred?: string): Reacted {
  if (!outcome) return { kind: 'unknown', why: why ?? 'its run is not over' };
  const { before, after } = outcome;
  if (before.conclusion === 'neutral' || after.conclusion === 'neutral')
    return { kind: 'unknown', why: 'it has no pipeline' };
  if (before.conclusion !== 'success')
    return {
      kind: 'unknown',
      why: `it does not run here without the release either${before.message ? `: ${before.message}` : ''}`,
    };
  if (after.conclusion === 'cancelled') return { kind: 'unknown', why: 'its run was cancelled' };
  if (after.conclusion === 'failure') return { kind: 'breaks', message: after.message ?? 'it says nothing' };
  const found = compareMetrics(outcome, preferred);
  if (!found) return { kind: 'green' };
  // Half a millionth: what is exactly ten points is not more than ten.
  return found.change < -points - 5e-7 ? { kind: 'loses', ...found } : { kind: 'green', ...found };
}

/** The change in points of a hundred, worse below 0. */
function compareMetrics(
  { before, after }: ReactionOutcome,
  preferred?: string,
): { metric: string; change: number } | undefined {
  const wanted = [...(preferred === undefined ? [] : [preferred]), 'accuracy', ...METRICS];
  for (const metric of wanted) {
    const name = [metric, ...Object.keys(before.metrics).filter((key) => key.endsWith(`.${metric}`))].find(
      (candidate) => before.metrics[candidate] !== undefined && after.metrics[candidate] !== undefined,
    );
    if (name === undefined) continue;
    const [was, is] = [before.metrics[name]!, after.metrics[name]!];
    if (!errors.has(metric)) return { metric, change: 100 * (is - was) };
    if (was > 0) return { metric, change: (-100 * (is - was)) / was };
  }
  return undefined;
}

export type Summary = {
  looked: number;
  green: number;
  loses: number;
  breaks: number;
  unknown: number;
  /** Of the green ones: of how many no metric could be compared. */
  uncompared: number;
  metric: string;
  /** What those that break say, the most frequent first. */
  messages: { message: string; count: number }[];
};

export function summarise({ runs }: Pick<Reaction, 'runs'>, preferred?: string): Summary {
  const reacted = runs.map((run) => judgeRun(run, preferred));
  const count = (kind: Reacted['kind']): number => reacted.filter((answer) => answer.kind === kind).length;
  const said = Map.groupBy(
    reacted.flatMap((answer) => (answer.kind === 'breaks' ? [answer.message] : [])),
    (message) => message,
  );
  const compared = reacted.flatMap((answer) =>
    'metric' in answer && answer.metric !== undefined ? [answer.metric] : [],
  );
  return {
    looked: runs.length,
    green: count('green'),
    loses: count('loses'),
    breaks: count('breaks'),
    unknown: count('unknown'),
    uncompared: reacted.filter((answer) => answer.kind === 'green' && answer.metric === undefined).length,
    metric:
      [...Map.groupBy(compared, (text) => text)].toSorted(([, a], [, b]) => b.length - a.length)[0]?.[0] ?? 'accuracy',
    messages: [...said]
      .map(([message, all]) => ({ message, count: all.length }))
      .toSorted((a, b) => b.count - a.count || (a.message < b.message ? -1 : 1)),
  };
}
