// Courses, installations and student repositories in the database.
import type { Difference } from '../domain/repository/repository.ts';
import type { CourseRecord, KnownAccount, RefusedCommit, StudentRepository } from '../ports/records.ts';
import type { Store } from '../ports/store.ts';
import { heldTexts, readAccounts, textColumns, textsOf, type CourseTexts, type TextRow } from './course-texts.ts';
import type { Database } from './pool.ts';
import { toJson } from './to-json.ts';

type CourseRow = TextRow & {
  login: string;
  installation_id: number;
  organisation_id: number;
  repository: string | null;
  workflow_repository: string | null;
  commit_sha: string | null;
  synced_at: Date | null;
  refused: (Omit<RefusedCommit, 'at'> & { at: string }) | null;
};

export type RepositoryRow = {
  name: string;
  owner: string;
  members: string[];
  state: StudentRepository['state'];
  repository_id: number | null;
  template_sha: string | null;
  default_branch: string | null;
  last_error: string | null;
  let_in: string[];
  let_in_accounts: number[];
  accounts: Record<string, number>;
  planned_at: Date | null;
  looked_at: Date | null;
  differences: Difference[];
};

type CourseStore = Pick<
  Store,
  | 'courses'
  | 'course'
  | 'saveInstallation'
  | 'removeInstallation'
  | 'saveCourse'
  | 'saveRefused'
  | 'saveWorkflowRepository'
  | 'studentRepositories'
  | 'studentRepository'
  | 'repositoriesOf'
  | 'repositoriesNamed'
  | 'differingRepositories'
  | 'saveStudentRepository'
  | 'lockStudentRepositories'
  | 'saveStudentRepositories'
  | 'accounts'
  | 'saveAccounts'
>;

export function courseStore(database: Database): CourseStore {
  return {
    courses: () => readCourses(database),
    course: async (organisation) => (await readCourses(database, organisation.toLowerCase()))[0],
    async saveInstallation({ login, id, organisationId }) {
      await database.query(
        `insert into course (organisation, login, installation_id, organisation_id) values (lower($1), $1, $2, $3)
         on conflict (organisation) do update set login = excluded.login, installation_id = excluded.installation_id,
           organisation_id = excluded.organisation_id`,
        [login, id, organisationId],
      );
    },
    async removeInstallation(organisation) {
      // What was released and graded stays; without an installation nothing more is done for it.
      await database.query('update course set installation_id = 0 where organisation = lower($1)', [organisation]);
    },
    async saveCourse(organisation, { repository, commitSha, files, facts }, at) {
      await database.query(
        `update course set repository = $2, commit_sha = $3, files = $4, facts = $5, synced_at = $6, refused = null where organisation = lower($1)`,
        [organisation, repository, commitSha, toJson(files), toJson(facts), at],
      );
    },
    async saveWorkflowRepository(organisation, name) {
      await database.query('update course set workflow_repository = $2 where organisation = lower($1)', [
        organisation,
        name,
      ]);
    },
    async saveRefused(organisation, refused) {
      await database.query('update course set refused = $2 where organisation = lower($1)', [
        organisation,
        toJson(refused),
      ]);
    },
    studentRepositories: (organisation) => readRepositories(database, '', [organisation]),
    repositoriesOf: (organisation, owner) => readRepositories(database, 'and owner = $2', [organisation, owner]),
    repositoriesNamed: (organisation, which) =>
      readRepositories(database, 'and (lower(name) = any($2) or repository_id = any($3))', [
        organisation,
        which.map(({ name }) => name.toLowerCase()),
        which.map(({ id }) => id),
      ]),
    // The second condition is that of the index `student_repository_wrong`.
    differingRepositories: (organisation) =>
      readRepositories(database, `and differences <> '[]' and (state = 'failed' or differences <> '[]')`, [
        organisation,
      ]),
    studentRepository: async (organisation, name) =>
      (await readRepositories(database, 'and lower(name) = lower($2)', [organisation, name]))[0],
    async lockStudentRepositories(organisation, names) {
      const { rows } = await database.query<RepositoryRow>(
        'select * from student_repository where organisation = lower($1) and lower(name) = any($2) order by name for update',
        [organisation, names.map((name) => name.toLowerCase())],
      );
      return rows.map(toRepository);
    },
    saveStudentRepository: (organisation, repository) => saveRepositories(database, organisation, [repository]),
    saveStudentRepositories: (organisation, all) => saveRepositories(database, organisation, all),
    accounts: (organisation) => readAccounts(database, organisation),
    saveAccounts: (organisation, accounts, aliases) => saveAccounts(database, organisation, accounts, aliases),
  };
}

async function readCourses(database: Database, organisation?: string): Promise<CourseRecord[]> {
  const held = heldTexts(organisation);
  const { rows } = await database.query<CourseRow>(
    `select organisation, login, installation_id, organisation_id, repository, workflow_repository, commit_sha, synced_at, refused,
       revision, ${textColumns}
     from course ${organisation === undefined ? '' : 'where organisation = $2'} order by organisation`,
    [[...held.keys()], ...(organisation === undefined ? [] : [organisation])],
  );
  return rows.map((row) => toCourse(row, textsOf(row, held)));
}

async function readRepositories(
  database: Database,
  condition: string,
  values: readonly unknown[],
): Promise<StudentRepository[]> {
  const { rows } = await database.query<RepositoryRow>(
    `select * from student_repository where organisation = lower($1) ${condition} order by name`,
    [...values],
  );
  return rows.map(toRepository);
}

async function saveAccounts(
  database: Database,
  organisation: string,
  accounts: readonly KnownAccount[],
  aliases: Record<string, string>,
): Promise<void> {
  await database.query(
    `insert into account (organisation, account_id, login, slug)
     select lower($1), * from unnest($2::bigint[], $3::text[], $4::text[])
     on conflict (organisation, account_id) do update set login = excluded.login, slug = excluded.slug, named_at = now()`,
    [organisation, accounts.map(({ id }) => id), accounts.map(({ login }) => login), accounts.map(({ slug }) => slug)],
  );
  await database.query('update course set aliases = $2 where organisation = lower($1)', [
    organisation,
    toJson(aliases),
  ]);
}

async function saveRepositories(
  database: Database,
  organisation: string,
  all: readonly StudentRepository[],
): Promise<void> {
  if (all.length === 0) return;
  const values = all.map(({ letIn = [], letInAccounts = [], accounts = {}, differences = [], ...one }) => ({
    name: one.name,
    owner: one.owner,
    members: one.members,
    state: one.state,
    let_in: letIn,
    let_in_accounts: letInAccounts,
    accounts,
    differences,
    repository_id: one.repositoryId,
    template_sha: one.templateSha,
    default_branch: one.defaultBranch,
    last_error: one.lastError,
    planned_at: one.plannedAt,
    looked_at: one.lookedAt,
  }));
  await database.query(
    `insert into student_repository
       (organisation, name, owner, members, state, repository_id, template_sha, default_branch, last_error, let_in,
        let_in_accounts, accounts, planned_at, looked_at, differences)
     select lower($1), name, owner, members, state, repository_id, template_sha, default_branch, last_error, let_in,
        let_in_accounts, accounts, planned_at, looked_at, differences
     from jsonb_to_recordset($2::jsonb) as r(name text, owner text, members text[], state text, repository_id bigint,
        template_sha text, default_branch text, last_error text, let_in text[], let_in_accounts bigint[], accounts jsonb, planned_at timestamptz,
        looked_at timestamptz, differences jsonb)
     order by name
     on conflict (organisation, name) do update set owner = excluded.owner, members = excluded.members,
       state = excluded.state, repository_id = excluded.repository_id, template_sha = excluded.template_sha,
       default_branch = excluded.default_branch, last_error = excluded.last_error, let_in = excluded.let_in,
       let_in_accounts = excluded.let_in_accounts, accounts = excluded.accounts, planned_at = excluded.planned_at, looked_at = excluded.looked_at,
       differences = excluded.differences`,
    [organisation, toJson(values)],
  );
}

function toCourse(row: CourseRow, { files, facts, aliases }: CourseTexts): CourseRecord {
  return {
    organisation: row.organisation,
    login: row.login,
    installationId: row.installation_id,
    organisationId: row.organisation_id,
    files,
    facts,
    ...(row.repository === null ? {} : { repository: row.repository }),
    ...(row.workflow_repository === null ? {} : { workflowRepository: row.workflow_repository }),
    ...(row.commit_sha === null ? {} : { commitSha: row.commit_sha }),
    ...(row.synced_at === null ? {} : { syncedAt: row.synced_at }),
    ...(Object.keys(aliases).length === 0 ? {} : { aliases }),
    ...(row.refused === null ? {} : { refused: { ...row.refused, at: new Date(row.refused.at) } }),
  };
}

export function toRepository(row: RepositoryRow): StudentRepository {
  return {
    name: row.name,
    owner: row.owner,
    members: row.members,
    state: row.state,
    ...(row.repository_id === null ? {} : { repositoryId: row.repository_id }),
    ...(row.template_sha === null ? {} : { templateSha: row.template_sha }),
    ...(row.default_branch === null ? {} : { defaultBranch: row.default_branch }),
    ...(row.last_error === null ? {} : { lastError: row.last_error }),
    letIn: row.let_in,
    letInAccounts: row.let_in_accounts.map(Number),
    accounts: row.accounts,
    ...(row.planned_at === null ? {} : { plannedAt: row.planned_at }),
    ...(row.looked_at === null ? {} : { lookedAt: row.looked_at }),
    ...(row.differences.length === 0 ? {} : { differences: row.differences.map(withDates) }),
  };
}

/** JSON knows no dates. */
function withDates(difference: Difference): Difference {
  return difference.kind === 'invited' ? { ...difference, since: new Date(difference.since) } : difference;
}
