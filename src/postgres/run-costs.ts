// What the runs of a course cost of late: from evidence, where each run may stand once for each of its challenges.
import type { PracticeStore } from '../ports/practice.ts';
import type { Database } from './pool.ts';

export function runCosts(database: Database): Pick<PracticeStore, 'runCosts'> {
  return {
    async runCosts(organisation, since) {
      const { rows } = await database.query<{ runs: number; median: number | null }>(
        `select count(*) as runs, percentile_disc(0.5) within group (order by minutes) as median
         from (select distinct body->>'repository', body->>'runId', body->>'attempt', (body->>'minutes')::int as minutes
               from evidence where organisation = lower($1) and kind = 'run' and at >= $2 and body ? 'minutes') as run`,
        [organisation, since],
      );
      const { runs, median } = rows[0]!;
      return median === null ? undefined : { runs, median };
    },
  };
}
