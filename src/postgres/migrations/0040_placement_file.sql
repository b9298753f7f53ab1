-- Which file of the commit is the pipeline: there are three usual names.
alter table placement_submission add column file text not null default 'pipeline.yml';
