-- What the first of two probes saw: services that fail at the same moment are told from one that fails alone while none
-- of them is confirmed yet.
alter table endpoint add column suspect_code text;
