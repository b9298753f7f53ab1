-- The repository that holds the reusable workflow and nothing else, where the app has made one: null, and it is in the course repository.

alter table course add column workflow_repository text;
