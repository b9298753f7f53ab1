// Due work: jobs in one table, claimed with leases by any number of processes on any number of machines.
import { mostDoublings, retryPolicy } from '../domain/jobs/retry-policy.ts';
import type { Claim, ClaimedJob, JobQueue, JobRequest } from '../ports/jobs.ts';
import { closeHold, openHold, sendScouts } from './hold-store.ts';
import { underLease } from './lease.ts';
import type { Database, Pool } from './pool.ts';

/** A lease lasts this long on the database's clock; whoever works on the job renews it, so a killed worker's job is free after it. */
const leaseSeconds = 5;
const { job: backOff, hold } = retryPolicy;

/** In these lanes what fails steps aside: those behind it stand on what is there now, not on what it did. */
const stepsAside = `(lane like 'delivery/%' or lane like 'reports/%')`;

/** Queues jobs. One that is queued already is brought up to date; one that somebody is working on runs once more afterwards. */
export async function enqueue(database: Database, jobs: readonly JobRequest[]): Promise<void> {
  if (jobs.length > 0) await database.query(enqueueSql('$1'), [jobsJson(jobs)]);
}

export function jobsJson(jobs: readonly JobRequest[]): string {
  return JSON.stringify(jobs.map(({ dueAt, ...job }) => ({ ...job, due_at: dueAt })));
}

/** `list`: the parameter with the jobs; `which` of them. */
export function enqueueSql(list: string, which = 'true'): string {
  return `insert into job (key, name, payload, lane, due_at, kind, place, head)
     select key, name, payload, lane, due_at, coalesce(kind, 'prompt'), coalesce(challenge, ''), case when lane is null then true end
     from rows from (jsonb_to_recordset(${list}::jsonb)
       as (key text, name text, payload jsonb, lane text, due_at timestamptz, kind text, challenge text))
       with ordinality as j(key, name, payload, lane, due_at, kind, challenge, turn)
     where ${which} order by turn
     on conflict (key) do update
       set due_at = excluded.due_at, payload = excluded.payload,
         state = case when job.state = 'paused' then 'paused' else 'open' end, rerun = job.leased_by is not null,
         attempts = case when job.state = 'parked' then 0 else job.attempts end,
         away = case when job.state = 'parked' then 0 else job.away end,
         not_before = case when job.state = 'parked' then clock_timestamp() else job.not_before end,
         rests = job.rests and job.state <> 'parked',
         head = case when job.lane is null then true
           when job.leased_by is not null or (job.state = 'open' and job.due_at = excluded.due_at) then job.head end
       where job.leased_by is not null or job.state <> 'open' or job.due_at <> excluded.due_at or job.payload <> excluded.payload`;
}

/** What is under way, was tried before, or is done stays as it is. */
export async function reschedule(database: Database, jobs: readonly JobRequest[]): Promise<void> {
  if (jobs.length === 0) return;
  await database.query(
    `update job set due_at = j.due_at, head = case when lane is null then true end
     from jsonb_to_recordset($1::jsonb) as j(key text, due_at timestamptz)
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

type ClaimRow = (ClaimedJob | { key: null }) & { due: Date | null; wait: number | null };

function readClaim(rows: readonly ClaimRow[]): Claim {
  const claim: Claim = { jobs: [] };
  for (const { due, wait, ...row } of rows) {
    if (row.key !== null) claim.jobs.push(row);
    else claim.next = { ...(due === null ? {} : { due }), ...(wait === null ? {} : { waitSeconds: wait }) };
  }
  return claim;
}

/** The queue as a worker sees it. `now` is course time: what is due; leases and back-off run on the database's own clock. */
export function jobQueue(pool: Pool): JobQueue {
  /** The token of our latest claim of each job: what we say of it holds only while that is still the lease. */
  const tokens = new Map<string, string>();
  const tokenOf = (key: string, token?: string): string | undefined => token ?? tokens.get(key);
  const forget = (key: string, token?: string): void => {
    if (token === undefined || tokens.get(key) === token) tokens.delete(key);
  };
  return {
    enqueue: (jobs) => enqueue(pool, jobs),
    async claim(now, { hands, prompt, handful, bulk, upkeep }, but = []) {
      const values = [now, leaseSeconds, but, hands, prompt, handful, bulk, upkeep];
      const claim = readClaim((await pool.query<ClaimRow>(claimSql, values)).rows);
      for (const { key, token } of claim.jobs) tokens.set(key, token);
      return claim;
    },
    async renew(keys) {
      const held = keys.filter((key) => tokens.has(key));
      await pool.query(renewSql, [held, held.map((key) => tokens.get(key)), leaseSeconds]);
    },
    underLease,
    async complete(key, token) {
      await pool.query(completeSql, [[key], [tokenOf(key, token)]]);
      forget(key, token);
    },
    async completeAll(jobs) {
      await pool.query(completeSql, [jobs.map(({ key }) => key), jobs.map(({ token }) => token)]);
      for (const { key, token } of jobs) forget(key, token);
    },
    async giveBack(jobs) {
      await pool.query(giveBackSql, [jobs.map(({ key }) => key), jobs.map(({ token }) => token)]);
      for (const { key, token } of jobs) forget(key, token);
    },
    async giveBackAll() {
      await pool.query(giveBackSql, [[...tokens.keys()], [...tokens.values()]]);
      tokens.clear();
    },
    async postpone(key, seconds, why, { token, scope, aside = false, met = false } = {}) {
      const values = [key, tokenOf(key, token), seconds, why ?? null, scope ?? null, hold.lookAgain, aside, met];
      await pool.query(postponeSql, values);
      forget(key, token);
    },
    async fail(key, error, retryAfterSeconds, { token, parks = true } = {}) {
      const values = [key, tokenOf(key, token), error, parks ? backOff.attempts : null, retryAfterSeconds ?? null];
      const { rows } = await pool.query<{ state: 'open' | 'parked' }>(failSql, values);
      forget(key, token);
      return rows[0]?.state ?? 'open';
    },
    async park(key, error, token) {
      const { rows } = await pool.query<{ state: 'open' | 'parked' }>(parkSql, [key, tokenOf(key, token), error]);
      forget(key, token);
      return rows[0]?.state ?? 'open';
    },
    sendScouts: () => sendScouts(pool),
    openHold: (scope, why) => openHold(pool, scope, why),
    closeHold: (scope) => closeHold(pool, scope),
  };
}

/** The next due time of a kind, in course time. */
const nextDue = (kind: string): string =>
  `(select min(due_at) from job where state = 'open' and head and not rests and kind = '${kind}' and due_at > $1)`;

/** One row for each job; where there is none, one that says when to look again: the end of a lease or back-off is in machine time. */
const claimSql = `
  with claimed as materialized (
    select key, name, payload, kind, attempts, away, lane, held_by as "heldBy", token
    from claim_jobs($1, $2, $3, $4, $5, $6, $7, $8))
  select claimed.*, null::timestamptz as due, null::float8 as wait from claimed
  union all
  select null, null, null, null, null, null, null, null, null,
    least(${['prompt', 'bulk', 'upkeep'].map(nextDue).join(', ')},
      (select min(due_at) from job where state = 'open' and head is null and not rests and due_at > $1)),
    extract(epoch from (select min(not_before) from job where state = 'open' and rests) - clock_timestamp())::float8
  where not exists (select from claimed)`;

/** Ours still, or again: nobody has claimed it since. */
const mine =
  'from unnest($1::text[], $2::uuid[]) as ours(key, token) where job.key = ours.key and leased_by = ours.token';

const renewSql = `update job set rests = true, not_before = clock_timestamp() + make_interval(secs => $3) ${mine}`;
const giveBackSql = `update job set rests = false, leased_by = null, not_before = clock_timestamp() ${mine}`;

/** Locked first: whoever queues it again at this moment has done so, or comes after it is gone. */
const completeSql = `
  with mine as (
      select job.key, rerun from job, unnest($1::text[], $2::uuid[]) as ours(key, token)
      where job.key = ours.key and leased_by = ours.token order by job.key for update of job),
    again as (
      update job set rerun = false, leased_by = null, attempts = 0, away = 0, held_by = null, rests = false, not_before = clock_timestamp(),
        head = case when lane is null then true end
      from mine where job.key = mine.key and mine.rerun)
  delete from job using mine where job.key = mine.key and not mine.rerun`;

const postponeSql = `
  update job set leased_by = null, last_error = coalesce($4::text, last_error), away = away + $8::boolean::int,
    head = case when lane is null then true when $7 or ${stepsAside} then null else head end,
    held_by = held.scope,
    not_before = clock_timestamp() + make_interval(secs => case when held.scope is null then $3::float8 else greatest($3::float8, $6::float8) end)
  from (select (select scope from hold where scope = $5::text) as scope) as held
  where key = $1 and leased_by = $2`;

/** Queued again meanwhile: that is another matter than the one that failed. */
const failSql = `
  update job set attempts = case when rerun then 0 else attempts + 1 end, last_error = $3, leased_by = null, held_by = null, rerun = false,
    state = case when attempts + 1 >= $4::int and not rerun then 'parked' else 'open' end,
    head = case when lane is null then true when attempts + 1 >= $4::int and not rerun or ${stepsAside} then null else head end,
    not_before = clock_timestamp() + make_interval(secs => coalesce($5::float8, least(${backOff.longest}, ${backOff.first} * 2 ^ least(attempts, ${mostDoublings}))))
  where key = $1 and leased_by = $2 returning state`;
const parkSql = `
  update job set attempts = case when rerun then 0 else attempts + 1 end, last_error = $3, leased_by = null, held_by = null, rerun = false,
    state = case when rerun then 'open' else 'parked' end,
    head = case when lane is null then true when rerun then head end,
    rests = false, not_before = clock_timestamp()
  where key = $1 and leased_by = $2 returning state`;
