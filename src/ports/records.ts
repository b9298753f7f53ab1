// What the store keeps of courses, repositories, shipments and webhooks.
import type { DatasetFacts } from '../domain/dataset/facts.ts';
import type { Problem } from '../domain/text/problem.ts';
import type { Shipment } from '../domain/shipment/shipment.ts';
import type { ShipmentState } from '../domain/shipment/shipment.ts';

/** Files for the default branch, and the line of the message by which their commit is found again. */
export type OnceCommitted = { files: { path: string; content: string }[]; message: string; trailer: string };

export type ForeignCheckRun = {
  id: number;
  name: string;
  app: string;
  headSha: string;
  status: string;
  conclusion?: string;
  text?: string;
  completedAt?: Date;
  url: string;
};

export type Installation = { id: number; login: string; organisationId: number };

export type CourseRecord = {
  /** Lower-case login: the key of everything. */
  organisation: string;
  login: string;
  /** GitHub's id of the organisation. */
  organisationId: number;
  installationId: number;
  repository?: string;
  commitSha?: string;
  /** Path → text of the files in force. */
  files: Record<string, string>;
  /** Rows and columns by `dataset.source`, at that commit. */
  facts: Record<string, DatasetFacts>;
  /** When they came into force. */
  syncedAt?: Date;
  /** The newest commit, where it has errors. */
  refused?: RefusedCommit;
};

export type RefusedCommit = { repository: string; commit: string; at: Date; problems: Problem[] };

export type StudentRepository = {
  name: string;
  owner: string;
  members: string[];
  state: 'planned' | 'ready' | 'failed';
  repositoryId?: number;
  templateSha?: string;
  defaultBranch?: string;
  lastError?: string;
};

/** Where a dispatched shipment is. */
export type Receipt = {
  commit: string;
  /** Git's hash of the slice's bytes: the slice is unaltered where the path has this blob. */
  blob: string;
  /** Where that blob is, for a pointer; absent where it is at the shipment's own path. */
  path?: string;
  bytes: number;
  sha256: string;
  rows: number;
  pullRequest?: number;
  /** What was wrong with the student's manifest, which was written anew. */
  fault?: string;
  url: string;
};

export type StoredShipment = {
  shipment: Shipment;
  state: ShipmentState;
  attempts: number;
  lastError?: string;
  dispatchedAt?: Date;
  receipt?: Receipt;
  /** When its branch was made, before it is due. */
  stagedAt?: Date;
};

export type DeliveryRecord = {
  guid: string;
  event: string;
  action?: string;
  installationId?: number;
  repository?: string;
  payload: unknown;
  receivedAt: Date;
};
