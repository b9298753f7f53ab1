// A row of the gradebook, for the tests of what stands in it.
import {
  buildGradebook,
  type GradebookInput,
  type GradebookRow,
  type Override,
} from '../../../src/domain/grade/gradebook.ts';
import { after, data, DAY, HOUR, policy, shipment } from '../score/inputs.ts';

export const owner = (slug: string) => ({ slug, kind: 'student' as const, name: slug, members: [{ login: slug }] });
/** One student, who merged the first release. */
export const given: GradebookInput = {
  policies: [{ ...policy, criteria: { data: policy.criteria.data!, pipeline: policy.criteria.pipeline! } }],
  owners: [owner('ada')],
  shipments: [{ ...shipment(1), challenge: 'weather' }],
  evidence: [data(1, 'merged', HOUR)],
  now: after(2 * DAY),
};
/** A grade set by hand. */
export const set = (points: number | null, more: Partial<Override> = {}): Override => ({
  id: 'a',
  owner: 'ada',
  challenge: 'weather',
  points,
  reason: 'seen',
  by: 'grace',
  at: after(HOUR),
  ...more,
});
export const rowOf = (overrides: Override[], more: Partial<GradebookInput> = {}): GradebookRow =>
  buildGradebook({ ...given, overrides, ...more }).rows[0]!;
