// One pace towards GitHub for all processes of an installation: a leaky bucket per budget, kept in the database.
import type { Pool } from './pool.ts';

/** `perHour` in the long run, `burst` at once. */
export type Budget = { name: string; perHour: number; burst: number };

/** Reserves one call of each budget and returns how many milliseconds to wait before making it. */
export async function reserve(pool: Pool, installationId: number, budgets: readonly Budget[]): Promise<number> {
  let wait = 0;
  for (const { name, perHour, burst } of budgets) {
    const spacing = 3600 / perHour;
    const { rows } = await pool.query<{ wait: number }>(
      `insert into pace (installation_id, budget, next_free) values ($1, $2, clock_timestamp() + make_interval(secs => $3))
       on conflict (installation_id, budget) do update
         set next_free = greatest(pace.next_free, clock_timestamp()) + make_interval(secs => $3)
       returning extract(epoch from next_free - clock_timestamp())::float8 - $3 * $4 as wait`,
      [installationId, name, spacing, burst],
    );
    wait = Math.max(wait, rows[0]!.wait * 1000);
  }
  return wait;
}
