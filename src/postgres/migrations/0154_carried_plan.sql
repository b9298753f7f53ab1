-- A merge that leaves a challenge as it is plans none of its thousands of shipments again: what was carried out is kept as a
-- digest of all that it was made from, and holds until somebody else changes what is stored.

create table carried_plan (
  organisation text primary key references course on delete cascade,
  token uuid not null default gen_random_uuid(), -- of this version: whoever planned by another writes none
  plans jsonb not null                           -- challenge -> { signature, shipments, others }
);

-- Of which challenges what is stored says something else since. Every change is a row of its own: nobody waits for anybody
-- else's, and what is committed while a plan is made is not taken for what the plan has seen.
create table plan_news (
  id bigint generated always as identity primary key,
  organisation text not null,
  challenge text not null,
  by xid8 not null default pg_current_xact_id()
);
create index plan_news_of on plan_news (organisation);

create function note_plan() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into plan_news (organisation, challenge) select distinct organisation, challenge from after;
  elsif tg_op = 'DELETE' then
    insert into plan_news (organisation, challenge) select distinct organisation, challenge from before;
  else
    insert into plan_news (organisation, challenge)
    select distinct before.organisation, before.challenge from before left join after using (organisation, id)
    where after.id is null or after.content is distinct from before.content
      or (after.state = 'cancelled') <> (before.state = 'cancelled');
  end if;
  return null;
end $$;
create trigger plan_shipment_added after insert on shipment referencing new table as after
  for each statement execute function note_plan();
create trigger plan_shipment_changed after update on shipment referencing old table as before new table as after
  for each statement execute function note_plan();
create trigger plan_shipment_gone after delete on shipment referencing old table as before
  for each statement execute function note_plan();
