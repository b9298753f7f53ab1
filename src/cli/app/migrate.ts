// practicum migrate: creates the database's tables or brings them up to date.
import { readDatabaseConfig } from '../../config.ts';
import { openDatabase } from '../../postgres/open-database.ts';
import type { Register } from '../options/command.ts';

export const migrate: Register = (program, io) => {
  program
    .command('migrate')
    .description('create or upgrade the database: DATABASE_URL, or the embedded PostgreSQL below PRACTICUM_HOME')
    .action(async () => {
      const { applied, close } = await openDatabase(readDatabaseConfig(io.env, io.cwd));
      await close();
      io.out(applied.length === 0 ? 'The database is up to date.\n' : `Applied ${applied.join(', ')}.\n`);
    });
};
