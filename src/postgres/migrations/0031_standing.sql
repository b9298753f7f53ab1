-- Scores as they were last computed, so that a page need not read a month of probes; and evidence found by what grading asks for.

create table standing (
  organisation text not null references course on delete cascade,
  owner text not null,
  challenge text not null,
  at timestamptz not null,                     -- as of when
  basis text not null,                         -- digest of rules, shipments and decisions it rests on
  evidence_seq bigint not null,                -- newest evidence about the owner by then
  body jsonb not null,                         -- the row of the gradebook
  primary key (organisation, owner, challenge)
);

create index evidence_for_grades on evidence (organisation, challenge, owner, kind, at);
create index evidence_model_served on evidence (organisation, challenge, owner, at, id collate "C")
  where kind = 'probe' and body ? 'modelVersion' and body @> '{"ok": true}';
create index evidence_newest on evidence (organisation, owner, seq desc);
drop index evidence_by_owner;
