-- One claim for all kinds of work: a worker that wakes asks once, and what comes first decides how much there is room for of the rest.
drop function claim_jobs(timestamptz, int, text, double precision, int, text[]);

-- The first of their lanes that are due, of one kind, up to `most`: locked, to be leased.
create function due_heads(now timestamptz, most int, which text, but text[], out keys text[], out lanes text[]) language plpgsql as $$
begin
  select coalesce(array_agg(next.key), '{}'), coalesce(array_agg(next.lane) filter (where next.lane is not null), '{}')
  into keys, lanes from (
    select j.key, j.lane from job j
    where j.state = 'open' and j.head and not j.rests and j.kind = which and j.due_at <= now and j.key <> all(but)
    order by j.due_at, j.place, j.seq limit most for update skip locked) as next;
end $$;

-- Leases what is due for so many free `hands`, each job with a token of its own: prompt work for up to `prompt` of them, a `handful` of
-- lanes for each hand and of jobs from each lane; then bulk for up to `bulk`; where none of that is left over, upkeep for up to `upkeep`.
create function claim_jobs(now timestamptz, lease double precision, but text[], hands int, prompt int, handful int, bulk int, upkeep int)
returns table (key text, name text, payload jsonb, kind text, attempts int, away int, lane text, held_by text, token uuid)
language plpgsql as $$
#variable_conflict use_column
declare
  picked record;
  mine text[] := '{}';
  room int := least(hands, prompt);
begin
  perform tend_jobs(now);
  if room > 0 then
    select * into picked from due_heads(now, room * handful, 'prompt', but);
    mine := picked.keys;
    hands := hands - least(room, cardinality(mine));
    if handful > 1 and cardinality(picked.lanes) > 0 then
      mine := mine || coalesce((
        select array_agg(follower.key) from unnest(picked.lanes) as lanes(name), lateral (
          select j.key from job j
          where j.lane = lanes.name and j.state = 'open' and j.head = false and not j.rests and j.kind = 'prompt'
            and j.due_at <= now and j.key <> all(but)
          order by j.seq limit handful - 1 for update skip locked) as follower), '{}');
    end if;
  end if;
  room := least(hands, bulk);
  if room > 0 then
    select * into picked from due_heads(now, room, 'bulk', but);
    mine := mine || picked.keys;
    room := least(room - cardinality(picked.keys), upkeep);
    if room > 0 then
      select * into picked from due_heads(now, room, 'upkeep', but);
      mine := mine || picked.keys;
    end if;
  end if;
  if cardinality(mine) = 0 then return; end if;
  return query with leased as (
    update job set leased_by = gen_random_uuid(), rerun = false, rests = true,
      not_before = clock_timestamp() + make_interval(secs => lease)
    where job.key = any(mine)
    returning job.key, job.name, job.payload, job.kind, job.attempts, job.away, job.lane, job.held_by, job.leased_by, job.due_at, job.place, job.seq, job.head)
  select l.key, l.name, l.payload, l.kind, l.attempts, l.away, l.lane, l.held_by, l.leased_by from leased l
    -- The heads as they are due, then those behind them as they stand.
    order by not l.head, case when l.head then l.due_at end, case when l.head then l.place end, l.seq;
end $$;
