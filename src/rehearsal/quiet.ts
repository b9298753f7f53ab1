// Waits until nothing more happens at the present course time: no webhook under way, no workflow running, no job due.
import type { Pool } from '../postgres/pool.ts';
import type { Sandbox } from '@practicum/sandbox';
import { Failure } from '../domain/text/failure.ts';

const pollMs = 20;

/**
 * Resolves when the sandbox and the app are both at rest. Throws `rehearsal-stuck`, with what is still open, when for
 * `limitMs` of machine time nothing has happened and they are not; the signal's reason once that is given.
 */
export async function untilQuiet(
  sandbox: Pick<Sandbox, 'idle' | 'clock'>,
  pool: Pool,
  signal?: AbortSignal,
  limitMs = 120_000,
): Promise<void> {
  let end = performance.now() + limitMs;
  let seen: number | undefined;
  for (;;) {
    signal?.throwIfAborted();
    const before = sandbox.idle();
    if (before.sequence !== seen) end = performance.now() + limitMs;
    seen = before.sequence;
    const open = before.idle ? await openJobs(pool, sandbox.clock.now()) : [];
    const after = sandbox.idle();
    // Had anything happened in between, the sequence would have moved on.
    if (before.idle && open.length === 0 && after.idle && after.sequence === before.sequence) return;
    if (performance.now() > end) {
      const what = open.length > 0 ? open.join('; ') : JSON.stringify(after);
      throw new Failure('rehearsal-stuck', `the course does not come to rest: ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

/** Jobs that are due, in the app's own words; a parked one waits for a person and is not counted. */
async function openJobs(pool: Pool, now: Date): Promise<string[]> {
  const { rows } = await pool.query<{ key: string; last_error: string | null }>(
    `select key, last_error from job where state = 'open' and due_at <= $1 order by seq limit 5`,
    [now],
  );
  return rows.map(({ key, last_error }) => (last_error ? `${key} (${last_error})` : key));
}
