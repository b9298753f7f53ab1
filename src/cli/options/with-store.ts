// The store of the database in the settings, for a command that needs nothing else of the app.
import type { Store } from '../../ports/store.ts';
import type { Io } from './command.ts';

/** Whether the settings name a database, or the app has made its own below `PRACTICUM_HOME`. */
export async function hasDatabase({ env, cwd }: Io): Promise<boolean> {
  if (env['DATABASE_URL']) return true;
  const { readDatabaseConfig } = await import('../../config.ts');
  const { hasEmbedded } = await import('../../postgres/embedded.ts');
  return hasEmbedded(readDatabaseConfig(env, cwd).home);
}

export async function withStore<T>(io: Io, work: (store: Store) => Promise<T>): Promise<T> {
  // Loaded here: some commands need the database in one of their forms only.
  const { readDatabaseConfig } = await import('../../config.ts');
  const { openDatabase } = await import('../../postgres/open-database.ts');
  const { openStore } = await import('../../postgres/store.ts');
  const { pool, close } = await openDatabase(readDatabaseConfig(io.env, io.cwd));
  try {
    return await work(openStore(pool));
  } finally {
    await close();
  }
}
