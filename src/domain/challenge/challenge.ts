// A challenge as the rest of the program sees it: challenge.yml with dates, numbers and every default filled in.
// All durations are milliseconds, all shares are 0 to 1, all ranges of rows are half-open.
import type { NamedCarrier } from '../carrier/carriers.ts';
import type { RowRange, Condition, Dataset } from '../dataset/dataset.ts';
import type { Drift } from '../drift/kinds.ts';
import type { Rubric } from './rubric.ts';
import type { Between } from '../text/between.ts';

/** How far a piece of evidence can be believed: said by student CI, signed by GitHub for it, or seen by the app itself. */
export type Trust = 'claimed' | 'attested' | 'measured';

/** What the app measures: what challenge.yml gives points to. */
export const measuredCriteria = [
  'data',
  'requests',
  'pipeline',
  'freshness',
  'endpoint',
  'quality',
  'hygiene',
  'drills',
] as const;
/** Beside it, what a person judges by rubric.yml. */
export const criteria = [...measuredCriteria, 'rubric'] as const;
export type Criterion = (typeof criteria)[number];

/** Which rows a release takes: a share by the slices rule, an explicit range, or all rows that meet the conditions. */
export type Take =
  | { kind: 'share'; share: number }
  | { kind: 'rows'; rows: RowRange }
  | { kind: 'where'; where: Condition[] };

/** `carriers`: how this one travels, where it is not like the others. */
export type Release = { name: string; due: Date; take: Take; carriers?: Carrier[] };

/** `remote` is a template such as `s3:bucket/{owner}`; only rclone has one. */
export type Carrier = { kind: NamedCarrier } | { kind: 'rclone'; remote: string };

export const requestKinds = ['data_validation', 'batch_prediction', 'calculated_feature'] as const;
export type RequestKind = (typeof requestKinds)[number];

export type RequestRule = {
  on: 'release' | 'random' | 'manual';
  kind: RequestKind;
  /** How many rows are asked about, both ends included. */
  rows: Between;
  /** Time to answer, from when the request is delivered. */
  due: number;
  /** Time between two random requests. */
  every?: Between;
  tolerance: number;
  attempts: number;
  metric?: string;
  threshold?: number;
  formula?: string;
  seed: number;
};

export type Maintenance = { from: Date; to: Date; reason?: string };

export type EndpointRule = {
  every: number;
  /** How long an answer may take. */
  wait: number;
  availability: { pass: number; full: number };
  window: number;
  /** A service must name its repository, or its probes fail. */
  identity?: 'required';
  maintenance: Maintenance[];
  /** How much maintenance one late token pays for. */
  perToken?: number;
  latency?: LatencyRule;
  load?: LoadRule;
  badInputs?: StageRule;
};

/** `worth` of the answer time at the percentile, in a straight line between the points; `share` of the criterion. */
export type LatencyRule = { percentile: number; share: number; curve: { at: number; worth: number }[] };
/** Stages of stress are announced: when they begin, and the share of the criterion that they are. */
export type StageRule = { at: Date[]; share: number };
export type LoadRule = StageRule & { ramp: { rate: number; seconds: number }[] };

/** Faults in what the app controls: those of a service, of a release in git, and of the remote that data lies at. */
export const drillKinds = [
  'malformed_requests',
  'burst',
  'corrupted_shipment',
  'late_shipment',
  'schema_change',
  'poisoned_labels',
  'remote_outage',
] as const;
export type DrillKind = (typeof drillKinds)[number];

export type DrillRule = {
  /** Drills begin and end in here. */
  from: Date;
  to: Date;
  kinds: DrillKind[];
  number: number;
  /** Noticed by then, all points for noticing; later, half. */
  detectWithin: number;
  /** How long the fault stays, unless it is mitigated before. */
  lasts: number;
  /** Time for the post-mortem, from the begin of the fault. */
  postMortemWithin: number;
  sections: string[];
  seed: number;
  /** An outage of the service is taken as an incident, too. */
  real?: true;
};

export type ScoreRule = { points: number; trust: Trust };

export type Challenge = {
  name: string;
  title: string;
  /** The file it was read from, relative to the course repository. */
  file: string;
  starts: Date;
  ends: Date;
  dataset: Dataset;
  /** In order of due date, never empty. */
  releases: Release[];
  /** Template of the path in the student repository; `{release}`, `{challenge}`, `{owner}`. */
  path: string;
  carriers: Carrier[];
  /** `course`: the same rows for all. `student`: a seeded sample for each owner. */
  per: 'course' | 'student';
  /** Share of a release's rows that each owner receives: 1 for `per: course`. */
  sample: number;
  /** Sending begins so early that everybody has it by the due date. */
  early?: true;
  drift: Drift[];
  requests: RequestRule[];
  endpoint?: EndpointRule;
  drills?: DrillRule;
  /** Only the criteria that the file names. */
  score: Partial<Record<Criterion, ScoreRule>>;
  /** A model trained within `full` of a release earns all, after `zero` nothing, in between in proportion. */
  freshness: { full: number; zero: number };
  quality?: { metric: string; pass: number; full: number };
  /** Thresholds of good practice, by milestone name. */
  milestones: Record<string, number>;
  /** What a person judges; its points are in `score`, too. */
  rubric?: Rubric;
  placement?: { placer: string; nodes?: string; window?: number; seed: number };
};
