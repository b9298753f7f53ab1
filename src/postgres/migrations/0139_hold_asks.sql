-- How often somebody has asked since a hold began: each pause is twice the one before.
alter table hold add column asks int not null default 0;

-- What GitHub asks for is a hold of its installation like any other.
delete from hold where scope like 'wait/%';
delete from pace where budget = 'hold';
