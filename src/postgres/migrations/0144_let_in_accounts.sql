-- Whom the app let in, by GitHub's id: a login may have gone from one of them to another since.
alter table student_repository add column let_in_accounts bigint[] not null default '{}';
update student_repository set let_in_accounts = array(
  select distinct (accounts ->> lower(login))::bigint
  from unnest(let_in || members) login
  where accounts ? lower(login));
-- Of two accounts that had the same login, the one whose it is now was seen with it last.
alter table account add column named_at timestamptz not null default now();
