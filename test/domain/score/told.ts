// A criterion as a student reads it, for the tests of each.
import type { Criterion } from '../../../src/domain/challenge/challenge.ts';
import type { ScoreInput } from '../../../src/domain/evidence/criterion.ts';
import type { ScorePolicy } from '../../../src/domain/evidence/policy.ts';
import { score } from '../../../src/domain/score/score.ts';
import { policy, shipment } from './inputs.ts';

/** A criterion by itself, as lines: the points, then every sentence, what it rests on, and the next step. */
export function told(criterion: Criterion, given: ScoreInput): string[] {
  const { points, of, worth, reasons } = score(given).criteria[criterion]!;
  return [
    `${points} of ${of} of ${worth}`,
    ...reasons.map(
      ({ text, evidence, next }) => text + (evidence ? ` [${evidence}]` : '') + (next ? ` Next: ${next}` : ''),
    ),
  ];
}

export const alone = (criterion: Criterion, more: Partial<ScorePolicy> = {}): ScorePolicy => ({
  ...policy,
  criteria: { [criterion]: policy.criteria[criterion] ?? { points: 10, trust: 'measured' } },
  ...more,
});

export const about = { challenge: 'weather', owner: 'ada', repository: 'org/weather-ada', trust: 'measured' } as const;
/** Only the first release was sent. */
export const first = { shipments: [shipment(1)] };
