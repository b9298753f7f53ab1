// Template updates in the database: one row for each repository and commit of the template.
import type { StoredTemplateUpdate, TemplateStore } from '../ports/repository.ts';
import type { Database } from './pool.ts';

type Row = {
  repository: string;
  template_sha: string;
  from_sha: string | null;
  state: StoredTemplateUpdate['state'];
  commit_sha: string | null;
  pull_request: number | null;
  files: string[];
  conflicts: string[];
  at: Date;
};

export function templateStore(database: Database): TemplateStore {
  return {
    async saveTemplateUpdate(organisation, update) {
      const { repository, templateSha, fromSha, state, commit, pullRequest, files, conflicts, at } = update;
      await database.query(
        `insert into template_update
           (organisation, repository, template_sha, from_sha, state, commit_sha, pull_request, files, conflicts, at)
         values (lower($1), $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (organisation, repository, template_sha) do update set state = excluded.state,
           commit_sha = excluded.commit_sha, pull_request = excluded.pull_request, files = excluded.files,
           conflicts = excluded.conflicts, at = excluded.at`,
        [organisation, repository, templateSha, fromSha, state, commit, pullRequest, files, conflicts, at],
      );
    },
    async templateUpdates(organisation) {
      const { rows } = await database.query<Row>(
        'select * from template_update where organisation = lower($1) order by turn',
        [organisation],
      );
      return rows.map(toUpdate);
    },
  };
}

function toUpdate(row: Row): StoredTemplateUpdate {
  return {
    repository: row.repository,
    templateSha: row.template_sha,
    state: row.state,
    files: row.files,
    conflicts: row.conflicts,
    at: row.at,
    ...(row.from_sha === null ? {} : { fromSha: row.from_sha }),
    ...(row.commit_sha === null ? {} : { commit: row.commit_sha }),
    ...(row.pull_request === null ? {} : { pullRequest: row.pull_request }),
  };
}
