// What people decided about grades, in the database: added to, never changed.
import type { GradeAct } from '../domain/grade/grade-act.ts';
import type { PracticeStore } from '../ports/practice.ts';
import type { Database } from './pool.ts';
import { toJson } from './to-json.ts';

const owner = `coalesce(body #>> '{extension,owner}', body #>> '{override,owner}')`;

export function gradeActStore(database: Database): Pick<PracticeStore, 'addGradeAct' | 'gradeActs' | 'lastCommits'> {
  return {
    async addGradeAct(organisation, { id, at, ...body }) {
      const { rowCount } = await database.query(
        'insert into grade_act (organisation, id, at, body) values (lower($1), $2, $3, $4) on conflict do nothing',
        [organisation, id, at, toJson(body)],
      );
      return rowCount === 1;
    },
    async gradeActs(organisation, owners) {
      // By the index `grade_act_of`: those about nobody in particular, and theirs.
      const which = owners === undefined ? '' : `and (${owner} is null or ${owner} = any($2))`;
      const { rows } = await database.query<{ id: string; at: Date; body: object }>(
        `select id, at, body from grade_act where organisation = lower($1) ${which} order by seq`,
        owners === undefined ? [organisation] : [organisation, owners],
      );
      return rows.map(({ id, at, body }) => ({ ...body, id, at }) as GradeAct);
    },
    async lastCommits(organisation, owner) {
      const { rows } = await database.query<{ repository: string; commit: string }>(
        `select distinct on (body ->> 'repository') split_part(body ->> 'repository', '/', 2) as repository,
           body ->> 'commit' as commit
         from evidence
         where organisation = lower($1) and ($2::text is null or owner = $2) and kind in ('data', 'run')
           and body ->> 'commit' is not null
         order by body ->> 'repository', at desc, seq desc`,
        [organisation, owner],
      );
      return rows;
    },
  };
}
