// Due work: jobs in one table, claimed with leases by any number of processes on any number of machines.
import { randomUUID } from 'node:crypto';
import type { ClaimedJob, JobKind, JobQueue, JobRequest } from '../ports/jobs.ts';
import type { Database, Pool } from './pool.ts';

/** A lease lasts this long on the database's clock; whoever works on the job renews it, so a killed worker's job is free after it. */
const leaseSeconds = 5;
/** After so many failures a job is parked where a person sees it. */
export const maxAttempts = 8;

/** Queues jobs. One that is queued already is brought up to date; one that somebody is working on runs once more afterwards. */
export async function enqueue(database: Database, jobs: readonly JobRequest[]): Promise<void> {
  if (jobs.length === 0) return;
  await database.query(
    `insert into job (key, name, payload, lane, due_at, kind, place)
     select key, name, payload, lane, due_at, coalesce(kind, 'prompt'), coalesce(challenge, '')
     from jsonb_to_recordset($1::jsonb)
       as j(key text, name text, payload jsonb, lane text, due_at timestamptz, kind text, challenge text)
     on conflict (key) do update
       set due_at = excluded.due_at, payload = excluded.payload,
         state = case when job.state = 'paused' then 'paused' else 'open' end, rerun = job.leased_by is not null,
         attempts = case when job.state = 'parked' then 0 else job.attempts end,
         not_before = case when job.state = 'parked' then clock_timestamp() else job.not_before end`,
    [JSON.stringify(jobs.map(({ dueAt, ...job }) => ({ ...job, due_at: dueAt })))],
  );
}

/** What is under way, was tried before, or is done stays as it is. */
export async function reschedule(database: Database, jobs: readonly JobRequest[]): Promise<void> {
  if (jobs.length === 0) return;
  await database.query(
    `update job set due_at = j.due_at from jsonb_to_recordset($1::jsonb) as j(key text, due_at timestamptz)
     where job.key = j.key and job.due_at <> j.due_at and leased_by is null and attempts = 0 and state <> 'parked'`,
    [JSON.stringify(jobs.map(({ key, dueAt }) => ({ key, due_at: dueAt })))],
  );
}

/** Removes jobs that are not being worked on. */
export async function dequeue(database: Database, keys: readonly string[]): Promise<void> {
  await database.query(
    `delete from job where key = any($1) and (leased_by is null or not_before < clock_timestamp())`,
    [keys],
  );
}

/** The queue as a worker sees it. `now` is course time: what is due; leases and back-off run on the database's own clock. */
export function jobQueue(pool: Pool, worker: string = randomUUID()): JobQueue {
  return {
    enqueue: (jobs) => enqueue(pool, jobs),
    async claim(now, limit, kind = 'prompt') {
      const { rows } = await pool.query<ClaimedJob>(claimSql, [now, limit, worker, leaseSeconds, kind]);
      return rows;
    },
    async renew(keys) {
      await pool.query(
        `update job set not_before = clock_timestamp() + make_interval(secs => $3) where key = any($1) and leased_by = $2`,
        [keys, worker, leaseSeconds],
      );
    },
    async complete(key) {
      await pool.query(
        // Locked first: whoever queues it again at this moment has done so, or comes after it is gone.
        `with mine as (select key, rerun from job where key = $1 and leased_by = $2 for update),
           again as (
             update job set rerun = false, leased_by = null, attempts = 0, not_before = clock_timestamp()
             from mine where job.key = mine.key and mine.rerun)
         delete from job using mine where job.key = mine.key and not mine.rerun`,
        [key, worker],
      );
    },
    async postpone(key, seconds, why) {
      await pool.query(
        `update job set leased_by = null, last_error = coalesce($4, last_error),
           not_before = clock_timestamp() + make_interval(secs => $3) where key = $1 and leased_by = $2`,
        [key, worker, seconds, why ?? null],
      );
    },
    async fail(key, error, retryAfterSeconds) {
      const { rows } = await pool.query<{ state: 'open' | 'parked' }>(
        `update job set attempts = attempts + 1, last_error = $3, leased_by = null,
           state = case when attempts + 1 >= $4 then 'parked' else 'open' end,
           not_before = clock_timestamp() + make_interval(secs => coalesce($5, least(300, 0.5 * 2 ^ attempts)))
         where key = $1 and leased_by = $2 returning state`,
        [key, worker, error, maxAttempts, retryAfterSeconds ?? null],
      );
      return rows[0]?.state ?? 'open';
    },
    async park(key, error) {
      await pool.query(
        `update job set attempts = attempts + 1, last_error = $3, leased_by = null, state = 'parked' where key = $1 and leased_by = $2`,
        [key, worker, error],
      );
      return 'parked';
    },
    async nextWake(now) {
      const { rows } = await pool.query<{ due: Date | null; wait: number | null }>(nextWakeSql, [now]);
      return { due: rows[0]?.due ?? undefined, waitSeconds: rows[0]?.wait ?? undefined };
    },
  };
}

/** Only the head of the index is read, however many future jobs there are. A lane's first open job goes first. */
const claimSql = `
  with due as (
    select key from job
    where state = 'open' and kind = $5 and due_at <= $1 and not_before <= clock_timestamp()
      and (lane is null or not exists (
        select 1 from job earlier
        where earlier.lane = job.lane and earlier.state = 'open' and earlier.seq < job.seq and earlier.due_at <= $1))
    order by due_at, place, seq limit $2
    for update skip locked
  )
  update job set leased_by = $3, rerun = false, not_before = clock_timestamp() + make_interval(secs => $4)
  from due where job.key = due.key
  returning job.key, job.name, job.payload, job.attempts`;

const jobKinds: readonly JobKind[] = ['prompt', 'bulk', 'upkeep'];
/** When to look again: the next due time in course time, and the next end of a lease or back-off in machine time. */
const next = (what: string, where: string): string =>
  `least(${jobKinds.map((kind) => `(select min(${what}) from job where state = 'open' and kind = '${kind}' and ${where})`).join(', ')})`;
const nextWakeSql = `
  select ${next('due_at', 'due_at > $1')} as due,
    extract(epoch from ${next('not_before', 'due_at <= $1 and not_before > clock_timestamp()')} - clock_timestamp())::float8 as wait`;
