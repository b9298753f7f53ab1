-- A shipment may be staged before it is due: the branch of its pull request is there, and nobody was told.

alter table shipment add column staged_at timestamptz;
