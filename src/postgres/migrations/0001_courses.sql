-- Courses as their teachers wrote them, and the repositories made for their students.

create table course (
  organisation text primary key,               -- lower-case login
  login text not null,                         -- as GitHub spells it
  organisation_id bigint not null,             -- GitHub's id
  installation_id bigint not null,
  repository text,                             -- name of the course repository, once one was read
  commit_sha text,                             -- commit of the course repository that is in force
  files jsonb not null default '{}',           -- path -> text of course.yml, the roster and every challenge in force
  facts jsonb not null default '{}',           -- source -> rows and columns of the dataset at that commit
  synced_at timestamptz
);

create table student_repository (
  organisation text not null references course on delete cascade,
  name text not null,
  owner text not null,
  members text[] not null,                     -- logins
  state text not null default 'planned' check (state in ('planned', 'ready', 'failed')),
  repository_id bigint,
  template_sha text,                           -- commit of the template it was made from
  default_branch text,
  last_error text,
  primary key (organisation, name)
);

create table shipment (
  organisation text not null references course on delete cascade,
  id text not null,
  challenge text not null,
  release text not null,
  owner text not null,
  repository text not null,
  due timestamptz not null,
  body jsonb not null,                         -- everything needed to carry it out
  state text not null default 'planned' check (state in ('planned', 'dispatched', 'failed', 'cancelled')),
  attempts int not null default 0,
  last_error text,
  dispatched_at timestamptz,
  receipt jsonb,                               -- where it is: commit, pull request, blob, bytes, sha256
  primary key (organisation, id)
);
create index shipment_by_repository on shipment (organisation, repository);

create table evidence (
  organisation text not null references course on delete cascade,
  id text not null,
  seq bigint generated always as identity,
  challenge text not null,
  owner text not null,
  kind text not null,
  at timestamptz not null,
  body jsonb not null,
  primary key (organisation, id)
);
create index evidence_by_owner on evidence (organisation, challenge, owner);

create table used_token (
  jti text primary key,                        -- an identity token proves one report, once
  check_run_id bigint not null,
  used_at timestamptz not null default now()
);
