-- Which update of a repository is the newest: closing an older pull request changes its row later than the newer one was written.

alter table template_update add column turn bigint generated always as identity;
