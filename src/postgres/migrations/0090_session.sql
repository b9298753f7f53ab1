-- Who is signed in: a digest of what the browser keeps, so that a copy of this table opens nothing.
create table session (
  digest bytea primary key,
  account_id bigint not null,
  login text not null,
  opened_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null
);
create index session_account on session (lower(login));
create index session_expiry on session (expires_at);
