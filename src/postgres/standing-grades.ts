// Rows of the gradebook as last computed: found, ordered and cut into pages by the database.
import type { GradebookRow } from '../domain/grade/gradebook.ts';
import type { Cut, GradebookSelection, StandingStore } from '../ports/standings.ts';
import type { Database } from './pool.ts';

type Grades = Pick<StandingStore, 'standingsWith' | 'findGrades'>;
type Judged = Awaited<ReturnType<StandingStore['standingsWith']>>[number];

export function standingGrades(database: Database): Grades {
  return {
    async standingsWith(organisation, criterion) {
      const { rows } = await database.query<Judged>(
        `select owner, name, challenge, (criteria -> $2 ->> 'of')::float8 as of, (criteria -> $2 ->> 'worth')::float8 as worth
         from standing join standing_owner using (organisation, owner)
         where organisation = lower($1) and criteria ? $2 order by challenge, place`,
        [organisation, criterion],
      );
      return rows;
    },
    findGrades: (organisation, challenges, selection, { from, limit }) =>
      findGrades(database, [organisation, challenges], selection, [from, limit]),
  };
}

async function findGrades(
  database: Database,
  [organisation, challenges]: [string, readonly string[]],
  { sort, descending, text }: GradebookSelection,
  [from, limit]: [number, number],
): Promise<Cut<GradebookRow> & { all: number }> {
  const where = `organisation = lower($1) and challenge = any($2)`;
  const found = `(strpos(words, $3) > 0 or strpos(lower(challenge), $3) > 0)`;
  const order =
    sort === 'name'
      ? 'place'
      : sort === 'score'
        ? 's.total'
        : `coalesce((criteria -> $6::text ->> 'points')::float8, -1)`;
  const { rows } = await database.query<{ body: GradebookRow }>(
    `select body from (
       select s.organisation, s.owner, s.challenge,
         row_number() over (order by ${order} ${descending ? 'desc' : 'asc'}, place,
           array_position($2, challenge)) as number
       from standing s join standing_owner using (organisation, owner) where ${where} and ${found}
       order by number offset $4 limit $5
     ) cut join standing using (organisation, owner, challenge) order by number`,
    [organisation, challenges, text, from, limit, ...(order.includes('$6') ? [sort] : [])],
  );
  const counted = await database.query<{ all: number; total: number }>(
    `select count(*) as all, count(*) filter (where ${found}) as total
     from standing join standing_owner using (organisation, owner) where ${where}`,
    [organisation, challenges, text],
  );
  return { rows: rows.map(({ body }) => withDates(body)), ...counted.rows[0]! };
}

function withDates(row: GradebookRow): GradebookRow {
  return { ...row, overrides: row.overrides.map((override) => ({ ...override, at: new Date(override.at) })) };
}
