-- What the staff's channel was told is wrong: said once when it begins, and once when it is over.

create table staff_notice (
  key text primary key,
  said text not null,
  since timestamptz not null
);
