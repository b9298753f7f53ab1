// What the app acknowledged, and what it stored: the first must be within the second, whatever is away at the time.
import { isWorthKeeping } from '../../src/worth-keeping.ts';
import type { Sandbox } from '@practicum/sandbox';
import type { Pool } from '../../src/postgres/pool.ts';

type World = { sandbox: Sandbox; database: { pool: Pool } };

export type Acknowledged = {
  /** Looks through what GitHub has delivered so far. */
  look: () => void;
  /** How many were acknowledged, and which of them were never stored. */
  lost: () => Promise<{ acknowledged: number; lost: string[] }>;
};

/** The app forgets webhooks that are worked off: the database remembers each for us, in the transaction that stores it. */
export async function watchAcknowledged({ sandbox, database: { pool } }: World, appId: number): Promise<Acknowledged> {
  await pool.query(`
    create table if not exists chaos_stored (guid text primary key);
    create or replace function chaos_remember() returns trigger language plpgsql as $$
    begin
      insert into chaos_stored values (new.guid) on conflict do nothing;
      return null;
    end $$;
    create or replace trigger chaos_remember after insert on delivery for each row execute function chaos_remember()`);
  const { state, deliveries } = sandbox.world;
  const own = { appId, courseRepository: 'course', slug: () => state.store.apps[appId]?.slug };
  const seen = new Set<string>();
  const acknowledged = new Set<string>();
  const look = (): void => {
    for (const { guid, event, statusCode } of state.store.deliveries) {
      if (statusCode < 200 || statusCode >= 300 || seen.has(guid)) continue;
      seen.add(guid);
      if (isWorthKeeping(event, JSON.parse(deliveries.payload(guid)), own)) acknowledged.add(guid);
    }
  };
  return {
    look,
    async lost() {
      look();
      const { rows } = await pool.query<{ guid: string }>('select guid from chaos_stored');
      const stored = new Set(rows.map(({ guid }) => guid));
      return { acknowledged: acknowledged.size, lost: [...acknowledged].filter((guid) => !stored.has(guid)) };
    },
  };
}
