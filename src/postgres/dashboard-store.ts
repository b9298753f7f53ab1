// Dashboard issues in the database: which issue of a repository it is, and a digest of what was last written there.
import type { PracticeStore, StoredDashboard } from '../ports/practice.ts';
import type { Database } from './pool.ts';

type DashboardStore = Pick<PracticeStore, 'dashboardIssue' | 'saveDashboardIssue'>;

export function dashboardStore(database: Database): DashboardStore {
  return {
    async dashboardIssue(organisation, repository) {
      const { rows } = await database.query<{ number: number | null; digest: string | null }>(
        'select number, digest from dashboard_issue where organisation = lower($1) and repository = lower($2)',
        [organisation, repository],
      );
      return rows[0] && toStored(rows[0]);
    },
    async saveDashboardIssue(organisation, repository, { number, digest }) {
      await database.query(
        `insert into dashboard_issue (organisation, repository, number, digest) values (lower($1), lower($2), $3, $4)
         on conflict (organisation, repository) do update set number = excluded.number, digest = excluded.digest`,
        [organisation, repository, number, digest],
      );
    },
  };
}

function toStored({ number, digest }: { number: number | null; digest: string | null }): StoredDashboard {
  return { ...(number === null ? {} : { number }), ...(digest === null ? {} : { digest }) };
}
