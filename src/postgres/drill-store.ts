// Drills in the database.
import type { Drill } from '../domain/drill/drill.ts';
import type { DrillStore } from '../ports/drills.ts';
import type { Database } from './pool.ts';
import { toJson } from './to-json.ts';

type Later = 'over' | 'detected' | 'mitigated' | 'reviewed' | 'closed';
type Stored = Omit<Drill, 'began' | Later> & { began: string } & Partial<Record<Later, string>>;

export function drillStore(database: Database): DrillStore {
  const write = async (organisation: string, drill: Drill, conflict: string): Promise<number | null> => {
    const { id, challenge, owner, repository, state } = drill;
    const { rowCount } = await database.query(
      `insert into drill (organisation, id, challenge, owner, repository, state, body)
       values (lower($1), $2, $3, $4, $5, $6, $7) on conflict ${conflict}`,
      [organisation, id, challenge, owner, repository, state, toJson(drill)],
    );
    return rowCount;
  };
  return {
    async drills(organisation, owner) {
      const { rows } = await database.query<{ body: Stored }>(
        `select body from drill where organisation = lower($1) and ($2::text is null or owner = $2)
         order by body->>'began', id`,
        [organisation, owner ?? null],
      );
      return rows.map(({ body }) => toDrill(body));
    },
    // Whichever of the two rules it meets.
    addDrill: async (organisation, drill) => (await write(organisation, drill, 'do nothing')) === 1,
    async saveDrill(organisation, drill) {
      const news = '(organisation, id) do update set state = excluded.state, body = excluded.body';
      await write(organisation, drill, news);
    },
  };
}

function toDrill({ began, over, detected, mitigated, reviewed, closed, ...rest }: Stored): Drill {
  const later = Object.entries({ over, detected, mitigated, reviewed, closed });
  const times = later.flatMap(([name, at]) => (at === undefined ? [] : [[name, new Date(at)] as const]));
  return { ...rest, began: new Date(began), ...Object.fromEntries(times) };
}
