// Real runs scatter: the same durations multiplied by a factor that belongs to pipeline, task and seed.
import { createHash } from 'node:crypto';
import { drawNormal } from '../model/draw-normal.ts';
import type { DurationOf } from './simulation.ts';

/**
 * Log-normal scatter with the given standard deviation of the logarithm. The factor does not depend on the node or on the order of
 * events, so every placer meets the same luck.
 */
export function varyDurations(durationOf: DurationOf, deviation: number, seed: number): DurationOf {
  if (deviation === 0) return durationOf;
  const factors = new Map<string, number>();
  return (pipeline, task, node, moved) => {
    const key = `${seed}\n${pipeline.name}\n${task.name}`;
    const factor = factors.get(key) ?? Math.exp(deviation * normalOf(key));
    factors.set(key, factor);
    return durationOf(pipeline, task, node, moved) * factor;
  };
}

/** The two draws are a hash of the key. */
function normalOf(key: string): number {
  const digest = createHash('sha256').update(key).digest();
  const first = (digest.readUInt32BE(0) + 1) / 4294967297;
  const second = digest.readUInt32BE(4) / 4294967296;
  return drawNormal(first, second);
}
