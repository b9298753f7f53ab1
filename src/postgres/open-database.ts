// The database, wherever it is: that of a connection string, or the embedded server below a folder; brought up to date.
import { startEmbedded, type EmbeddedServer } from './embedded.ts';
import { migrate } from './migrate.ts';
import { openPool, type Pool } from './pool.ts';

export type OpenedDatabase = {
  pool: Pool;
  url: string;
  /** The migrations that were missing. */
  applied: string[];
  /** The embedded server, which outlives us unless it is stopped. */
  server?: Pick<EmbeddedServer, 'pid' | 'folder'>;
  /** Closes our connections. An embedded server that was started for them ends; one that ran already serves somebody else. */
  close: () => Promise<void>;
  /** Closes our connections and ends the embedded server, whoever started it. */
  stop: () => Promise<void>;
  /** The same, and deletes the embedded server's data. */
  erase: () => Promise<void>;
};

type DatabaseSettings = { databaseUrl?: string | undefined; home: string; durable?: boolean };

export async function openDatabase({ databaseUrl, home, durable = true }: DatabaseSettings): Promise<OpenedDatabase> {
  const server = databaseUrl ? undefined : await startEmbedded(home, { durable });
  const url = databaseUrl ?? server!.url;
  const pool = openPool(url);
  const ending = (end: (() => Promise<void>) | undefined) => async (): Promise<void> => {
    await pool.end();
    await end?.();
  };
  try {
    return {
      pool,
      url,
      applied: await migrate(pool),
      ...(server ? { server } : {}),
      close: ending(server?.startedHere ? server.stop : undefined),
      stop: ending(server?.stop),
      erase: ending(server?.erase),
    };
  } catch (error) {
    await ending(server?.startedHere ? server.stop : undefined)();
    throw error;
  }
}
