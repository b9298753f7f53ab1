// What a student reads of quality, in full, and which thresholds hold.
import { describe, expect, test } from 'vitest';
import { tally } from '../../../src/domain/challenge/statistics.ts';
import type { Evidence } from '../../../src/domain/evidence/evidence.ts';
import type { ScorePolicy } from '../../../src/domain/evidence/policy.ts';
import { qualityThresholds } from '../../../src/domain/score/quality.ts';
import { after, answer, DAY, HOUR, input, probe, run } from './inputs.ts';
import { about, alone, told } from './told.ts';

describe('quality', () => {
  const labels = [0, 1, 0, 1, 0, 1, 0, 1];
  const rows = (metric: string, predictions: unknown[]) => {
    const sums = tally(
      metric as 'mae',
      predictions.map((prediction, at) => ({ label: labels[at], prediction: prediction ?? undefined })),
    );
    return { quality: { metric, value: 0, rows: sums.rows }, measured: sums };
  };
  const old = (metric: string, value: number, rows: number) => ({ quality: { metric, value, rows } });
  const at = (now: number, evidence: Evidence[], more: Partial<ScorePolicy> = {}) =>
    told('quality', input(now, evidence, { policy: alone('quality', more) }));
  const mae = { quality: { metric: 'mae', pass: 0.5, full: 0.25 } } as const;
  const end = 21 * DAY;
  // oxfmt-ignore
  // oxfmt-ignore
  test.each<[string, number, Evidence[], Partial<ScorePolicy>?]>([
    ['nothing measured', DAY, [probe(HOUR), run([1], HOUR)]],
    ['no thresholds for the metric', DAY, [probe(HOUR, old('mae', 1, 5))]],
    ['the usual thresholds', DAY, [probe(HOUR, rows('accuracy', [0, 1, 0, 0]))]],
    ['everything right', DAY, [probe(HOUR, rows('accuracy', [0, 1, 0, 1]))]],
    ['silence counts as wrong where the metric says so', DAY, [probe(HOUR, rows('accuracy', [0, 1, 0, null]))]],
    ['silence costs its share where the metric does not', DAY, [probe(HOUR, rows('mae', [0, 1, 0, null]))], mae],
    ['silence alone', DAY, [probe(HOUR, rows('mae', [null, null]))], mae],
    ['two measurements as one', DAY, [probe(HOUR, rows('mae', [0, 1, 0, 0])), probe(2 * HOUR, rows('mae', [0, 1, 0, 1]))], mae],
    ['measurements from before sums were kept, by their rows', DAY, [probe(HOUR, old('mae', 0.5, 30)), probe(2 * HOUR, old('mae', 9, 0)), probe(3 * HOUR, rows('mae', [0, 1, 0, 1]))], mae],
    ['such of no rows alone', DAY, [probe(HOUR, old('mae', 0.5, 0))], mae],
    ['labels that say nothing', DAY, [probe(HOUR, rows('auc', [0.5])), probe(2 * HOUR, old('auc', 0, 0))]],
    ['the last metric counts', DAY, [probe(HOUR, rows('f1', [0, 0, 0, 0])), probe(2 * HOUR, rows('accuracy', [0, 1, 0, 0]))]],
    ['exact figures after the end', end + 1, [probe(20 * DAY, rows('accuracy', [0, 1, 0, 0, 0, 1, 0]))]],
    ['about so much up to the end', end, [probe(20 * DAY, rows('accuracy', [0, 1, 0, 0, 0, 1, 0]))]],
    ['silence alone after the end', end + 1, [probe(20 * DAY, rows('mae', [null, null]))], mae],
    ['from the begin of the window to its end', end + DAY, [probe(14 * DAY - 1, rows('accuracy', [1])), probe(14 * DAY, rows('accuracy', [0])), probe(end, rows('accuracy', [1, 1])), probe(end + 1, rows('accuracy', [1]))]],
    ['claimed only', DAY, [probe(HOUR, { ...rows('accuracy', [0]), trust: 'claimed' })]],
    ['of a request the first attempt', DAY, [answer('a', 1, rows('accuracy', [0, 0])), answer('a', 2, rows('accuracy', [0, 1])), answer('b', 3, rows('accuracy', [0, 1]))]],
    ['an answer that came too late is none', DAY, [answer('a', 1, { ...old('accuracy', 1, 5), verdict: 'deadline_exceeded' }), answer('b', 2, { ...rows('accuracy', [null, null]), verdict: 'deadline_exceeded' }), answer('c', 3, rows('accuracy', [0, 1]))]],
    ['a late answer with sums has no quality', DAY, [answer('b', 2, { quality: { metric: 'mae', value: 0.1, rows: 9 }, measured: tally('mae', [{ label: 1 }]), verdict: 'deadline_exceeded' })], mae],
    ['what a drill may have spoilt does not count, nor a second attempt at it', 2 * DAY, [{ ...about, id: 'drill', kind: 'drill', drill: 'one', turn: 1, event: 'began', at: after(2 * HOUR) }, { ...about, id: 'over', kind: 'drill', drill: 'one', turn: 1, event: 'over', at: after(3 * HOUR) }, probe(HOUR, rows('accuracy', [0, 1])), answer('a', 2.5 * HOUR, rows('accuracy', [1])), answer('a', 30 * HOUR, rows('accuracy', [1])), probe(31 * HOUR, rows('accuracy', [0, 0]))]],
  ])('%s', (_, now, evidence, more) => expect(at(now, evidence, more)).toMatchSnapshot());

  test('the thresholds are those of the challenge, or the usual ones', () => {
    const own = { metric: 'mae' as const, pass: 2, full: 1 };
    expect(qualityThresholds({ quality: own }, 'accuracy')).toEqual(own);
    expect(qualityThresholds({}, 'auc')).toEqual({ metric: 'auc', pass: 0.6, full: 0.9 });
    for (const metric of ['mae', 'toString']) expect(qualityThresholds({}, metric)).toBeUndefined();
  });
});
