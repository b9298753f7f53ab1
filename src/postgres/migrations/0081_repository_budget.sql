-- What a repository has used up of what it may cause in an hour, so that one that makes noise delays itself alone.

create table repository_budget (
  organisation text not null references course on delete cascade,
  repository text not null,                    -- lower case
  what text not null,
  hour timestamptz not null,                   -- course time
  used int not null,
  primary key (organisation, repository, what)
);
