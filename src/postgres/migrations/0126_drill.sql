-- Incident drills: those that began, and those that never could. What is only planned follows from the course.
create table drill (
  organisation text not null references course on delete cascade,
  id text not null,
  challenge text not null,
  owner text not null,
  repository text not null,
  state text not null,
  body jsonb not null,
  primary key (organisation, id)
);
create index drill_by_owner on drill (organisation, owner);
-- A class begins few drills; an owner has one at a time, whatever two processes think.
create unique index drill_one_at_a_time on drill (organisation, owner) where state = 'running';
