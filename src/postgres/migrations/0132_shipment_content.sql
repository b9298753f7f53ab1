-- A digest of what a shipment says, so that a plan that changes little is compared without reading all of it. Null: written
-- before there was one.

alter table shipment add column content text;
