-- A repository is looked up by its name, of which GitHub does not tell cases apart, and by its owner.

create index student_repository_by_name on student_repository (organisation, lower(name));
create index student_repository_of_owner on student_repository (organisation, owner);
