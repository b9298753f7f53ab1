// Reports that were posted to the app, and which identity tokens have proved one.
import type { PostedReport, ReportStore } from '../ports/report.ts';
import type { Database } from './pool.ts';
import { repositoryBudget } from './repository-budget.ts';

/** More than any honest repository posts: a report is one run of a workflow. */
const mostAnHour = 60;

export function reportStore(database: Database): ReportStore {
  return {
    ...repositoryBudget(database),
    useToken: (jti, by) => useToken(database, jti, by),
    async tokenUse(jti) {
      const { rows } = await database.query<{ usedBy: string }>(
        'select used_by as "usedBy" from used_token where jti = $1',
        [jti],
      );
      return rows[0]?.usedBy;
    },
    async knownEvidence(organisation, ids) {
      const { rows } = await database.query<{ id: string }>(
        'select id from evidence where organisation = lower($1) and id = any($2)',
        [organisation, ids],
      );
      return new Set(rows.map(({ id }) => id));
    },
    savePostedReport: (organisation, posted) => save(database, organisation, posted),
    async postedReports(organisation, repository, commit) {
      const { rows } = await database.query<PostedReport>(
        `select repository, digest, commit_sha as commit, body from posted_report
         where organisation = $1 and repository = $2 and commit_sha = $3 order by received_at, digest`,
        [organisation.toLowerCase(), repository.toLowerCase(), commit],
      );
      return rows;
    },
  };
}

/** True for the first who names the token, and for that one again. */
async function useToken(database: Database, jti: string, by: string): Promise<boolean> {
  await database.query('insert into used_token (jti, used_by) values ($1, $2) on conflict do nothing', [jti, by]);
  const { rowCount } = await database.query('select from used_token where jti = $1 and used_by = $2', [jti, by]);
  return rowCount === 1;
}

async function save(
  database: Database,
  organisation: string,
  { repository, digest, commit, body }: PostedReport,
): Promise<'kept' | 'known' | 'too-many'> {
  const place = [organisation.toLowerCase(), repository.toLowerCase()];
  const { rows } = await database.query<{ known: boolean; recent: number }>(
    `select coalesce(bool_or(digest = $3), false) as known,
       count(*) filter (where received_at > clock_timestamp() - interval '1 hour')::int as recent
     from posted_report where organisation = $1 and repository = $2`,
    [...place, digest],
  );
  const [{ known, recent }] = rows as [(typeof rows)[number]];
  if (known) return 'known';
  if (recent >= mostAnHour) return 'too-many';
  const { rowCount } = await database.query(
    `insert into posted_report (organisation, repository, digest, commit_sha, body)
     values ($1, $2, $3, $4, $5) on conflict do nothing`,
    [...place, digest, commit, body],
  );
  return rowCount === 1 ? 'kept' : 'known';
}
