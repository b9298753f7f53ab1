-- Whose a service is: the same address registered by two is seen by its normal form, and a service can say its repository.
alter table endpoint
  add address text,                            -- of url, in the form that all spellings of it share
  add proven_at timestamptz,                   -- when the service last named this owner's repository to a fresh nonce
  add says text;                               -- the repository of somebody else that it named instead
create index endpoint_address on endpoint (address);
