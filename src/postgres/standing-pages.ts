// The course page: rows found, ordered and cut by the database.
import type { Risk } from '../domain/evidence/fall-behind.ts';
import type { ReleaseProgress } from '../domain/evidence/release-progress.ts';
import type { StudentRepository } from '../ports/records.ts';
import type { ClassTotals, Cut, StandingStore, StudentSelection, StudentStanding } from '../ports/standings.ts';
import { toRepository, type RepositoryRow } from './course-store.ts';
import type { Database } from './pool.ts';

type Pages = Pick<
  StandingStore,
  'classTotals' | 'groupsOf' | 'findStudents' | 'behindFirst' | 'releasesOf' | 'wrongRepositories'
>;

type OwnerRow = Omit<StudentStanding, 'isKnown' | 'of' | 'risk'> & {
  is_known: boolean;
  of_points: number;
  risk: Risk['kind'] | null;
  open: number;
  open_since: Date | null;
};

const columns = `owner, name, kind, members, at is not null as is_known, total, of_points, shipped, green,
  case when late_from < $2 then risk end as risk, open, open_since`;

export function standingPages(database: Database): Pages {
  return {
    async classTotals(organisation, now) {
      const { rows } = await database.query<ClassTotals>(
        `select count(*) as students, count(*) filter (where kind = 'group') as groups,
           coalesce(sum(shipped), 0) as shipped, coalesce(sum(merged), 0) as merged, coalesce(sum(green), 0) as green,
           coalesce(sum(planned), 0) as planned, coalesce(sum(dispatched), 0) as dispatched,
           coalesce(sum(failed), 0) as failed, count(*) filter (where of_points > 0) as graded,
           coalesce(avg(total / of_points) filter (where of_points > 0), 0) as mean,
           count(*) filter (where late_from < $2) as behind
         from standing_owner where organisation = lower($1)`,
        [organisation, now],
      );
      return rows[0]!;
    },
    async groupsOf(organisation) {
      const { rows } = await database.query<{ slug: string; name: string }>(
        `select owner as slug, name from standing_owner where organisation = lower($1) and kind = 'group' order by place`,
        [organisation],
      );
      return rows;
    },
    findStudents: (organisation, selection, now, { from, limit }) =>
      findStudents(database, organisation, selection, [now, from, limit]),
    async behindFirst(organisation, now, limit) {
      const { rows } = await database.query<OwnerRow>(
        `select ${columns} from standing_owner where organisation = lower($1) and late_from < $2
         order by array_position(array['silent', 'red', 'unmerged', 'idle'], risk), open_since, place limit $3`,
        [organisation, now, limit],
      );
      return rows.map((row) => ({ ...toStudent(row), risk: toRisk(row)! }));
    },
    async releasesOf(organisation, owners, challenges) {
      const { rows } = await database.query<ReleaseRow>(
        `select owner, challenge, release, progress, shipped_at, merged_at, green_at from release_progress
         where organisation = lower($1) and owner = any($2) and challenge = any($3)`,
        [organisation, owners, challenges],
      );
      return rows.map(toRelease);
    },
    async wrongRepositories(organisation, limit) {
      return {
        broken: await wrong(database, organisation, `state = 'failed'`, limit),
        differing: await wrong(database, organisation, `state <> 'failed' and differences <> '[]'`, limit),
      };
    },
  };
}

const orders: Record<StudentSelection['sort'], string> = {
  name: 'place',
  score: 'case when of_points > 0 then total / of_points else 0 end',
  progress: 'green',
  // Who has been behind the longest comes first; who is not behind comes last.
  risk: `case when late_from < $2 then open_since else 'infinity' end`,
};

const shown: Record<StudentSelection['show'], string> = {
  all: 'true',
  risk: 'late_from < $2',
  silent: `late_from < $2 and risk = 'silent'`,
  red: 'red > 0',
  done: 'green = shipped',
};

async function findStudents(
  database: Database,
  organisation: string,
  { sort, descending, show, group, text }: StudentSelection,
  [now, from, limit]: [Date, number, number],
): Promise<Cut<StudentStanding>> {
  const where = `organisation = lower($1) and ${shown[show]} and (strpos(words, $3) > 0)
    and case $4 when '' then true when '-' then kind = 'student' else kind = 'group' and owner = $4 end`;
  const { rows } = await database.query<OwnerRow>(
    `select ${columns} from standing_owner where ${where}
     order by ${orders[sort]} ${descending ? 'desc' : 'asc'}, place offset $5 limit $6`,
    [organisation, now, text, group, from, limit],
  );
  const counted = await database.query<{ total: number }>(
    `select count(*) as total from standing_owner where ${where} and $2::timestamptz is not null`,
    [organisation, now, text, group],
  );
  return { rows: rows.map(toStudent), total: counted.rows[0]!.total };
}

function toStudent(row: OwnerRow): StudentStanding {
  const { owner, name, kind, members, is_known: isKnown, total, of_points: of, shipped, green } = row;
  const risk = toRisk(row);
  return { owner, name, kind, members, isKnown, total, of, shipped, green, ...(risk ? { risk } : {}) };
}

function toRisk({ risk, open, open_since: since, shipped }: OwnerRow): Risk | undefined {
  return risk === null ? undefined : { kind: risk, since: since!, open, of: shipped };
}

type ReleaseRow = Pick<ReleaseProgress, 'challenge' | 'release' | 'progress'> & {
  owner: string;
  shipped_at: Date | null;
  merged_at: Date | null;
  green_at: Date | null;
};

function toRelease({ owner, challenge, release, progress, ...row }: ReleaseRow) {
  return {
    owner,
    challenge,
    release,
    progress,
    ...(row.shipped_at ? { shippedAt: row.shipped_at } : {}),
    ...(row.merged_at ? { mergedAt: row.merged_at } : {}),
    ...(row.green_at ? { greenAt: row.green_at } : {}),
  };
}

/** Of those on the roster; the condition without a parameter is that of the index `student_repository_wrong`. */
async function wrong(
  database: Database,
  organisation: string,
  condition: string,
  limit: number,
): Promise<Cut<StudentRepository>> {
  const { rows } = await database.query<RepositoryRow & { found: number }>(
    `select *, count(*) over () as found from student_repository r
     where organisation = lower($1) and (state = 'failed' or differences <> '[]') and ${condition}
       and exists (select from standing_owner s where s.organisation = r.organisation and s.owner = r.owner)
     order by name limit $2`,
    [organisation, limit],
  );
  return { rows: rows.map(toRepository), total: rows[0]?.found ?? 0 };
}
