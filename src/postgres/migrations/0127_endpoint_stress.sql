-- What a service takes at most, in requests a second, and where its next version is.
alter table endpoint add column load double precision, add column canary text;
