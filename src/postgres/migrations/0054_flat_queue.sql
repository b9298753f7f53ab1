-- A queue whose cost does not grow: what may be claimed next is marked, and what rests is out of the way.

alter table job
  add column head boolean,                         -- first of its lane (or in none), so it may be claimed; false: behind it; null: not looked at yet
  add column rests boolean not null default false, -- leased or put off until not_before
  add column held_by text,                         -- the hold that it waits for: a row of hold
  add column away int not null default 0;          -- times in a row that it met something that was away; not attempts

update job set rests = true where leased_by is not null or not_before > clock_timestamp();
update job set head = true where lane is null;

drop index job_due;
drop index job_lane;
create index job_next on job (kind, due_at, place, seq) where state = 'open' and head and not rests;
create index job_fresh on job (due_at, seq) where state = 'open' and head is null and not rests;
create index job_line on job (lane, seq) where state = 'open' and head = false;
create index job_head on job (lane) where state = 'open' and head and lane is not null;
create index job_rest on job (not_before) where state = 'open' and rests;
create index job_held on job (held_by, due_at, seq) where held_by is not null;

-- What is on hold, for all processes: GitHub as one installation sees it, the database's disk, ours.
create table hold (
  scope text primary key,                          -- github/INSTALLATION, disk
  why text not null,
  since timestamptz not null default clock_timestamp(),
  next_try timestamptz not null                    -- machine time: whoever asks first after it moves it on, and is the one that asks
);

-- A lane is changed by one transaction at a time, and seen as it is then: a look before the lock could miss who came or went.
create function lock_lane(name text) returns void language sql as $$
  select pg_advisory_xact_lock(7381, hashtext(name))
$$;

-- Whoever is first in line where the head has gone.
create function lead_lanes(names text[]) returns void language plpgsql as $$
begin
  perform lock_lane(line) from unnest(names) as line;
  update job set head = true where key in (
    select (select key from job where lane = line and state = 'open' and head = false order by seq limit 1)
    from unnest(names) as line
    where not exists (select 1 from job where lane = line and state = 'open' and head));
end $$;

create function heads_gone() returns trigger language plpgsql as $$
declare names text[];
begin
  if tg_op = 'DELETE' then
    select array_agg(distinct lane order by lane) into names from gone where lane is not null and head and state = 'open';
  else
    select array_agg(distinct gone.lane order by gone.lane) into names from gone join came using (key)
      where gone.lane is not null and gone.head and gone.state = 'open'
        and (came.head is not true or came.state <> 'open' or came.lane is distinct from gone.lane);
  end if;
  if names is not null then perform lead_lanes(names); end if;
  return null;
end $$;

create trigger job_gone after delete on job referencing old table as gone
  for each statement execute function heads_gone();
create trigger job_moved after update on job referencing old table as gone new table as came
  for each statement execute function heads_gone();

-- Ends the rest of what has rested, and finds their places for those that became due: at the head of their lane, or behind it.
create function tend_jobs(now timestamptz) returns void language plpgsql as $$
declare keys text[]; names text[];
begin
  update job set rests = false where key in (
    select key from job where state = 'open' and rests and not_before <= clock_timestamp()
    order by not_before limit 5000 for update skip locked);
  select array_agg(key), array_agg(distinct lane order by lane) filter (where lane is not null) into keys, names from (
    select key, lane from job where state = 'open' and head is null and not rests and due_at <= now
    order by due_at, seq limit 5000) as fresh;
  if keys is null then return; end if;
  select array_agg(line) into names from unnest(names) as line where pg_try_advisory_xact_lock(7381, hashtext(line));
  update job set head = fresh.first and not exists (
      select 1 from job other where other.lane = fresh.lane and other.state = 'open' and other.head)
  from (
    select key, lane, lane is null or row_number() over (partition by lane order by seq) = 1 as first
    from job where key = any(keys) and state = 'open' and head is null and (lane is null or lane = any(names))) as fresh
  where job.key = fresh.key and job.head is null;
end $$;

-- Leases up to `most` jobs that are due, each with a token of its own, and up to `run` of one lane, which go one after another.
create function claim_jobs(now timestamptz, most int, which text, lease double precision, run int, but text[])
returns table (key text, name text, payload jsonb, attempts int, away int, lane text, held_by text, token uuid) language plpgsql as $$
#variable_conflict use_column
declare keys text[]; names text[];
begin
  perform tend_jobs(now);
  select array_agg(next.key), array_agg(next.lane) filter (where next.lane is not null) into keys, names from (
    select j.key, j.lane from job j
    where j.state = 'open' and j.head and not j.rests and j.kind = which and j.due_at <= now and j.key <> all(but)
    order by j.due_at, j.place, j.seq limit most for update skip locked) as next;
  if keys is null then return; end if;
  if run > 1 and names is not null then
    keys := keys || coalesce((
      select array_agg(follower.key) from unnest(names) as lanes(name), lateral (
        select j.key from job j
        where j.lane = lanes.name and j.state = 'open' and j.head = false and not j.rests and j.kind = which
          and j.due_at <= now and j.key <> all(but)
        order by j.seq limit run - 1 for update skip locked) as follower), '{}');
  end if;
  return query with mine as (
    update job set leased_by = gen_random_uuid(), rerun = false, rests = true,
      not_before = clock_timestamp() + make_interval(secs => lease)
    where job.key = any(keys)
    returning job.key, job.name, job.payload, job.attempts, job.away, job.lane, job.held_by, job.leased_by, job.due_at, job.place, job.seq, job.head)
  select m.key, m.name, m.payload, m.attempts, m.away, m.lane, m.held_by, m.leased_by from mine m
    -- The heads as they are due, then those behind them as they stand.
    order by not m.head, case when m.head then m.due_at end, case when m.head then m.place end, m.seq;
end $$;
