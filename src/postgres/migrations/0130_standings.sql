-- What the pages about a whole class show is kept for each student as it was last computed, and found by pages, sums and orders
-- of the database: a page costs the same however large the class is. All of it can be computed again.

drop table standing;

-- The roster as the rows below were made for.
create table standing_roster (
  organisation text primary key references course on delete cascade,
  digest text not null
);

create table standing_owner (
  organisation text not null references course on delete cascade,
  owner text not null,
  place int not null,                          -- in order of the name
  name text not null,
  kind text not null,
  members jsonb not null,
  words text not null,                         -- what a search finds, in lower case
  version bigint not null default 0,           -- counts how often it was computed: whoever began before another does not write over it
  rules text,                                  -- digest of the rules it was computed by
  at timestamptz,                              -- as of when; null: not computed yet
  until timestamptz,                           -- time alone may have changed it after that
  total double precision not null default 0,
  of_points double precision not null default 0,
  shipped int not null default 0,              -- releases, by how far they got
  merged int not null default 0,
  green int not null default 0,
  red int not null default 0,
  planned int not null default 0,              -- shipments, by their state
  dispatched int not null default 0,
  failed int not null default 0,
  risk text,                                   -- why the student falls behind, which holds from `late_from` on
  open int not null default 0,
  open_since timestamptz,
  late_from timestamptz,
  primary key (organisation, owner)
);
create index standing_owner_place on standing_owner (organisation, place);
create index standing_owner_until on standing_owner (until);

create table standing (
  organisation text not null,
  owner text not null,
  challenge text not null,
  total double precision not null,
  criteria jsonb not null,                     -- criterion -> points, of how many, worth
  body jsonb not null,                         -- the row of the gradebook
  primary key (organisation, owner, challenge),
  foreign key (organisation, owner) references standing_owner on delete cascade
) with (toast_tuple_target = 128);             -- reasons lie apart: sorting does not read them

create table release_progress (
  organisation text not null,
  challenge text not null,
  release text not null,
  owner text not null,
  progress text not null,
  shipped_at timestamptz,
  merged_at timestamptz,
  green_at timestamptz,
  primary key (organisation, challenge, release, owner),
  foreign key (organisation, owner) references standing_owner on delete cascade
);
create index release_progress_owner on release_progress (organisation, owner);

-- Whose rows have to be computed again. Every reason is a row of its own: nobody waits for anybody else's.
create table standing_news (
  id bigint generated always as identity primary key,
  organisation text not null references course on delete cascade,
  owner text not null
);
create index standing_news_owner on standing_news (organisation, owner);

create function note_standing() returns trigger language plpgsql as $$
begin
  insert into standing_news (organisation, owner) select distinct organisation, owner from after;
  return null;
end $$;
create trigger standing_shipment_added after insert on shipment referencing new table as after
  for each statement execute function note_standing();
create trigger standing_evidence_added after insert on evidence referencing new table as after
  for each statement execute function note_standing();

create function note_standing_of_shipment() returns trigger language plpgsql as $$
begin
  insert into standing_news (organisation, owner)
  select distinct after.organisation, after.owner from after join before using (organisation, id)
  where (after.state, after.due, after.dispatched_at, after.carrier)
    is distinct from (before.state, before.due, before.dispatched_at, before.carrier);
  return null;
end $$;
create trigger standing_shipment_changed after update on shipment referencing old table as before new table as after
  for each statement execute function note_standing_of_shipment();

create function note_standing_of_act() returns trigger language plpgsql as $$
begin
  insert into standing_news (organisation, owner)
  select distinct organisation, coalesce(body #>> '{extension,owner}', body #>> '{override,owner}') from after
  where coalesce(body #>> '{extension,owner}', body #>> '{override,owner}') is not null;
  return null;
end $$;
create trigger standing_act_added after insert on grade_act referencing new table as after
  for each statement execute function note_standing_of_act();

-- What waits for a person, without looking through all repositories.
create index student_repository_wrong on student_repository (organisation, name)
  where state = 'failed' or differences <> '[]';
