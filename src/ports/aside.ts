// Reading what students wrote, aside: in a thread with limits, so that nobody else waits for it.
import type { readings } from '../domain/aside/readings.ts';

export type Readings = typeof readings & {
  /** Test reports in an archive: path → text. */
  readTestReports: (zip: Uint8Array) => Map<string, string>;
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
  ): Promise<ReturnType<Readings[Name]>>;
}
