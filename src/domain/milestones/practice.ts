// What is known of a team's practice, and how a milestone is made from steps.
import type { Thresholds } from '../challenge/thresholds.ts';
import { defaultThresholds } from '../challenge/thresholds.ts';
import type { MilestoneEvidence, ProbeEvidence } from '../evidence/evidence.ts';
import type { Report } from '../report/report.ts';
import type { TreeFile } from './find-big-files.ts';
import type { FlowFacts } from './flow-facts.ts';
import type { DatabaseRead } from './read-mlflow-database.ts';

/** The last two are looked for only where a challenge sets their thresholds. */
export const milestoneNames = ['inception', 'reproducibility', 'quality', 'deployment', 'flow', 'layout'] as const;
export type Milestone = (typeof milestoneNames)[number];

/** The conclusion of a job of the quality workflow, or of any other check on the commit. */
export type CheckFact = {
  name: string;
  /** Absent while it runs. */
  conclusion?: string;
  /** GitHub numbers the runs of a check in the order in which they began. */
  id?: number;
};

/** Everything that the milestones look at, as found on the default branch at one commit. What was not looked up is absent. */
export type Practice = {
  tree: readonly TreeFile[];
  /** Text of the small files that matter: cards, YAML, JSON, reports (also those from artifacts), by path. */
  files: ReadonlyMap<string, string>;
  /** What the SQLite stores of MLflow say that were read, by path. */
  databases?: ReadonlyMap<string, DatabaseRead>;
  /** Text of files that dvc.lock names, to be compared with what it says of them. */
  locked?: ReadonlyMap<string, string>;
  checks: readonly CheckFact[];
  tags: readonly string[];
  /** `onBoard`, on a project board of the organisation: absent where the App may not see boards. */
  issues?: { total: number; closed: number; onBoard?: number };
  /** Paths and names of the releases that were shipped to this repository so far. */
  shipped: readonly { release: string; path: string; merged: boolean }[];
  /** How changes came into the default branch, where a challenge asks for that, and the logins of the team. */
  flow?: FlowFacts;
  team?: readonly string[];
  /** The last report on the default branch. */
  report?: Report;
  /** Another report on the same commit: the second run. */
  repeat?: Report;
  /** The latest probe from outside, where the challenge probes. */
  probe?: Pick<ProbeEvidence, 'ok' | 'apiVersion' | 'modelVersion'>;
};

/** One thing that is done or not, and, when not, what to do, in words for the team. */
export type Step = { done: boolean; todo: string };

export type MilestoneProgress = Pick<MilestoneEvidence, 'milestone' | 'done' | 'total' | 'missing'> & {
  milestone: Milestone;
  /** The first of `missing`. */
  next?: string;
  /** Enough is done for the challenge's threshold. */
  reached: boolean;
  /** Figures and disagreements worth showing; they count for nothing. */
  notes: string[];
};

export function toProgress(
  milestone: Milestone,
  steps: readonly Step[],
  thresholds: Thresholds,
  notes: string[],
): MilestoneProgress {
  const open = steps.filter(({ done }) => !done);
  const missing = [...new Set(open.map(({ todo }) => shorten(todo)))];
  const [next] = missing;
  const done = steps.length - open.length;
  return {
    milestone,
    done,
    total: steps.length,
    missing,
    ...(next === undefined ? {} : { next }),
    reached: done >= thresholds[milestone] * steps.length - 1e-9,
    notes: notes.slice(0, MOST_NOTES).map(shorten),
  };
}

const LONGEST = 1000;
const MOST_NOTES = 20;

/** Names in files that students write may be of any length. */
function shorten(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** A challenge's thresholds over the usual ones; unknown names and what is not a number are left out. */
export function readThresholds(given: Readonly<Record<string, number>>): Thresholds {
  const known = Object.entries(given).filter(([name, value]) => name in defaultThresholds && Number.isFinite(value));
  return { ...defaultThresholds, ...Object.fromEntries(known) };
}
