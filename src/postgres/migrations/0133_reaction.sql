-- What a release that nobody has yet would do to the class: one row for each commit of a pull request of the course that was asked about.

create table reaction (
  organisation text not null references course on delete cascade,
  id text not null,                            -- from commit and challenge
  pull int not null,
  at timestamptz not null default clock_timestamp(), -- machine time
  body jsonb not null,                         -- the reaction as the pure core keeps it: runs, outcomes in numbers
  primary key (organisation, id)
);
create index reaction_by_pull on reaction (organisation, pull);
