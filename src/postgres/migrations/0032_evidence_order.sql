-- What the ledger does not have yet is found among the newest evidence, however much there is.

create index evidence_in_order on evidence (organisation, seq);
