// The figures behind the plots of a challenge: summed up and put into places by the database, one release after the other.
import type { GrowthStep, ReleaseFigures, StandingStore, TimeBin, TimeDot } from '../ports/standings.ts';
import type { Database } from './pool.ts';

type Figures = Pick<StandingStore, 'releaseFigures' | 'timeDots' | 'timeBins' | 'growth'>;

/** Milliseconds from shipment to the first counted green run, where both are known. */
const took = `case when shipped_at is not null and green_at is not null
  then greatest(0, extract(epoch from green_at - shipped_at) * 1000)::float8 end`;

export function standingFigures(database: Database): Figures {
  return {
    async releaseFigures(organisation, challenge, prompt) {
      const { rows } = await database.query<FiguresRow>(
        `select release, count(shipped_at) as shipped, count(merged_at) as merged, count(green_at) as green,
           count(*) filter (where progress = 'red') as red, count(took) as timed,
           count(*) filter (where took <= $3) as prompt, percentile_cont(0.5) within group (order by took) as median,
           max(took) as slowest, max(greatest(merged_at, green_at)) as last
         from (select *, ${took} as took from release_progress where organisation = lower($1) and challenge = $2) timed
         group by release`,
        [organisation, challenge, prompt],
      );
      return rows.map(({ median, slowest, last, ...row }) => ({
        ...row,
        ...(median === null ? {} : { median }),
        ...(slowest === null ? {} : { slowest }),
        ...(last === null ? {} : { last }),
      }));
    },
    async timeDots(organisation, challenge, releases) {
      const { rows } = await database.query<TimeDot>(
        `select release, ${took} as took, name, owner
         from release_progress join standing_owner using (organisation, owner)
         where organisation = lower($1) and challenge = $2 and release = any($3)
           and shipped_at is not null and green_at is not null
         order by took, place`,
        [organisation, challenge, releases],
      );
      return rows;
    },
    async timeBins(organisation, challenge, releases, { longest, places }) {
      const { rows } = await database.query<TimeBin>(
        `select release, round($5::int * sqrt(took / $4::float8))::int as place, min(took) as took, count(*) as count
         from (
           select release, ${took} as took from release_progress
           where organisation = lower($1) and challenge = $2 and release = any($3)
             and shipped_at is not null and green_at is not null
         ) timed group by release, place order by release, place`,
        [organisation, challenge, releases, longest, places],
      );
      return rows;
    },
    async growth(organisation, challenge, { from, until, places }) {
      const { rows } = await database.query<GrowthStep>(
        `select release, kind, max(at) as at, max(count) as count from (
           select release, kind, at, row_number() over (partition by release, kind order by at) as count,
             round($5::int * extract(epoch from at - $3) / greatest(1, extract(epoch from $4::timestamptz - $3))) as place
           from release_progress, lateral (
             -- A run can only be green with what was merged, whether or not we were told of the merge.
             values ('merged', coalesce(merged_at, green_at)), ('green', green_at)
           ) as grown(kind, at)
           where organisation = lower($1) and challenge = $2 and at is not null
         ) placed group by release, kind, place order by release, kind, at`,
        [organisation, challenge, from, until, places],
      );
      return rows;
    },
  };
}

type FiguresRow = Omit<ReleaseFigures, 'median' | 'slowest' | 'last'> & {
  median: number | null;
  slowest: number | null;
  last: Date | null;
};
