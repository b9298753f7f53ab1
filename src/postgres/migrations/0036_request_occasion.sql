-- Requests asked by hand: what asked for it, so that the same comment or command never asks twice.

alter table request add occasion text;         -- null for those on a release or at a random time
