// A shipment: one release, for one student repository, by one carrier, with all that is needed to carry it out.
import type { CarrierKind } from '../carrier/carriers.ts';
import { hash } from 'node:crypto';
import type { Condition, Dataset, RowRange } from '../dataset/dataset.ts';
import type { Drift } from '../drift/kinds.ts';

export type ShipmentState = 'planned' | 'dispatched' | 'failed' | 'cancelled';

/** Plain JSON: `practicum dispatch` needs nothing else. */
export type Shipment = {
  id: string;
  challenge: string;
  release: string;
  /** ISO 8601, UTC. */
  due: string;
  /** Slug of the owner. */
  owner: string;
  /** GitHub logins of the owner's members. */
  members: string[];
  /** Name without the organisation. */
  repository: string;
  /** Absent until the course repository's organisation is known. */
  organisation?: string;
  carrier: CarrierKind;
  /** For rclone: where to, such as `s3:bucket/alice`. */
  remote?: string;
  /** Path in the student repository (or below the remote). */
  path: string;
  /** Rows `[from, to)` of the released rows; null when `where` chooses them. */
  rows: RowRange | null;
  where?: Condition[];
  dataset: Dataset;
  /** SHA-256 of the source that was planned: the slice is cut from these bytes and from no others. */
  digest?: string;
  per: 'course' | 'student';
  /** Share of the rows that this owner receives. */
  sample: number;
  /** Of this challenge and owner: the same for all releases. */
  seed: number;
  drift: Drift[];
  /** Sent early enough that everyone has it by `due`. */
  early?: true;
  /** All releases of the challenge in order: drift may reach back to the one before. */
  releases: { name: string; due: string; rows: RowRange | null; where?: Condition[] }[];
  branch: string;
  /** The line that ends the commit message and by which the commit is found again. */
  trailer: string;
};

/** The name of the commit trailer that carries a shipment's id. */
export const shipmentTrailer = 'Practicum-Shipment';

/** `lastError` of a shipment cancelled by staff. Re-planning never revives it; only `resend` does. */
export const cancelledByHand = 'cancelled by hand';

type Identity = { challenge: string; release: string; repository: string; carrier: CarrierKind; remote?: string };

/**
 * The id of a shipment: the first 20 hex digits of the SHA-256 of a JSON array of challenge, release, repository name in
 * lower case (GitHub does not tell cases apart) and carrier (with the remote, for rclone). Dates and rows are not part of
 * it, so a changed plan changes the same shipment.
 */
export function shipmentId(identity: Identity): string {
  const { challenge, release, repository, carrier, remote } = identity;
  const by = remote === undefined ? carrier : `${carrier}:${remote}`;
  const text = JSON.stringify([challenge, release, repository.toLowerCase(), by]);
  return hash('sha256', text).slice(0, 20);
}
