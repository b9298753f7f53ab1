// A challenge as the rest of the program sees it: challenge.yml with dates, numbers and every default filled in.
// All durations are milliseconds, all shares are 0 to 1, all ranges of rows are half-open.
import type { Trust } from './evidence.ts';

export const criteria = ['data', 'requests', 'pipeline', 'freshness', 'endpoint', 'quality', 'hygiene'] as const;
export type Criterion = (typeof criteria)[number];

export type Scalar = string | number | boolean;

/** Rows `[from, to)` of the released rows, counted in release order. */
export type RowRange = [from: number, to: number];

/** A test on one column. `from` and `upTo` are inclusive, `above` and `to` are not; all that are given must hold. */
export type ColumnTest = {
  column: string;
  is?: Scalar;
  in?: Scalar[];
  not?: Scalar[];
  from?: string | number;
  above?: string | number;
  to?: string | number;
  upTo?: string | number;
  contains?: string;
  missing?: boolean;
};

/** Holds where the test does, or with `any`, where one of them does. */
export type Condition = ColumnTest | { any: ColumnTest[] };

export type Order = { kind: 'file' } | { kind: 'column'; column: string } | { kind: 'shuffle'; seed: number };

export type Dataset = {
  /** A path in the course repository (already resolved), `https://…`, `s3://…` or an rclone remote `name:path`. */
  source: string;
  target?: string;
  order: Order;
  /** Share of the rows that is never released. */
  holdOut: number;
  /** For a folder of files: the CSV in it that lists them. */
  index?: string;
  /** Of a CSV; UTF-8 when not given. */
  encoding?: 'latin1';
};

/** Which rows a release takes: a share by the slices rule, an explicit range, or all rows that meet the conditions. */
export type Take =
  | { kind: 'share'; share: number }
  | { kind: 'rows'; rows: RowRange }
  | { kind: 'where'; where: Condition[] };

/** `carriers`: how this one travels, where it is not like the others. */
export type Release = { name: string; due: Date; take: Take; carriers?: Carrier[] };

export const driftKinds = ['covariate', 'label', 'concept', 'schema', 'missing', 'duplicate', 'late'] as const;
type DriftKind = (typeof driftKinds)[number];

/** A change to the data from release `from` to release `to`, both included; without `to`, to the end. */
export type Drift = {
  kind: DriftKind;
  from: string;
  to?: string;
  column?: string;
  /** Values become `value * scale + shift`. */
  scale?: number;
  shift?: number;
  /** Share of the rows that is touched, 0 to 1. */
  rate?: number;
  /** Old name to new name. */
  rename?: Record<string, string>;
  drop?: string[];
  seed: number;
};

export type CarrierKind = 'commit' | 'pull_request' | 'asset' | 'rclone';
/** `remote` is a template such as `s3:bucket/{owner}`; only rclone has one. */
export type Carrier = { kind: 'commit' | 'pull_request' | 'asset' } | { kind: 'rclone'; remote: string };

export type Between = { min: number; max: number };
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
  maintenance: Maintenance[];
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
  /** Only the criteria that the file names. */
  score: Partial<Record<Criterion, ScoreRule>>;
  /** A model trained within `full` of a release earns all, after `zero` nothing, in between in proportion. */
  freshness: { full: number; zero: number };
  quality?: { metric: string; pass: number; full: number };
  /** Thresholds of good practice, by milestone name. */
  milestones: Record<string, number>;
  placement?: { placer: string; nodes?: string; window?: number; seed: number };
};
