-- What the staff wrote to a student from the page of a challenge: the same words once, by whom, and whether they are said by now.
create table reminder (
  organisation text not null references course on delete cascade,
  id text not null,                            -- digest of whom it is for and what it says
  challenge text not null,
  owner text not null,
  repository text not null,
  body text not null,
  written_at timestamptz not null,
  written_by text not null,
  sent_at timestamptz,
  primary key (organisation, id)
);
create index reminder_of on reminder (organisation, challenge, owner, written_at desc);
