-- Reports that the Action posted to the app itself, each proven by its token before it is kept.

create table posted_report (
  organisation text not null references course on delete cascade,
  repository text not null,                    -- lower case
  digest text not null,                        -- SHA-256 of the report: the same again is dropped
  commit_sha text not null,                    -- the commit that people look at
  body text not null,                          -- as it was posted, its token included
  received_at timestamptz not null default clock_timestamp(), -- machine time
  primary key (organisation, repository, digest)
);
create index posted_report_by_commit on posted_report (organisation, repository, commit_sha);

-- A token proves one report, in a check run or posted: `check/ID` or `report/DIGEST`.
alter table used_token alter column check_run_id type text using 'check/' || check_run_id;
alter table used_token rename column check_run_id to used_by;
