// How the whole stands, in numbers: for `practicum status` and for /metrics.
import type { Hold, JobKind } from './jobs.ts';

/** Jobs of one kind whose time has come and which nobody has finished. */
export type QueueFigures = { kind: JobKind; due: number; oldestDueAt?: Date };

export type CourseFigures = {
  organisation: string;
  login: string;
  /** Whether a version of the course is in force, and since when a newer one is refused. */
  inForce: boolean;
  refusedAt?: Date;
  shipments: {
    sent: number;
    /** Planned for later. */
    planned: number;
    /** Their time has come. */
    due: number;
    /** Of those, since longer than `lateAfterMs`. */
    late: number;
    /** Failed permanently: a person must act. */
    parked: number;
    /** Held by a person. */
    held: number;
  };
  oldestDueAt?: Date;
  /** Student repositories that could not be made, or differ from the course in what does not end by itself. */
  differing: number;
  ledger: { seq: number; hash?: string; behind: number };
};

export type Figures = {
  queue: QueueFigures[];
  parked: number;
  holds: Hold[];
  courses: CourseFigures[];
  /** `waiting`: stored, and not worked off yet. */
  webhooks: { lastAt?: Date; waiting: number; oldestAt?: Date };
  /** When the app's own timer is due next; long past where no process works, absent where none ever did. */
  timerDueAt?: Date;
};

/** A release to a class takes its time; what takes longer than this is said. */
export const lateAfterMs = 15 * 60_000;
