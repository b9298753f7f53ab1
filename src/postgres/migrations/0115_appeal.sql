-- A student asks for a second look at a request, and a person answers: [{id, at, by, reason, issue, answer}].
alter table request add column appeals jsonb not null default '[]';
create index request_appealed on request (organisation) where appeals <> '[]';
