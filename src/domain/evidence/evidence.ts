// What is known about a student's practice: reports, answers and probes, as stored. Append-only.
import type { Trust } from '../challenge/challenge.ts';
import type { Statistics } from '../challenge/statistics.ts';

type Common = {
  /** Unique and deterministic, so that storing the same observation twice changes nothing. */
  id: string;
  challenge: string;
  owner: string;
  /** Full name, `org/repository`. */
  repository: string;
  /** When GitHub received it or the app measured it; never a commit date. */
  at: Date;
  trust: Trust;
};

/** A release in the student's default branch: shipped to it, merged, altered afterwards, or refused. */
export type DataEvidence = Common & {
  kind: 'data';
  release: string;
  shipment: string;
  event: 'shipped' | 'merged' | 'altered' | 'closed';
  commit?: string;
  /** How it was altered, in a word: "line ends". */
  how?: string;
};

/** A pipeline run that the Action reported, with what the app found out about it. */
export type RunEvidence = Common & {
  kind: 'run';
  commit: string;
  runId?: number;
  attempt?: number;
  /** Of GitHub Actions, as billed up to its report; absent where a job's times are not known. */
  minutes?: number;
  conclusion: 'success' | 'failure' | 'neutral' | 'cancelled';
  /** Releases that the commit contains whole and unaltered: what this run can have used. */
  releases: string[];
  /** Of these, the ones that its report does not show to be read by a task, as the pipeline file declares it. */
  unread?: string[];
  /** Of these, the ones that `data/MANIFEST.json` did not list, so that the report says nothing of them. */
  unlisted?: string[];
  modelDigest?: string;
  /** What the service of this model called it, when the run started one. */
  modelVersion?: string;
  /** Releases that the model was made from, as the pipeline file declares it; unknown when absent. */
  modelFrom?: string[];
  /** Why it is only claimed, in words for the student; absent when it is attested. */
  unattested?: string;
  /** Why it does not count, in words for the student; absent when it counts. */
  rejected?: { code: string; reason: string };
  checkRunUrl?: string;
};

export type Verdict = 'pending' | 'correct' | 'partial_correct' | 'incorrect' | 'syntax_error' | 'deadline_exceeded';

/** How good predictions were on rows whose labels the student does not have; `rows` of them were answered. */
export type Quality = { metric: string; value: number; rows: number };

/** The judge's verdict on one answer to one request: `pending` when it is asked, `deadline_exceeded` when nobody answered. */
export type AnswerEvidence = Common & {
  kind: 'answer';
  request: string;
  /** What people call the request. */
  name?: string;
  release?: string;
  verdict: Verdict;
  matches: number;
  expected: number;
  extra: number;
  attempt: number;
  /** When a metric judged it: the value over the answered rows. */
  quality?: Quality;
  /** The same as sums, so that several measurements are graded as one. */
  measured?: Statistics;
};

/** One check of the student's endpoint. `cause` tells whose fault a failure is: only the student's counts. */
export type ProbeEvidence = Common & {
  kind: 'probe';
  ok: boolean;
  code: string;
  cause: 'student' | 'ours' | 'maintenance';
  latencyMs?: number;
  apiVersion?: string;
  modelVersion?: string;
  quality?: Quality;
  measured?: Statistics;
  /** `proven`: the service named the owner's repository. `contested`: two owners registered it, and neither alone had proved it. */
  identity?: 'proven' | 'contested';
};

/** Whether a probe says anything of the service: a failure of ours does not. */
export function tellsOfService({ ok, cause }: Pick<ProbeEvidence, 'ok' | 'cause'>): boolean {
  return ok || cause === 'student';
}

/** Progress towards one milestone of good practice, with the next step in words. */
export type MilestoneEvidence = Common & {
  kind: 'milestone';
  milestone: string;
  done: number;
  total: number;
  missing: string[];
};

/** What the default branch was at the deadline, `at`, by GitHub's own record of pushes. */
export type CutEvidence = Common & {
  kind: 'cut';
  commit: string;
  /** When GitHub received it, ISO 8601; absent where it is older than all that was recorded. */
  receivedAt?: string;
};

/** What a person decided about one question of the rubric; without a level an earlier judgement is taken back. */
export type JudgementEvidence = Common & {
  kind: 'judgement';
  criterion: string;
  /** Its points. */
  level: number | null;
  /** What the rubric said of that level when it was given. */
  said: string;
  comment: string;
  by: string;
};

/**
 * What became of an incident drill, each event at the second of GitHub's own record or of the app's fault log. What it was
 * is told only when it is `closed`.
 */
export type DrillEvidence = Common & {
  kind: 'drill';
  drill: string;
  turn: number;
  event: 'began' | 'detected' | 'mitigated' | 'over' | 'reviewed' | 'closed';
  /** `began`: until when it counts, in milliseconds from the begin. */
  terms?: { detectWithin: number; lasts: number; postMortemWithin: number };
  /** `began`: the incident issue. */
  issue?: number;
  /** It earns nothing. */
  practice?: true;
  /** An outage that nobody injected. */
  real?: true;
  /** `closed`: what it was, and what the post-mortem lacked. */
  fault?: string;
  lacks?: string[];
};

/** An announced stage of stress: steps of a ramp, or inputs that must be refused. */
export type StressEvidence = Common & {
  kind: 'stress';
  /** When it was announced for: ISO 8601. */
  announced: string;
  /** Where we could not ask, or the service was in maintenance, it counts for nothing. */
  cause: 'student' | 'ours' | 'maintenance';
} & (
    | {
        stage: 'load';
        /** `wanted` was announced; `rate` is what the student registered, where that is less. */
        steps: { rate: number; wanted: number; sent: number; good: number; p50?: number; p95?: number; p99?: number }[];
      }
    | { stage: 'bad_inputs'; inputs: { name: string; ok: boolean; got: string }[] }
  );

/** A canary beside the service: both were asked the same rows. */
export type CanaryEvidence = Common & {
  kind: 'canary';
  stable: CanarySide;
  canary: CanarySide;
};
export type CanarySide = {
  ok: boolean;
  code: string;
  latencyMs?: number;
  apiVersion?: string;
  modelVersion?: string;
  quality?: Quality;
};

/** Maintenance that a student announced, and what it cost. */
export type MaintenanceEvidence = Common & {
  kind: 'maintenance';
  /** ISO 8601. */
  from: string;
  to: string;
  tokens: number;
  reason?: string;
};

export type Evidence =
  | DrillEvidence
  | MaintenanceEvidence
  | StressEvidence
  | CanaryEvidence
  | CutEvidence
  | DataEvidence
  | RunEvidence
  | AnswerEvidence
  | ProbeEvidence
  | MilestoneEvidence
  | JudgementEvidence;
