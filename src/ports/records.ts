// What the store keeps of courses, repositories, shipments and webhooks.
import type { Difference } from '../domain/repository/repository.ts';
import type { DatasetFacts } from '../domain/dataset/facts.ts';
import type { Problem } from '../domain/text/problem.ts';
import type { Shipment, ShipmentState } from '../domain/shipment/shipment.ts';

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
  /** The repository that holds the reusable workflow alone; absent: it is in the course repository. */
  workflowRepository?: string;
  commitSha?: string;
  /** Path → text of the files in force. */
  files: Record<string, string>;
  /** Rows and columns by `dataset.source`, at that commit. */
  facts: Record<string, DatasetFacts>;
  /** When they came into force. */
  syncedAt?: Date;
  /** Login (lower case) → owner, where an account was renamed since the first contact. */
  aliases?: Record<string, string>;
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
  /** Logins that the app let in at any time: only these does it let out again. */
  letIn?: string[];
  /** The same by GitHub's ids, which stay when logins change. */
  letInAccounts?: number[];
  /** GitHub's ids by lower-case login, as they were first seen in the repository. */
  accounts?: Record<string, number>;
  /** When the course first wanted it: one that is older was not made by the app. */
  plannedAt?: Date;
  /** When the app last compared it with what the course wants, and what was different then. */
  lookedAt?: Date;
  differences?: Difference[];
};

/** An account on GitHub and the owner that it belongs to, whatever it is called by now. */
export type KnownAccount = { id: number; login: string; slug: string };

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
  /** Why the student's manifest was rebuilt. */
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

/** A shipment without what it says. */
export type ShipmentContent = Pick<StoredShipment, 'state' | 'lastError'> & { id: string; content?: string };

/**
 * What a challenge's plan was made from when it was carried out, as a digest; how many shipments it has; and ids of all that are
 * stored and not as it has them: what it would have otherwise, or not at all.
 */
export type CarriedPlan = { signature: string; shipments: number; others: string[] };

/** By challenge. `seen` and `token`: the state of the database that this was planned by. */
export type CarriedOut = { token?: string; seen: string[]; plans: Map<string, CarriedPlan> };

/** A webhook without what it said. */
export type DeliveryAbout = { event: string; action?: string; repository?: string; at: Date };

export type DeliveryRecord = {
  guid: string;
  event: string;
  action?: string;
  installationId?: number;
  repository?: string;
  payload: unknown;
  receivedAt: Date;
};
