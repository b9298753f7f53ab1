-- Practice: requests and what was handed in, endpoints as they are registered, and the ledger behind the grades.

create table request (
  organisation text not null references course on delete cascade,
  id text not null,
  challenge text not null,
  owner text not null,
  repository text not null,
  release text not null,
  rule int not null,                           -- index in the challenge's requests
  turn int not null,                           -- which of a rule's random requests; 0 for those on a release
  state text not null default 'planned' check (state in ('planned', 'open', 'closed')),
  due timestamptz not null,
  body jsonb not null,                         -- what the student is told
  expectation jsonb not null,                  -- what only the judge knows
  commit_sha text,                             -- the commit that delivered it
  answers jsonb not null default '[]',         -- what was handed in, in the order in which it was received
  primary key (organisation, id)
);
create index request_by_repository on request (organisation, lower(repository));

create table endpoint (
  organisation text not null references course on delete cascade,
  repository text not null,                    -- lower case
  owner text not null,
  url text,
  shape text,
  problem text,                                -- why what was registered cannot be used
  looked_at timestamptz,                       -- when the registration was read; null: it may have changed
  suspect_since timestamptz,                   -- a failure that waits for its second probe
  last_at timestamptz,
  last_ok boolean,
  last_code text,
  primary key (organisation, repository)
);
create index endpoint_recent on endpoint (last_at);

create table ledger (
  organisation text not null references course on delete cascade,
  seq bigint not null,                         -- from 1, without gaps
  subject text not null,                       -- what the entry is about: the latest of a subject holds
  digest text not null,                        -- of its content, without the moment
  hash text not null,
  line text not null,                          -- the entry in canonical JSON
  evidence_seq bigint,                         -- of an observation: its number among the evidence
  primary key (organisation, seq)
);
create index ledger_subject on ledger (organisation, subject, seq desc);
create index ledger_evidence on ledger (organisation, evidence_seq desc) where evidence_seq is not null;
create rule ledger_keeps as on update to ledger do instead nothing;
