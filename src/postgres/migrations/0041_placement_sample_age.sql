-- Samples are forgotten with the pipelines they counted; without this each step of the queue would read all of them to find the old ones.
create index placement_sample_age on placement_sample (organisation, at);
