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

/** As of the moment $3, by the rules $2. */
const isStale = `(s.at is null or s.at > $3 or s.until < $3 or s.rules is distinct from $2
  or exists (select from standing_news n where n.organisation = s.organisation and n.owner = s.owner))`;

export function standingStore(database: Database): Kept {
  return {
    keepRoster: (organisation, digest, owners) => keepRoster(database, organisation, digest, owners),
    async forgetRoster(organisation) {
      await database.query('delete from standing_roster where organisation = lower($1)', [organisation]);
    },
    async staleOwners(organisation, rules, now, limit) {
      const { rows } = await database.query<StaleOwner>(
        `select owner, version from standing_owner s where organisation = lower($1) and ${isStale} order by owner limit $4`,
        [organisation, rules, now, limit],
      );
      return rows;
    },
    async countStale(organisation, rules, now) {
      const { rows } = await database.query<{ count: number }>(
        `select count(*) from standing_owner s where organisation = lower($1) and ${isStale}`,
        [organisation, rules, now],
      );
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

async function save(
  database: Database,
  organisation: string,
  all: readonly KeptStanding[],
  news: readonly number[],
): Promise<string[]> {
  const rows = all.flatMap((one) =>
    one.rows.map((body) => ({
      owner: one.owner,
      challenge: body.challenge,
      total: body.total,
      criteria: Object.fromEntries(
        Object.entries(body.criteria).map(([name, { points, of, worth }]) => [name, { points, of, worth }]),
      ),
      body,
    })),
  );
  const releases = all.flatMap((one) =>
    one.releases.map(({ challenge, release, progress, shippedAt, mergedAt, greenAt }) => {
      const times = { shipped_at: shippedAt, merged_at: mergedAt, green_at: greenAt };
      return { owner: one.owner, challenge, release, progress, ...times };
    }),
  );
  const saved = await database.query<{ owner: string }>(saveText, [
    organisation,
    toJson(all.map(toRow)),
    toJson(rows),
    toJson(releases),
    news,
  ]);
  return saved.rows.map(({ owner }) => owner);
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
const saveText = `with given as materialized (
    select * from jsonb_to_recordset($2::jsonb) as g(owner text, version bigint, rules text, at timestamptz,
      until timestamptz, total float8, of_points float8, shipped int, merged int, green int, red int, planned int,
      dispatched int, failed int, risk text, open int, open_since timestamptz, late_from timestamptz)
  ), held as materialized (
    select s.owner from standing_owner s join given g on g.owner = s.owner and g.version = s.version
    where s.organisation = lower($1) order by s.owner for update of s
  ), saved as (
    update standing_owner s set version = s.version + 1,
      (rules, at, until, ${counts}, risk, open, open_since, late_from) =
      (g.rules, g.at, g.until, ${counts.replaceAll(/\w+/g, 'g.$&')}, g.risk, g.open, g.open_since, g.late_from)
    from given g join held using (owner) where s.organisation = lower($1) and s.owner = g.owner returning s.owner
  ), rows as materialized (
    select r.* from jsonb_to_recordset($3::jsonb)
      as r(owner text, challenge text, total float8, criteria jsonb, body jsonb) join held using (owner)
  ), releases as materialized (
    select r.* from jsonb_to_recordset($4::jsonb) as r(owner text, challenge text, release text, progress text,
      shipped_at timestamptz, merged_at timestamptz, green_at timestamptz) join held using (owner)
  ), no_row as (
    delete from standing s using held where s.organisation = lower($1) and s.owner = held.owner
      and not exists (select from rows r where r.owner = s.owner and r.challenge = s.challenge)
  ), no_release as (
    delete from release_progress p using held where p.organisation = lower($1) and p.owner = held.owner
      and not exists (select from releases r
        where (r.owner, r.challenge, r.release) = (p.owner, p.challenge, p.release))
  ), new_rows as (
    insert into standing (organisation, owner, challenge, total, criteria, body)
    select lower($1), owner, challenge, total, criteria, body from rows
    on conflict (organisation, owner, challenge) do update
      set total = excluded.total, criteria = excluded.criteria, body = excluded.body
  ), new_releases as (
    insert into release_progress as p (organisation, challenge, release, owner, progress, shipped_at, merged_at, green_at)
    select lower($1), challenge, release, owner, progress, shipped_at, merged_at, green_at from releases
    on conflict (organisation, challenge, release, owner) do update set progress = excluded.progress,
      shipped_at = excluded.shipped_at, merged_at = excluded.merged_at, green_at = excluded.green_at
    where (p.progress, p.shipped_at, p.merged_at, p.green_at)
      is distinct from (excluded.progress, excluded.shipped_at, excluded.merged_at, excluded.green_at)
  ), heard as (
    delete from standing_news n using held where n.id = any($5) and n.owner = held.owner
  )
  select owner from saved`;
