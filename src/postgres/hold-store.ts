// What is on hold, for all processes: GitHub as one installation sees it, and the disk.
import { retryPolicy } from '../domain/jobs/retry-policy.ts';
import type { Hold } from '../ports/jobs.ts';
import type { Database } from './pool.ts';

/** Whoever asks. */
const askEverySeconds = retryPolicy.hold.askEvery;

export type Standing = { waitSeconds: number; why: string };

export const githubScope = (installationId: number): string => `github/${installationId}`;

/** How long until somebody may ask again; undefined where nothing is on hold. */
export async function standingOf(database: Database, scope: string): Promise<Standing | undefined> {
  const { rows } = await database.query<Standing>(
    `select extract(epoch from next_try - clock_timestamp())::float8 as "waitSeconds", why from hold where scope = $1`,
    [scope],
  );
  return rows[0];
}

/** Puts on hold; what is on hold already keeps its beginning. */
export async function openHold(database: Database, scope: string, why: string): Promise<void> {
  await database.query(
    `insert into hold (scope, why, next_try) values ($1, $2, clock_timestamp() + make_interval(secs => $3))
     on conflict (scope) do update set why = excluded.why, next_try = greatest(hold.next_try, excluded.next_try)`,
    [scope, why.slice(0, 500), askEverySeconds],
  );
}

/** Since when GitHub asks for patience, and in which words: a new wait begins when the last one is over. */
export async function noteWait(
  database: Database,
  installationId: number,
  seconds: number,
  why: string,
): Promise<void> {
  await database.query(
    `insert into hold (scope, why, next_try) values ($1, $2, clock_timestamp() + make_interval(secs => $3))
     on conflict (scope) do update set why = excluded.why, next_try = greatest(hold.next_try, excluded.next_try),
       since = case when hold.next_try < clock_timestamp() then clock_timestamp() else hold.since end`,
    [`wait/${installationId}`, why.slice(0, 500), seconds],
  );
}

/** True for the one that may ask now whether it is back. */
export async function takeTurn(database: Database, scope: string): Promise<boolean> {
  const { rowCount } = await database.query(
    `update hold set next_try = clock_timestamp() + make_interval(secs => $2)
     where scope = $1 and next_try <= clock_timestamp()`,
    [scope, askEverySeconds],
  );
  return rowCount === 1;
}

/** It is back: everything that waited for it may go on, in order of due time. */
export async function closeHold(database: Database, scope: string): Promise<void> {
  await database.query(
    `with ended as (delete from hold where scope = $1 returning scope),
       freed as (
         update job set not_before = clock_timestamp(), held_by = null, away = 0 from ended
         where job.held_by = ended.scope and leased_by is null returning job.key)
     select pg_notify('job', '') from ended`,
    [scope],
  );
}

/** Lets the first of those that wait go where it is time to ask again: it finds out. */
export async function sendScouts(database: Database): Promise<void> {
  await database.query(
    `update job set not_before = clock_timestamp()
     where not_before > clock_timestamp() and leased_by is null and key in (
       select first.key from hold, lateral (
         select key from job where held_by = hold.scope and state = 'open' and head is not false and leased_by is null
         order by due_at, seq limit 1) as first
       where hold.next_try <= clock_timestamp())`,
  );
}

/** All that is on hold now, and how many jobs wait for it: GitHub's word to wait is one of them. */
export async function listHolds(database: Database): Promise<Hold[]> {
  const { rows } = await database.query<Hold>(
    `select scope, why, since, next_try as "nextTry", organisation,
       (select count(*)::int from job where held_by = scope and state = 'open') as waiting
     from (
       select scope, why, since, next_try from hold where scope not like 'wait/%'
       union all
       select 'github/' || installation_id, coalesce(hold.why, 'rate-limited: GitHub asked us to wait'), hold.since, next_free
       from pace left join hold on hold.scope = 'wait/' || installation_id
       where budget = 'hold' and next_free > clock_timestamp()) as held
     left join course on scope = 'github/' || installation_id
     order by scope, since`,
  );
  return rows.map(({ since, organisation, ...hold }) => ({
    ...hold,
    ...(since ? { since } : {}),
    ...(organisation ? { organisation } : {}),
  }));
}
