// How far each release got with one student, with the shipments it went by.
import type { Evidence } from '../../domain/evidence/evidence.ts';
import type { ScorePolicy } from '../../domain/evidence/policy.ts';
import { progressOf, type RunProgress } from '../../domain/evidence/release-progress.ts';
import type { StoredShipment } from '../../ports/records.ts';

export type ReleaseCell = RunProgress & { shipments: StoredShipment[] };

/** One cell per release of one owner, all its carriers together, in order of due date. */
export function cellsOf(
  policies: readonly ScorePolicy[],
  shipments: readonly StoredShipment[],
  evidence: readonly Evidence[],
  now: Date,
): ReleaseCell[] {
  return policies.flatMap((policy) => {
    const about = evidence.filter(({ challenge }) => challenge === policy.challenge);
    const mine = shipments.filter(({ shipment }) => shipment.challenge === policy.challenge);
    const sent = mine.map(({ shipment, ...stored }) => ({
      ...stored,
      release: shipment.release,
      due: new Date(shipment.due),
    }));
    return progressOf(policy, sent, about, now).map((runProgress) => ({
      ...runProgress,
      shipments: mine.filter(({ shipment }) => shipment.release === runProgress.release),
    }));
  });
}
