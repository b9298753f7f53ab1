// Reports as flows need them from outside: what was posted, which tokens were used, and whether one is genuine.
import type { Report } from '../domain/report/report.ts';
import type { CourseRecord } from './records.ts';

/** A report that the Action posted itself; `body` is its fenced block, `digest` the report's. */
export type PostedReport = { repository: string; digest: string; commit: string; body: string };

/** What a repository may cause in an hour of the course. */
export type Budget = { what: string; perHour: number };

export type Charge = Budget & { used: number };

export interface ReportStore {
  /** Of these pieces of evidence the ids of those that are known. */
  knownEvidence(organisation: string, ids: readonly string[]): Promise<Set<string>>;
  /** What a repository has used of its shares in this hour, by name. */
  spent(organisation: string, repository: string, now: Date): Promise<Record<string, number>>;
  /** Adds to it, each up to its share. */
  charge(organisation: string, repository: string, charges: readonly Charge[], now: Date): Promise<void>;
  /** Takes up to `wanted` from what a repository may use of something in this hour, and returns how much it got. */
  spend(organisation: string, repository: string, budget: Budget, wanted: number, now: Date): Promise<number>;
  /** Marks an identity token as used by `check/ID` or `report/DIGEST`; false when something else used it before. */
  useToken(jti: string, by: string): Promise<boolean>;
  tokenUse(jti: string): Promise<string | undefined>;
  savePostedReport(organisation: string, posted: PostedReport): Promise<'kept' | 'known' | 'too-many'>;
  postedReports(organisation: string, repository: string, commit: string): Promise<PostedReport[]>;
}

/** Whether the token in a report proves it. */
export type VerifyToken = (proof: {
  report: Report;
  digest: string;
  token: string | undefined;
  record: CourseRecord;
  repositoryId: number;
  /** What GitHub says of the run; absent where it has not been asked yet: then nothing is held against it. */
  run?: { workflowShas: readonly string[]; jobIds: readonly string[] };
  /** `check/ID` or `report/DIGEST`, for which the token is used up; absent: it is only looked at. */
  usedBy?: string;
  /** Seconds by which the token may have run out. */
  leeway?: number;
}) => Promise<{ accepted: true; jti: string } | { accepted: false; code: string; reason: string }>;
