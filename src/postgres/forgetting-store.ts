// Everything about one person goes, in whatever table it is.
import type { Forgotten, ForgettingStore } from '../ports/forgetting.ts';
import type { Database } from './pool.ts';
import { toJson } from './to-json.ts';

/** Tables that say which repository they are about, and how they spell it. */
const byRepository = [
  ['posted_report', 'repository'],
  ['dashboard_issue', 'repository'],
  ['repository_budget', 'repository'],
  ['template_update', 'lower(repository)'],
  ['placement_submission', 'lower(repository)'],
  ['student_repository', 'lower(name)'],
] as const;
const byOwner = [
  'ledger_wanted',
  'request',
  'endpoint',
  'standing_owner',
  'standing_news',
  'drill',
  'reminder',
  'shipment',
  'student_repository',
] as const;

export function forgettingStore(database: Database): ForgettingStore {
  return {
    async countOwner(organisation, { slug, repositories, acts }) {
      const { rows } = await database.query<Forgotten>(
        `select (select count(*) from evidence where organisation = lower($1) and owner = $2)::int as evidence,
           (select count(*) from request where organisation = lower($1) and owner = $2)::int as requests,
           (select count(*) from shipment where organisation = lower($1) and owner = $2)::int as releases,
           (select count(*) from delivery where repository = any($3))::int as webhooks, $4::int as decisions`,
        [organisation, slug, fullNames(organisation, repositories), acts.length],
      );
      return rows[0]!;
    },
    async forgetOwner(organisation, { slug, repositories, tombstones, acts }) {
      const names = repositories.map((name) => name.toLowerCase());
      const about = [organisation, slug, toJson(tombstones), acts, names];
      await database.query('select forget_owner(lower($1), $2, $3::jsonb, $4, $5)', about);
      for (const table of byOwner)
        await database.query(`delete from ${table} where organisation = lower($1) and owner = $2`, [
          organisation,
          slug,
        ]);
      for (const [table, column] of byRepository)
        await database.query(`delete from ${table} where organisation = lower($1) and ${column} = any($2)`, [
          organisation,
          names,
        ]);
      await database.query('delete from standing_roster where organisation = lower($1)', [organisation]);
      // Places stay: what runs is known by its place.
      await database.query(
        `update reaction set body = jsonb_set(body, '{runs}', (
           select coalesce(jsonb_agg(case when run ->> 'owner' = $2 then $3::jsonb else run end order by place), '[]')
           from jsonb_array_elements(body -> 'runs') with ordinality as runs(run, place)))
         where organisation = lower($1)`,
        [organisation, slug, toJson({ owner: '', repository: '', state: 'over', why: 'forgotten on request' })],
      );
    },
    async forgetWork(organisation, repositories) {
      const names = repositories.map((name) => name.toLowerCase());
      const full = fullNames(organisation, repositories);
      await database.query('delete from delivery where repository = any($1)', [full]);
      await database.query(
        `delete from job where lower(payload->>'organisation') = lower($1) and lower(payload->>'repository') = any($2)
           or lane = any($3)`,
        [organisation, names, full.map((name) => `delivery/${name}`)],
      );
    },
    forgetAccounts: (organisation, logins, files) => forgetAccounts(database, organisation, logins, files),
  };
}

async function forgetAccounts(
  database: Database,
  organisation: string,
  logins: readonly string[],
  files: Record<string, string>,
): Promise<void> {
  const { ids, names } = await namesOf(database, organisation, logins);
  const theirs = [organisation, names, ids];
  await database.query('delete from session where lower(login) = any($1) or account_id = any($2::bigint[])', [
    names,
    ids,
  ]);
  for (const table of ['enrolment', 'account'])
    await database.query(
      `delete from ${table} where organisation = lower($1) and (lower(login) = any($2) or account_id = any($3::bigint[]))`,
      theirs,
    );
  await database.query(
    `update student_repository set
       members = array(select one from unnest(members) one where lower(one) <> all($2)),
       let_in = array(select one from unnest(let_in) one where lower(one) <> all($2)),
       let_in_accounts = array(select id from unnest(let_in_accounts) id where id <> all($3::bigint[])),
       accounts = (select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(accounts)
                   where key <> all($2) and value::text::bigint <> all($3::bigint[])),
       differences = (select coalesce(jsonb_agg(one), '[]') from jsonb_array_elements(differences) one
                      where lower(coalesce(one->>'login', '')) <> all($2) and lower(coalesce(one->>'found', '')) <> all($2))
     where organisation = lower($1)`,
    theirs,
  );
  await database.query(
    `update course set files = $3::jsonb, aliases = aliases - $2::text[],
       refused = case when refused is null then null else jsonb_set(refused, '{problems}', (
         select coalesce(jsonb_agg(one), '[]') from jsonb_array_elements(refused->'problems') one
         where not exists (select from unnest($2::text[]) name where name <> '' and position(name in lower(one::text)) > 0))) end
     where organisation = lower($1)`,
    [organisation, names, toJson(files)],
  );
  // They are kept for a while in case GitHub sends them again; what is not worked off yet is left for its job.
  await database.query(
    `delete from delivery where (lower(payload#>>'{sender,login}') = any($2) or payload#>>'{sender,id}' = any($3))
           and lower(coalesce(payload#>>'{organization,login}', payload#>>'{repository,owner,login}')) = lower($1)
           and not exists (select from job where key = 'delivery/' || guid)`,
    theirs,
  );
}

/** The accounts, and all names that they had, but for such as are somebody else's by now. */
async function namesOf(
  database: Database,
  organisation: string,
  logins: readonly string[],
): Promise<{ ids: string[]; names: string[] }> {
  const named = logins.map((login) => login.toLowerCase());
  const { rows } = await database.query<{ id: string }>(
    `select distinct on (lower(login)) account_id::text as id from account where organisation = lower($1) and lower(login) = any($2)
     order by lower(login), named_at desc, account_id desc`,
    [organisation, named],
  );
  const ids = rows.map(({ id }) => id);
  const found = await database.query<{ name: string }>(
    `select distinct key as name from student_repository, jsonb_each_text(accounts)
     where organisation = lower($1) and value = any($2::text[]) and key <> ''
       and key not in (select lower(login) from account where organisation = lower($1) and account_id::text <> all($2::text[]))`,
    [organisation, ids],
  );
  return { ids, names: [...new Set([...named, ...found.rows.map(({ name }) => name)])] };
}

function fullNames(organisation: string, repositories: readonly string[]): string[] {
  return repositories.map((name) => `${organisation}/${name}`.toLowerCase());
}
