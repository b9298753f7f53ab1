-- Three kinds of jobs: what somebody waits for, what is due to a whole class, and upkeep of repositories, which lets that go first.

alter table job add column kind text not null default 'prompt' check (kind in ('prompt', 'bulk', 'upkeep'));

update job set kind = case
  when name in ('provision-student', 'update-template', 'keep-dashboard-issue') then 'upkeep'
  when bulk then 'bulk'
  else 'prompt' end;

drop index job_due_prompt;
drop index job_due_bulk;
alter table job drop column bulk;
create index job_due on job (kind, due_at, place, seq) where state = 'open';
