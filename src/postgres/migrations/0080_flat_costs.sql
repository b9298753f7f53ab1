-- What a push costs must not depend on how large the class is: what flows ask for is found by an index, and what the ledger
-- does not have yet is written down by whoever adds it.

-- GitHub does not tell cases apart.
create index shipment_in_repository on shipment (organisation, lower(repository));
create index shipment_of_owner on shipment (organisation, owner);
create index shipment_of_challenge on shipment (organisation, challenge);

-- The part of a shipment that scores read, so that its body can stay where it is.
alter table shipment add column carrier text generated always as (body ->> 'carrier') stored;

-- Whose entries the ledger must look at again. Every reason is a row of its own: nobody waits for anybody else's.
create table ledger_wanted (
  id bigint generated always as identity primary key,
  organisation text not null references course on delete cascade,
  owner text not null,
  evidence_seq bigint,                         -- of a piece of evidence that is new
  whole boolean not null default false         -- all their evidence has to be looked through: they are new on the roster
);
create index ledger_wanted_of on ledger_wanted (organisation);

create function want_ledger_for_shipment() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into ledger_wanted (organisation, owner) select distinct organisation, owner from after;
  else
    insert into ledger_wanted (organisation, owner)
    select distinct after.organisation, after.owner from after join before using (organisation, id)
    where (after.state, after.due, after.dispatched_at, after.carrier)
      is distinct from (before.state, before.due, before.dispatched_at, before.carrier);
  end if;
  return null;
end $$;
create trigger shipment_added after insert on shipment referencing new table as after
  for each statement execute function want_ledger_for_shipment();
create trigger shipment_changed after update on shipment referencing old table as before new table as after
  for each statement execute function want_ledger_for_shipment();

create function want_ledger_for_evidence() returns trigger language plpgsql as $$
begin
  insert into ledger_wanted (organisation, owner, evidence_seq) select organisation, owner, seq from after;
  return null;
end $$;
create trigger evidence_added after insert on evidence referencing new table as after
  for each statement execute function want_ledger_for_evidence();

create function want_ledger_for_act() returns trigger language plpgsql as $$
begin
  insert into ledger_wanted (organisation, owner)
  select organisation, coalesce(body #>> '{extension,owner}', body #>> '{override,owner}') from after
  where coalesce(body #>> '{extension,owner}', body #>> '{override,owner}') is not null;
  return null;
end $$;
create trigger grade_act_added after insert on grade_act referencing new table as after
  for each statement execute function want_ledger_for_act();

-- What is there already may not have been entered yet.
insert into ledger_wanted (organisation, owner, whole)
select organisation, owner, true from (
  select organisation, owner from shipment union select organisation, owner from evidence
  union select organisation, coalesce(body #>> '{extension,owner}', body #>> '{override,owner}') from grade_act
) known where owner is not null;
