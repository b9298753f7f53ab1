-- What has rested enough is found first and then changed by its keys. As one statement with a limit of 5,000 it was planned for 5,000 of
-- them, and read the whole table at every claim while it had some tens of thousands of jobs. And the moment is asked once: no index is
-- searched by a clock that may say something else for each row, so that all that rested were read, also those that had not rested enough.
create or replace function tend_jobs(now timestamptz) returns void language plpgsql as $$
declare keys text[]; names text[]; moment timestamptz := clock_timestamp();
begin
  select array_agg(key) into keys from (
    select key from job where state = 'open' and rests and not_before <= moment
    order by not_before limit 5000 for update skip locked) as rested;
  if keys is not null then
    update job set rests = false where key = any(keys);
  end if;
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
