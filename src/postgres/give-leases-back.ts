// A process that ends gives back what it had taken up: the next one need not wait until the leases have run out.
import type { Pool } from './pool.ts';

/** `holder`: the worker that took the jobs. */
export async function giveLeasesBack(pool: Pool, holder: string): Promise<void> {
  await pool.query(
    `update job set leased_by = null, not_before = clock_timestamp() where leased_by = $1 and state = 'open'`,
    [holder],
  );
}
