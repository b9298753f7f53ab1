// The store of the database in the settings, for a command that needs nothing else of the app.
import type { Store } from '../../ports/store.ts';
import type { Io } from './command.ts';

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
