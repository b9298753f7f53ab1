-- Whose task runs where: one queue for each organisation, as the pure core keeps it, and what was submitted to it.

create table placement (
  organisation text primary key references course on delete cascade,
  state jsonb                                  -- null until the first submission
);

create table placement_submission (
  organisation text not null references course on delete cascade,
  id text not null,                            -- of the pipeline in the queue
  repository text not null,
  commit_sha text not null,
  primary key (organisation, id)
);

create table placement_sample (
  organisation text not null references course on delete cascade,
  seq bigint generated always as identity,
  at double precision not null,                -- seconds of the epoch
  kind text not null,
  running int not null,
  waiting int not null,
  primary key (organisation, seq)
);
