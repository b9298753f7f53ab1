-- Who said which row of the roster they are. The roster in the course repository has the last word; this is how it gets there.
create table enrolment (
  organisation text not null references course on delete cascade,
  seq bigint generated always as identity,
  key text not null,                           -- of the row: the institution's id, or the name where there is none
  login text not null,
  account_id bigint not null,
  claimed_at timestamptz not null,
  undone_at timestamptz,
  undone_by text,
  written boolean not null default false,      -- the roster says so; of what was undone: says so no more
  primary key (organisation, seq)
);
create unique index enrolment_row on enrolment (organisation, key) where undone_at is null;
create unique index enrolment_account on enrolment (organisation, account_id) where undone_at is null;
