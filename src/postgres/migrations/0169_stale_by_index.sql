-- Whose standing is to be computed again is found among those about whom there is news, and not by looking at each of the class.
create index standing_owner_rules on standing_owner (organisation, rules, at);
