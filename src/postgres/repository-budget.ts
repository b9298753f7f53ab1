// What a repository may still cause in this hour.
import type { ReportStore } from '../ports/report.ts';
import type { Database } from './pool.ts';

export function repositoryBudget(database: Database): Pick<ReportStore, 'charge' | 'spend' | 'spent'> {
  return {
    async spent(organisation, repository, now) {
      const { rows } = await database.query<{ what: string; used: number }>(
        `select what, used from repository_budget
         where organisation = lower($1) and repository = lower($2) and hour = $3`,
        [organisation, repository, hourOf(now)],
      );
      return Object.fromEntries(rows.map(({ what, used }) => [what, used]));
    },
    async spend(organisation, repository, { what, perHour }, wanted, now) {
      const hour = hourOf(now);
      const { rows } = await database.query<{ granted: number }>(
        `with before as (
           select used from repository_budget
           where organisation = lower($1) and repository = lower($2) and what = $3 and hour = $4),
         after as (
           insert into repository_budget as b (organisation, repository, what, hour, used)
           select lower($1), lower($2), $3, $4, least($5::bigint, $6::bigint)
           where exists (select from course where organisation = lower($1))
           on conflict (organisation, repository, what) do update set hour = excluded.hour,
             used = case when b.hour = excluded.hour then least($6::bigint, b.used + $5::bigint) else excluded.used end
           returning used)
         select after.used - coalesce((select used from before), 0) as granted from after`,
        [organisation, repository, what, hour, wanted, perHour],
      );
      // Of an organisation without a course nobody keeps count.
      return rows[0]?.granted ?? wanted;
    },
    async charge(organisation, repository, charges, now) {
      // Always in one order, so that two of these never wait for each other.
      const all = charges.filter(({ used }) => used > 0).toSorted((a, b) => (a.what < b.what ? -1 : 1));
      if (all.length === 0) return;
      await database.query(
        `insert into repository_budget as b (organisation, repository, what, hour, used)
         select lower($1), lower($2), what, $3, least(used, most)
         from unnest($4::text[], $5::bigint[], $6::bigint[]) as charge (what, used, most)
         where exists (select from course where organisation = lower($1))
         on conflict (organisation, repository, what) do update set hour = excluded.hour,
           used = case when b.hour = excluded.hour
             then least(($6::bigint[])[array_position($4::text[], b.what)], b.used + excluded.used)
             else excluded.used end`,
        [
          organisation,
          repository,
          hourOf(now),
          all.map(({ what }) => what),
          all.map(({ used }) => used),
          all.map(({ perHour }) => perHour),
        ],
      );
    },
  };
}

function hourOf(now: Date): Date {
  return new Date(Math.floor(now.getTime() / 3_600_000) * 3_600_000);
}
