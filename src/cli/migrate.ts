// practicum migrate: creates the database's tables or brings them up to date.
import { readDatabaseConfig } from '../config.ts';
import { startEmbedded } from '../postgres/embedded.ts';
import { migrate as bringUpToDate } from '../postgres/migrate.ts';
import { openPool } from '../postgres/pool.ts';
import type { Register } from './command.ts';

export const migrate: Register = (program, io) => {
  program
    .command('migrate')
    .description('create or upgrade the database: DATABASE_URL, or the embedded PostgreSQL below PRACTICUM_HOME')
    .action(async () => {
      const { databaseUrl, home } = readDatabaseConfig(io.env, io.cwd);
      const server = databaseUrl ? undefined : await startEmbedded(home);
      const pool = openPool(databaseUrl ?? server!.url);
      try {
        const applied = await bringUpToDate(pool);
        io.out(applied.length === 0 ? 'The database is up to date.\n' : `Applied ${applied.join(', ')}.\n`);
      } finally {
        await pool.end();
        await server?.stop();
      }
    });
};
