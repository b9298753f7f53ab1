// Time of the machine, which a test cannot move, as the database keeps it: it is moved there.
import type { Pool } from 'pg';

/** So much of it is over: what rests does so no longer, and it is time to ask again what is on hold. */
export async function letTimePass(pool: Pool): Promise<void> {
  await pool.query(`update hold set next_try = next_try - interval '61 seconds'`);
  await pool.query(
    `update job set not_before = not_before - interval '61 seconds' where leased_by is null and state = 'open'`,
  );
}
