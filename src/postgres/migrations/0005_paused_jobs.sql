-- A person may hold a job: it keeps its place and its due date, and is not claimed until it is let go.

alter table job drop constraint job_state_check;
alter table job add constraint job_state_check check (state in ('open', 'paused', 'parked'));
