-- What people decide about grades: more time, a grade of their own, the release of the points. Only ever added to.

create table grade_act (
  organisation text not null references course on delete cascade,
  id text not null,                            -- the same decision, told twice, is one
  seq bigint generated always as identity,
  at timestamptz not null,
  body jsonb not null,
  primary key (organisation, id)
);

-- Silence hid mistakes: whoever tries to change what may only be added to is told so. With its course, all of it may go.
drop rule ledger_keeps on ledger;

create function keep_row() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and not exists (select from course where organisation = old.organisation) then
    return old;
  end if;
  raise exception '% is only ever added to: % refused', tg_table_name, lower(tg_op) using errcode = 'restrict_violation';
end $$;

create trigger ledger_keeps before update or delete on ledger for each row execute function keep_row();
create trigger ledger_stays before truncate on ledger for each statement execute function keep_row();
create trigger evidence_keeps before update or delete on evidence for each row execute function keep_row();
create trigger evidence_stays before truncate on evidence for each statement execute function keep_row();
create trigger grade_act_keeps before update or delete on grade_act for each row execute function keep_row();
create trigger grade_act_stays before truncate on grade_act for each statement execute function keep_row();
