-- Which button of the dashboard was pressed by whom. Only ever added to.
create table staff_act (
  organisation text not null references course on delete cascade,
  seq bigint generated always as identity,
  at timestamptz not null default clock_timestamp(),
  account_id bigint,                           -- absent: whoever holds the dashboard's token
  login text,
  act text not null,
  subject text not null,
  primary key (organisation, seq)
);

create trigger staff_act_keeps before update or delete on staff_act for each row execute function keep_row();
create trigger staff_act_stays before truncate on staff_act for each statement execute function keep_row();
