-- What became of each student repository when its template changed.

create table template_update (
  organisation text not null references course on delete cascade,
  repository text not null,
  template_sha text not null,                  -- commit of the template that is brought in
  from_sha text,                               -- commit of the template that the repository had
  state text not null check (state in ('committed', 'proposed', 'conflict', 'current', 'merged', 'refused', 'unknown')),
  commit_sha text,                             -- the commit made, on the default branch or on a branch of its own
  pull_request int,
  files text[] not null default '{}',          -- what the template changed
  conflicts text[] not null default '{}',      -- what both sides changed
  at timestamptz not null,
  primary key (organisation, repository, template_sha)
);
