// Reactions in the database: the state as the pure core keeps it, one row each.
import type { Reaction, ReactionRun } from '../domain/reaction/reaction.ts';
import type { ReactionStore } from '../ports/reaction.ts';
import type { Database } from './pool.ts';
import { toJson } from './to-json.ts';

type Stored = Omit<Reaction, 'runs'> & { runs: (Omit<ReactionRun, 'startedAt'> & { startedAt?: string })[] };

export function reactionStore(database: Database): ReactionStore {
  const read = async (where: string, values: unknown[]): Promise<Reaction[]> => {
    const { rows } = await database.query<{ body: Stored }>(
      `select body from reaction where organisation = lower($1) and ${where}`,
      values,
    );
    return rows.map(({ body }) => toReaction(body));
  };
  return {
    reaction: async (organisation, id) => (await read('id = $2', [organisation, id]))[0],
    lock: async (organisation, id) => (await read('id = $2 for update', [organisation, id]))[0],
    ofPull: (organisation, pull) => read('pull = $2 order by at, id', [organisation, pull]),
    running: (organisation) => read(`body ->> 'state' = 'running' order by at, id`, [organisation]),
    async save(organisation, reaction) {
      await database.query(
        `insert into reaction (organisation, id, pull, body) values (lower($1), $2, $3, $4)
         on conflict (organisation, id) do update set pull = excluded.pull, body = excluded.body`,
        [organisation, reaction.id, reaction.pull, toJson(reaction)],
      );
    },
  };
}

function toReaction({ runs, ...reaction }: Stored): Reaction {
  return {
    ...reaction,
    runs: runs.map(({ startedAt, ...run }) => ({ ...run, ...(startedAt ? { startedAt: new Date(startedAt) } : {}) })),
  };
}
