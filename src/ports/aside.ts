// Reading what students wrote, aside: in a thread with limits, so that nobody else waits for it.
import type { readings } from '../domain/aside/readings.ts';
import type { DatabaseRead } from '../domain/milestones/read-mlflow-database.ts';

export type ArchivedReports = { files: Map<string, string>; databases: Map<string, Uint8Array> };

export type Readings = typeof readings & {
  /** What tests and training left in an archive, by path. */
  readTestReports: (zip: Uint8Array) => ArchivedReports;
  readMlflowDatabase: (bytes: Uint8Array) => Promise<DatabaseRead>;
};

/**
 * Text that takes more time or memory than it may throws `reading-exceeded`, and would do so again. `whose` is whose text it
 * is: who has used up much waits for those who have not.
 */
export interface Aside {
  read<Name extends keyof Readings>(
    whose: string,
    name: Name,
    ...input: Parameters<Readings[Name]>
  ): Promise<Awaited<ReturnType<Readings[Name]>>>;
}
