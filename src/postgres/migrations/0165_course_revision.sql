-- Which version of its files and of its people a course has: whoever has read that one need not read them again for every job and page.

alter table course add column revision uuid not null default gen_random_uuid();

create function revise_course() returns trigger language plpgsql as $$
begin
  new.revision := gen_random_uuid();
  return new;
end $$;
create trigger course_revised before update of files, facts, aliases on course for each row
  when ((old.files, old.facts, old.aliases) is distinct from (new.files, new.facts, new.aliases))
  execute function revise_course();

create function revise_course_of_account() returns trigger language plpgsql as $$
begin
  update course set revision = gen_random_uuid() where organisation in (select organisation from changed);
  return null;
end $$;
create trigger account_added after insert on account referencing new table as changed
  for each statement execute function revise_course_of_account();
create trigger account_changed after update on account referencing new table as changed
  for each statement execute function revise_course_of_account();
create trigger account_gone after delete on account referencing old table as changed
  for each statement execute function revise_course_of_account();
