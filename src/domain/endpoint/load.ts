// A load stage: steps of a ramp, what a service may be asked at most, and what its answers say.
import { percentile } from '../pipeline/show/summarise-latency.ts';

/** Requests a second, for so many seconds. */
export type LoadStep = { rate: number; seconds: number };
export type LoadResult = LoadStep & {
  sent: number;
  /** Answered in contract and in time. */
  good: number;
  /** Of those that were answered, in milliseconds. */
  p50?: number;
  p95?: number;
  p99?: number;
  /** Of what failed, how often each code. */
  codes: Record<string, number>;
};

/** What a service takes where its owner registered nothing: `load` in practicum.yml. */
export const usualLoad = 10;
/** Nobody is asked more, whatever they register. */
export const mostLoad = 200;
/** From here on a step is held. */
const held = 0.95;

/** Steps above what was registered are asked at what was registered. */
export function boundSteps(steps: readonly LoadStep[], registered: number | undefined): LoadStep[] {
  const most = Math.min(mostLoad, registered ?? usualLoad);
  return steps.map(({ rate, seconds }) => ({ rate: Math.min(rate, most), seconds }));
}

export function isHeld({ sent, good }: Pick<LoadResult, 'sent' | 'good'>): boolean {
  return sent > 0 && good / sent >= held;
}

export function summarise(step: LoadStep, answers: readonly { code: string; latencyMs?: number }[]): LoadResult {
  const latencies = answers.flatMap(({ latencyMs }) => (latencyMs === undefined ? [] : [latencyMs]));
  const codes: Record<string, number> = {};
  for (const { code } of answers) if (code !== 'ok') codes[code] = (codes[code] ?? 0) + 1;
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => percentile(latencies, share));
  return {
    ...step,
    sent: answers.length,
    good: answers.filter(({ code }) => code === 'ok').length,
    ...(typeof p50 === 'number' ? { p50, p95: p95!, p99: p99! } : {}),
    codes,
  };
}

/** What a value is worth on a curve: in a straight line between its points, and beyond them as at the last. */
export function worthOf(value: number, curve: readonly { at: number; worth: number }[]): number {
  const next = curve.findIndex(({ at }) => value <= at);
  if (next < 0) return curve.at(-1)?.worth ?? 0;
  const [before, after] = [curve[next - 1], curve[next]!];
  if (!before) return after.worth;
  return before.worth + ((after.worth - before.worth) * (value - before.at)) / (after.at - before.at);
}
