// What is on hold, for all processes: GitHub as one installation sees it, and the disk.
import { mostDoublings, retryPolicy } from '../domain/jobs/retry-policy.ts';
import type { Hold } from '../ports/jobs.ts';
import type { Database } from './pool.ts';

const { first, longest } = retryPolicy.hold;
const isDue = 'hold.next_try <= clock_timestamp()';
/** Until the next may ask, when one more has asked: as `pauseSeconds` says. */
const nextTry = `clock_timestamp() + make_interval(secs => least(${longest}, ${first} * 2 ^ least(hold.asks + 1, ${mostDoublings})))`;

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

/** Puts on hold. What is on hold keeps its beginning; where it was time to ask, this failure was the answer. */
export async function openHold(database: Database, scope: string, why: string): Promise<void> {
  await database.query(
    `insert into hold (scope, why, next_try) values ($1, $2, clock_timestamp() + make_interval(secs => $3))
     on conflict (scope) do update set why = excluded.why,
       asks = case when ${isDue} then hold.asks + 1 else hold.asks end,
       next_try = case when ${isDue} then ${nextTry} else hold.next_try end`,
    [scope, why.slice(0, 500), first],
  );
}

/** The same for as long as GitHub says: nobody asks before that is over. */
export async function holdFor(database: Database, scope: string, seconds: number, why: string): Promise<void> {
  await database.query(
    `insert into hold (scope, why, next_try) values ($1, $2, clock_timestamp() + make_interval(secs => $3))
     on conflict (scope) do update set why = excluded.why, next_try = greatest(hold.next_try, excluded.next_try)`,
    [scope, why.slice(0, 500), seconds],
  );
}

/** True for the one that may ask now whether it is back. */
export async function takeTurn(database: Database, scope: string): Promise<boolean> {
  const { rowCount } = await database.query(
    `update hold set asks = hold.asks + 1, next_try = ${nextTry} where scope = $1 and ${isDue}`,
    [scope],
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

/**
 * Lets the first of those that wait go where it is time to ask again: it finds out. And all that began to wait at the very moment that their
 * hold ended, unseen by who ended it.
 */
export async function sendScouts(database: Database): Promise<void> {
  const { rows } = await database.query<{ scope: string }>(
    // From one hold to the next, by the index: jobs by the thousand wait for each.
    `with recursive waited(scope) as (
       (select held_by from job where held_by is not null order by held_by limit 1)
       union all
       select (select held_by from job where held_by > waited.scope order by held_by limit 1) from waited where scope is not null)
     select scope from waited where scope is not null and not exists (select from hold where hold.scope = waited.scope)`,
  );
  if (rows.length > 0)
    await database.query(
      `update job set not_before = clock_timestamp(), held_by = null
       where held_by = any($1) and leased_by is null and not_before > clock_timestamp()`,
      [rows.map(({ scope }) => scope)],
    );
  await database.query(
    `update job set not_before = clock_timestamp()
     where not_before > clock_timestamp() and leased_by is null and key in (
       select first.key from hold, lateral (
         select key from job where held_by = hold.scope and state = 'open' and head is not false and leased_by is null
         order by due_at, seq limit 1) as first
       where hold.next_try <= clock_timestamp())`,
  );
}

/** All that is on hold now, and how many jobs wait for it. */
export async function listHolds(database: Database): Promise<Hold[]> {
  const { rows } = await database.query<Hold>(
    `select scope, why, since, next_try as "nextTry", organisation,
       (select count(*)::int from job where held_by = scope and state = 'open') as waiting
     from hold left join course on scope = 'github/' || installation_id
     order by scope, since`,
  );
  return rows.map(({ organisation, ...hold }) => ({ ...hold, ...(organisation ? { organisation } : {}) }));
}
