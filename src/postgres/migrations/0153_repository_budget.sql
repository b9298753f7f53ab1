-- Bytes of an hour may be more than two thousand million.

alter table repository_budget alter column used type bigint;
