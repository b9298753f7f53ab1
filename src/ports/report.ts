// Reports as flows need them from outside: what was posted, which tokens were used, and whether one is genuine.
import type { Report } from '../domain/report/report.ts';
import type { CourseRecord } from './records.ts';

/** A report that the Action posted itself; `body` is its fenced block, `digest` the report's. */
export type PostedReport = { repository: string; digest: string; commit: string; body: string };

export interface ReportStore {
  /** Marks an identity token as used by `check/ID` or `report/DIGEST`; false when something else used it before. */
  useToken(jti: string, by: string): Promise<boolean>;
  tokenUse(jti: string): Promise<string | undefined>;
  savePostedReport(organisation: string, posted: PostedReport): Promise<'kept' | 'known' | 'too-many'>;
  postedReports(organisation: string, repository: string, commit: string): Promise<PostedReport[]>;
}

/** Whether the token in a report proves it. */
export type VerifyToken = (proof: {
  report: Report;
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
