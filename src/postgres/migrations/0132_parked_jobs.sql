-- What waits for a person is found without reading all jobs; and repositories are looked up in lower case only.

create index job_parked on job (seq) where state = 'parked';
drop index shipment_by_repository;
