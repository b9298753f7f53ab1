-- The one issue in a student repository that says where it stands: its number, and a digest of what was last written.

create table dashboard_issue (
  organisation text not null references course on delete cascade,
  repository text not null,                    -- lower case
  number int,                                  -- null where the repository has no issues
  digest text,                                 -- null: somebody touched it, so it is looked at again
  primary key (organisation, repository)
);

alter table endpoint add last_model text;      -- the model version that was last seen
