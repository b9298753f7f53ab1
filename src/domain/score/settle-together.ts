// Late tokens belong to an owner and a course: what is late in one challenge leaves fewer of them for the others.
import { chargesOf, settleLateness } from '../evidence/late.ts';
import type { Received } from '../evidence/late.ts';
import type { ScoreInput } from '../evidence/criterion.ts';
import { receivedReleases } from './data.ts';
import { orderEvidence } from '../evidence/order-evidence.ts';

/** All challenges of one owner, each with the lateness of its releases settled from one purse. */
export function settleTogether(inputs: readonly ScoreInput[]): ScoreInput[] {
  const first = inputs[0];
  if (!first) return [];
  const items = inputs.flatMap((input): Received[] => {
    const ordered = { ...input, evidence: orderEvidence(input.evidence, input.now) };
    return receivedReleases(ordered).map((item) => ({
      ...item,
      id: key(input, item.id),
      extensions: (input.extensions ?? []).filter(
        (extension) => extension.item === undefined || extension.item === item.id,
      ),
    }));
  });
  const charges = inputs.flatMap(({ evidence, now }) => chargesOf(evidence, now));
  const settled = settleLateness(items, first.policy.late, first.policy.timezone, [], charges);
  return inputs.map((input) => {
    const mine = input.policy.releases.flatMap(({ name }) => {
      const lateness = settled.get(key(input, name));
      return lateness ? [[name, lateness] as const] : [];
    });
    return { ...input, lateness: new Map(mine) };
  });
}

function key({ policy }: ScoreInput, release: string): string {
  return JSON.stringify([policy.challenge, release]);
}
