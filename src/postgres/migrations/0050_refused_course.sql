-- The newest commit of the course repository, where it was refused: what is in force is an older one.

alter table course add column refused jsonb;   -- { commit, at, problems }, null when the newest commit is in force
