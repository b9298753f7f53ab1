// A drill: a fault that the app injects into what it controls, and what GitHub's record says of how it was met.
import type { DrillKind } from '../challenge/challenge.ts';

/** One that is planned: `turn` counts the drills of an owner in a challenge from 0. */
export type PlannedDrill = { challenge: string; turn: number; kind: DrillKind; at: Date };

/** What was altered: the file of a release in the student's repository, or what lies at a remote. */
export type Fault = {
  shipment: string;
  release: string;
  path: string;
  /** Git's hash of the bytes that were shipped; absent where they are not in git. */
  shipped?: string;
  /** Git's hash of the faulty bytes; absent where the file was taken away. */
  faulty?: string;
  /** The commit that brought the fault. */
  commit?: string;
};

/** `outage` is a real one: nothing was injected, and what it costs elsewhere it costs. */
export type IncidentKind = DrillKind | 'outage';

export type DrillTerms = { detectWithin: number; lasts: number; postMortemWithin: number; sections: string[] };

export type DrillLogEntry = { at: string; what: string };

/**
 * `running`: the fault is there. `over`: it was withdrawn, and the post-mortem may still come. `closed`: judged and revealed.
 * `dropped`: it never took place, and counts for nothing.
 */
export type DrillState = 'running' | 'over' | 'closed' | 'dropped';

export type Drill = {
  id: string;
  challenge: string;
  owner: string;
  repository: string;
  turn: number;
  kind: IncidentKind;
  state: DrillState;
  /** More than the challenge announces: it earns nothing. */
  practice?: true;
  /** By hand: the comment that asked for it. */
  occasion?: string;
  /** As the challenge stated them when it began: a change of the file moves nobody's incident. */
  terms: DrillTerms;
  /** The fault is in place, and the issue open. */
  injected?: true;
  began: Date;
  over?: Date;
  detected?: Date;
  mitigated?: Date;
  reviewed?: Date;
  closed?: Date;
  /** The incident issue. */
  issue?: number;
  fault?: Fault;
  /** The default branch before the fault. */
  before?: string;
  /** What the post-mortem lacks, when it was last looked at. */
  lacks?: string[];
  log: DrillLogEntry[];
};

/** Adds what happened, at the second at which it did. */
export function noteDown(drill: Drill, at: Date, what: string): void {
  drill.log.push({ at: at.toISOString(), what });
  drill.log.sort((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)));
}

export const isService = (kind: IncidentKind): boolean => kind === 'malformed_requests' || kind === 'burst';

/** What people read once it is over. */
export const kindWords: Record<IncidentKind, string> = {
  outage: 'the service failed its probes and used up its error budget, by nothing that the app did',
  malformed_requests: 'malformed requests were sent to the service',
  burst: 'predictions were asked for at ten times the usual rate',
  corrupted_shipment: 'the file of a release was cut off and garbled',
  late_shipment: 'the file of a release was withdrawn and came back late',
  schema_change: 'a column of a release was renamed and the columns were reordered',
  poisoned_labels: 'three in ten labels of a release were exchanged',
  remote_outage: 'the remote of the dataset did not have the data',
};

/** A fault of ours is wanted state: nothing that it alters, or that people do to the file meanwhile, counts against anybody. */
export function isWanted(
  drills: readonly Drill[],
  shipment: string,
  blob: string | undefined,
  commit: string,
): boolean {
  return drills.some(({ state, fault }) => {
    if (fault?.shipment !== shipment || state === 'dropped') return false;
    return state === 'running' || commit === fault.commit || (blob !== undefined && blob === fault.faulty);
  });
}
