-- Work: webhooks as they arrived, jobs with leases, and the shared pace towards GitHub.

create table delivery (
  guid text primary key,                       -- X-GitHub-Delivery: the same again is dropped
  event text not null,
  action text,
  installation_id bigint,
  repository text,
  payload jsonb not null,
  received_at timestamptz not null
);
create index delivery_age on delivery (received_at);

create table job (
  key text primary key,                        -- deterministic: queueing the same work twice changes nothing
  seq bigint generated always as identity,
  name text not null,                          -- row of the job table
  payload jsonb not null,
  lane text,                                   -- jobs of one lane run one at a time, in order
  due_at timestamptz not null,                 -- course time
  not_before timestamptz not null default clock_timestamp(), -- machine time: back-off, and the lease of whoever works on it
  leased_by uuid,
  rerun boolean not null default false,        -- queued again while somebody worked on it
  attempts int not null default 0,
  last_error text,
  state text not null default 'open' check (state in ('open', 'parked'))
);
create index job_due on job (due_at, seq) where state = 'open';
create index job_lane on job (lane, seq) where state = 'open' and lane is not null;

create function notify_job() returns trigger language plpgsql as $$
begin
  perform pg_notify('job', '');
  return null;
end $$;
create trigger job_queued after insert or update of due_at, state on job
  for each statement execute function notify_job();

create table pace (
  installation_id bigint not null,
  budget text not null,
  next_free timestamptz not null,              -- machine time at which the budget would be empty again
  primary key (installation_id, budget)
);
