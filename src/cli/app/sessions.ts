// practicum sessions: who is signed in to the dashboard, and the end of somebody's sessions.
import type { Sessions } from '../../ports/session.ts';
import type { Io, Register } from '../options/command.ts';
import { hasDatabase } from '../options/with-store.ts';

export const sessions: Register = (program, io) => {
  const command = program
    .command('sessions')
    .description('who is signed in to the dashboard; `end` signs somebody out everywhere')
    .option('--json', 'print a JSON array')
    .action(({ json }: { json?: boolean }) => withSessions(io, (all) => list(io, all, json === true)));
  command
    .command('end')
    .description('end all sessions of an account, at once')
    .argument('<login>', 'login on GitHub')
    .action((login: string) =>
      withSessions(io, async (all) => {
        const ended = await all.revokeAll(login.replace(/^@/, ''));
        io.out(`${ended} ${ended === 1 ? 'session' : 'sessions'} of ${login} ended\n`);
        io.exit(ended > 0 ? 0 : 1);
      }),
    );
};

async function list(io: Io, all: Sessions, json: boolean): Promise<void> {
  const open = await all.list();
  if (json) return io.out(`${JSON.stringify(open, undefined, 2)}\n`);
  if (open.length === 0) return io.err('nobody is signed in\n');
  for (const { login, id, openedAt, expiresAt } of open)
    io.out(
      `${login.padEnd(24)} ${String(id).padStart(10)}  since ${openedAt.toISOString()}  until ${expiresAt.toISOString()}\n`,
    );
}

async function withSessions(io: Io, work: (all: Sessions) => Promise<void>): Promise<void> {
  if (!(await hasDatabase(io))) {
    io.err('practicum sessions: the database is needed: set DATABASE_URL, or PRACTICUM_HOME\n');
    return io.exit(2);
  }
  const { readDatabaseConfig } = await import('../../config.ts');
  const { openDatabase } = await import('../../postgres/open-database.ts');
  const { sessionStore } = await import('../../postgres/session-store.ts');
  const { pool, close } = await openDatabase(readDatabaseConfig(io.env, io.cwd));
  try {
    await work(sessionStore(pool));
  } finally {
    await close();
  }
}
