-- What the app saw when it last looked at a student repository, whom it has let in, and who people are, whatever they are called.
alter table student_repository
  add column let_in text[] not null default '{}',
  add column accounts jsonb not null default '{}',
  add column planned_at timestamptz,
  add column looked_at timestamptz,
  add column differences jsonb not null default '[]';

-- GitHub's numeric id is the identity: `slug` names the owner since the first contact, `login` is what the account is called.
create table account (
  organisation text not null,
  account_id bigint not null,
  login text not null,
  slug text not null,
  primary key (organisation, account_id)
);
create index account_login on account (organisation, lower(login));

-- Login (lower case) → slug, where an account was renamed.
alter table course add column aliases jsonb not null default '{}';
