-- How the whole stands is asked every few seconds: it is counted from what is open, failed or put aside, by indexes, and not from every
-- job and shipment that there is.

create index shipment_open on shipment (organisation, due, id) where state in ('planned', 'failed');
create index shipment_failed on shipment (organisation) where state = 'failed';
create index shipment_sent on shipment (organisation) where state = 'dispatched';
create index job_paused on job (key) where state = 'paused';
create index endpoint_suspect on endpoint (suspect_since) where suspect_code is not null;
create index student_repository_id on student_repository (organisation, repository_id);
