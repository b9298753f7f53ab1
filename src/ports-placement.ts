// What the flows of placement need from outside: the queue in the database, and runners and runs on GitHub.
import type { Sample } from './domain/placement/export-results.ts';
import type { LiveState, RunnerView } from './domain/placement/live-state.ts';

/** Which commit a pipeline of the queue is. */
export type Submission = { id: string; repository: string; commit: string };

export interface PlacementStore {
  /** The queue; inside a transaction nobody else changes it until the end. */
  queue(organisation: string): Promise<LiveState | undefined>;
  saveQueue(organisation: string, state: LiveState): Promise<void>;
  saveSubmission(organisation: string, submission: Submission): Promise<void>;
  submission(organisation: string, id: string): Promise<Submission | undefined>;
  addSamples(organisation: string, samples: readonly Sample[]): Promise<void>;
  samples(organisation: string): Promise<Sample[]>;
}

export interface Placements {
  /** Text of a file at a commit, or undefined. */
  textAt(repository: string, commit: string, path: string): Promise<string | undefined>;
  runners(): Promise<RunnerView[]>;
  /** Starts the course's placement workflow unless a run of this name was started before. */
  dispatch(courseRepository: string, name: string, inputs: Record<string, string>): Promise<void>;
  /** Cancels a run; one that is over stays as it is. */
  cancel(courseRepository: string, runId: number): Promise<void>;
}
