// What the page of one challenge reads: what happened so far, summed up by the database, and who needs help.
import type { Criterion } from '../domain/challenge/challenge.ts';
import type { Member } from '../domain/course/course.ts';

export type Reminder = {
  id: string;
  challenge: string;
  owner: string;
  repository: string;
  body: string;
  writtenAt: Date;
  writtenBy: string;
  sentAt?: Date;
};

export type Standing = { points: number; of: number; worth: number };

/** A student with criteria of which too little is had of what could be had by now. */
export type Needing = {
  owner: string;
  name: string;
  members: Member[];
  criteria: Partial<Record<Criterion, Standing>>;
  behind: Criterion[];
  /** Points that could be had by now and are not. */
  lost: number;
};

/** Merges after the date by which nothing is lost, and releases that lie unmerged after it. */
export type LateFigures = { release: string; late: number; overdue: number };

/** Requests of one rule; of one asked with releases, of one release. `silent`: closed without any answer. */
export type RequestFigures = {
  rule: number;
  release: string;
  asked: number;
  open: number;
  answered: number;
  correct: number;
  silent: number;
};

/** Services of a challenge by what the last probe saw, and the probes since some moment. */
export type ProbeFigures = { registered: number; up: number; probes: number; good: number };

export interface MonitorStore {
  /** Another text whenever something happened that such a page shows. */
  courseMark(organisation: string): Promise<string>;
  /** `by`: until when a merge of what was shipped at `due` is in time. */
  lateFigures(
    organisation: string,
    challenge: string,
    releases: readonly { name: string; due: Date; by: Date }[],
    now: Date,
  ): Promise<LateFigures[]>;
  /** `withRelease`: the rules that ask with each release. */
  requestFigures(organisation: string, challenge: string, withRelease: readonly number[]): Promise<RequestFigures[]>;
  probeFigures(organisation: string, challenge: string, since: Date): Promise<ProbeFigures>;
  /**
   * Those with less than this share of what could be had by now in any criterion; who lost most comes first. Releases that
   * came after `graceFrom` are no reason yet.
   */
  needing(
    organisation: string,
    challenge: string,
    enough: number,
    limit: number,
    graceFrom: Date,
  ): Promise<{ rows: Needing[]; total: number }>;

  /** False where the same was written to the same student before. */
  addReminder(organisation: string, reminder: Omit<Reminder, 'sentAt'>): Promise<boolean>;
  reminder(organisation: string, id: string): Promise<Reminder | undefined>;
  markReminded(organisation: string, id: string, at: Date): Promise<void>;
  /** The last one to each of these owners. */
  lastReminders(organisation: string, challenge: string, owners: readonly string[]): Promise<Map<string, Reminder>>;
}
