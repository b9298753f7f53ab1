// Each student as last computed: whose turn it is to be computed again, and keeping what came of it.
import type { Owner } from '../domain/course/course.ts';
import type { KeptStanding, StaleOwner, StandingStore } from '../ports/standings.ts';
import type { Database } from './pool.ts';
import { toJson } from './to-json.ts';

type Kept = Pick<
  StandingStore,
  | 'keepRoster'
  | 'forgetRoster'
  | 'staleOwners'
  | 'countStale'
  | 'standingNews'
  | 'dropStrayNews'
  | 'saveStandings'
  | 'coursesOutOfTime'
>;

/** Owners of $1 who are not as of the moment $3 and by the rules $2; each part along an index. */
const stale = `select owner, version from standing_owner where organisation = lower($1) and owner in (
    select owner from standing_news where organisation = lower($1)
    ${[`until < $3`, `rules is null`, `rules < $2`, `rules > $2`, `rules = $2 and at is null`, `rules = $2 and at > $3`]
      .map((why) => `union all select owner from standing_owner where organisation = lower($1) and ${why}`)
      .join('\n    ')})`;

export function standingStore(database: Database): Kept {
  return {
    keepRoster: (organisation, digest, owners) => keepRoster(database, organisation, digest, owners),
    async forgetRoster(organisation) {
      await database.query('delete from standing_roster where organisation = lower($1)', [organisation]);
    },
    async staleOwners(organisation, rules, now, limit) {
      const { rows } = await database.query<StaleOwner>(`${stale} order by owner limit $4`, [
        organisation,
        rules,
        now,
        limit,
      ]);
      return rows;
    },
    async countStale(organisation, rules, now) {
      const { rows } = await database.query<{ count: number }>(`select count(*) from (${stale}) as counted`, [
        organisation,
        rules,
        now,
      ]);
      return rows[0]!.count;
    },
    async standingNews(organisation, owners) {
      const { rows } = await database.query<{ id: number }>(
        'select id from standing_news where organisation = lower($1) and owner = any($2)',
        [organisation, owners],
      );
      return rows.map(({ id }) => id);
    },
    async dropStrayNews(organisation) {
      await database.query(
        `delete from standing_news n where organisation = lower($1) and not exists (
           select from standing_owner s where s.organisation = n.organisation and s.owner = n.owner)`,
        [organisation],
      );
    },
    saveStandings: (organisation, all, news) => save(database, organisation, all, news),
    async coursesOutOfTime(now) {
      const { rows } = await database.query<{ organisation: string }>(
        'select distinct organisation from standing_owner where until < $1 order by organisation',
        [now],
      );
      return rows.map(({ organisation }) => organisation);
    },
  };
}

async function keepRoster(
  database: Database,
  organisation: string,
  digest: string,
  owners: readonly Owner[],
): Promise<void> {
  const { rowCount } = await database.query(
    'select from standing_roster where organisation = lower($1) and digest = $2',
    [organisation, digest],
  );
  if (rowCount === 1) return;
  const values = owners.map(({ slug: owner, kind, name, members }, place) => ({
    owner,
    place,
    kind,
    name,
    members,
    words: wordsOf({ slug: owner, name, members }),
  }));
  // One after the other: whoever comes second finds the first one's rows.
  await database.query(
    `with kept as (
       insert into standing_roster (organisation, digest) values (lower($1), $2)
       on conflict (organisation) do update set digest = excluded.digest returning organisation
     ), given as materialized (
       select * from jsonb_to_recordset($3::jsonb)
         as g(owner text, place int, kind text, name text, members jsonb, words text)
     ), gone as (
       delete from standing_owner s using kept where s.organisation = kept.organisation
         and not exists (select from given where given.owner = s.owner)
     )
     insert into standing_owner as s (organisation, owner, place, kind, name, members, words)
     select kept.organisation, owner, place, kind, name, members, words from kept, given order by owner
     on conflict (organisation, owner) do update set place = excluded.place, kind = excluded.kind, name = excluded.name,
       members = excluded.members, words = excluded.words,
       at = case when (s.name, s.members) = (excluded.name, excluded.members) then s.at end
     where (s.place, s.kind, s.name, s.members, s.words)
       is distinct from (excluded.place, excluded.kind, excluded.name, excluded.members, excluded.words)`,
    [organisation, digest, toJson(values)],
  );
}

/** Line by line, so that a search finds what stands within one of them. */
function wordsOf({ slug, name, members }: Pick<Owner, 'slug' | 'name' | 'members'>): string {
  const words = [slug, name, ...members.flatMap((member) => [member.login, member.name ?? ''])];
  return words.join('\n').toLowerCase();
}

/** In a transaction. Rows are sets of arrays: of these PostgreSQL knows how many there are, of those in JSON it does not. */
async function save(
  database: Database,
  organisation: string,
  all: readonly KeptStanding[],
  news: readonly number[],
): Promise<string[]> {
  const saved = await database.query<{ owner: string }>(saveOwners, [organisation, toJson(all.map(toRow))]);
  const owners = saved.rows.map(({ owner }) => owner);
  const kept = all.filter(({ owner }) => owners.includes(owner));
  await saveRows(database, organisation, owners, kept);
  await saveReleases(database, organisation, owners, kept);
  await database.query(
    'delete from standing_news where organisation = lower($1) and id = any($2) and owner = any($3)',
    [organisation, news, owners],
  );
  return owners;
}

async function saveRows(
  database: Database,
  organisation: string,
  owners: readonly string[],
  kept: readonly KeptStanding[],
): Promise<void> {
  const rows = kept.flatMap((keptStanding) => keptStanding.rows.map((row) => ({ ...row, owner: keptStanding.owner })));
  const names = [rows.map(({ owner }) => owner), rows.map(({ challenge }) => challenge)];
  await database.query(
    `delete from standing where organisation = lower($1) and owner = any($2)
       and (owner, challenge) not in (select * from unnest($3::text[], $4::text[]))`,
    [organisation, owners, ...names],
  );
  await database.query(
    `insert into standing as s (organisation, owner, challenge, total, criteria, body)
     select lower($1), * from unnest($2::text[], $3::text[], $4::float8[], $5::jsonb[], $6::jsonb[])
     on conflict (organisation, owner, challenge) do update
       set total = excluded.total, criteria = excluded.criteria, body = excluded.body
     where (s.total, s.criteria, s.body) is distinct from (excluded.total, excluded.criteria, excluded.body)`,
    [organisation, ...names, rows.map(({ total }) => total), rows.map(pointsOf), rows.map((row) => toJson(row))],
  );
}

function pointsOf({ criteria }: KeptStanding['rows'][number]): string {
  const entries = Object.entries(criteria).map(
    ([name, { points, of, worth }]) => [name, { points, of, worth }] as const,
  );
  return toJson(Object.fromEntries(entries));
}

async function saveReleases(
  database: Database,
  organisation: string,
  owners: readonly string[],
  kept: readonly KeptStanding[],
): Promise<void> {
  const all = kept.flatMap((keptStanding) =>
    keptStanding.releases.map((release) => ({ ...release, owner: keptStanding.owner })),
  );
  const names = [
    all.map(({ owner }) => owner),
    all.map(({ challenge }) => challenge),
    all.map(({ release }) => release),
  ];
  await database.query(
    `delete from release_progress where organisation = lower($1) and owner = any($2)
       and (owner, challenge, release) not in (select * from unnest($3::text[], $4::text[], $5::text[]))`,
    [organisation, owners, ...names],
  );
  await database.query(
    `insert into release_progress as p (organisation, owner, challenge, release, progress, shipped_at, merged_at, green_at)
     select lower($1), * from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[],
       $8::timestamptz[])
     on conflict (organisation, challenge, release, owner) do update set progress = excluded.progress,
       shipped_at = excluded.shipped_at, merged_at = excluded.merged_at, green_at = excluded.green_at
     where (p.progress, p.shipped_at, p.merged_at, p.green_at)
       is distinct from (excluded.progress, excluded.shipped_at, excluded.merged_at, excluded.green_at)`,
    [
      organisation,
      ...names,
      all.map(({ progress }) => progress),
      ...(['shippedAt', 'mergedAt', 'greenAt'] as const).map((time) => all.map((progress) => progress[time] ?? null)),
    ],
  );
}

function toRow({ owner, version, rules, at, until, rows, releases, shipments, risk }: KeptStanding) {
  return {
    owner,
    version,
    rules,
    at,
    until,
    ...shipments,
    total: rows.reduce((sum, row) => sum + row.total, 0),
    of_points: rows.reduce((sum, row) => sum + row.of, 0),
    shipped: releases.filter(({ shippedAt }) => shippedAt).length,
    merged: releases.filter(({ mergedAt }) => mergedAt).length,
    green: releases.filter(({ greenAt }) => greenAt).length,
    red: releases.filter(({ progress }) => progress === 'red').length,
    ...(risk
      ? {
          risk: risk.kind,
          open: risk.open,
          open_since: risk.since,
          late_from: risk.from,
        }
      : { open: 0 }),
  };
}

const counts = 'total, of_points, shipped, merged, green, red, planned, dispatched, failed';

/** Owners are held in order, so that two who save at once wait for each other and never both; one of them is then too late. */
const saveOwners = `with given as materialized (
    select * from jsonb_to_recordset($2::jsonb) as g(owner text, version bigint, rules text, at timestamptz,
      until timestamptz, total float8, of_points float8, shipped int, merged int, green int, red int, planned int,
      dispatched int, failed int, risk text, open int, open_since timestamptz, late_from timestamptz)
  ), held as materialized (
    select s.owner from standing_owner s join given g on g.owner = s.owner and g.version = s.version
    where s.organisation = lower($1) order by s.owner for update of s
  )
  update standing_owner s set version = s.version + 1,
    (rules, at, until, ${counts}, risk, open, open_since, late_from) =
    (g.rules, g.at, g.until, ${counts.replaceAll(/\w+/g, 'g.$&')}, g.risk, g.open, g.open_since, g.late_from)
  from given g join held using (owner) where s.organisation = lower($1) and s.owner = g.owner returning s.owner`;
