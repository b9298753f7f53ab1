// What was carried out of plans: while nothing else changes what is stored, a challenge that says the same is not planned again.
import type { CarriedPlan } from '../ports/records.ts';
import type { Store } from '../ports/store.ts';
import type { Database } from './pool.ts';
import { toJson } from './to-json.ts';

type CarriedRow = {
  token: string | null;
  plans: Record<string, CarriedPlan> | null;
  seen: string[];
  changed: string[];
};

export function carriedPlanStore(database: Database): Pick<Store, 'carriedOut' | 'saveCarriedOut'> {
  return {
    async carriedOut(organisation) {
      const { rows } = await database.query<CarriedRow>(
        `select token, plans, seen, changed
         from (select coalesce(array_agg(id), '{}') as seen, coalesce(array_agg(distinct challenge), '{}') as changed
               from plan_news where organisation = lower($1)) as news
         left join carried_plan on carried_plan.organisation = lower($1)`,
        [organisation],
      );
      const { token, plans, seen, changed } = rows[0]!;
      const holds = Object.entries(plans ?? {}).filter(([challenge]) => !changed.includes(challenge));
      return { ...(token === null ? {} : { token }), seen, plans: new Map(holds) };
    },
    async saveCarriedOut(organisation, { token, seen, plans }) {
      // Ours, and what was there before we looked: whatever else is new was not planned by.
      await database.query(
        `delete from plan_news where organisation = lower($1) and (id = any($2) or by = pg_current_xact_id())`,
        [organisation, seen],
      );
      await database.query(
        `insert into carried_plan (organisation, plans) values (lower($1), $2)
         on conflict (organisation) do update set token = gen_random_uuid(),
           plans = case when carried_plan.token = $3::uuid then excluded.plans else '{}' end`,
        [organisation, toJson(Object.fromEntries(plans)), token],
      );
    },
  };
}
