// What a merge takes: a part of `bench/scale.ts`, in a process of its own that does one thing and prints what it took as JSON.
// `node bench/scale-merge.ts DATABASE_URL ORGANISATION STUDENTS sync|preview`
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { previewChallenge } from '../src/flows/plan/preview-challenge.ts';
import { syncChallenge } from '../src/flows/plan/sync-challenge.ts';
import { openPool, type Database } from '../src/postgres/pool.ts';
import { openStore } from '../src/postgres/store.ts';
import { fieldsOf } from './app-alone.ts';
import { outsideOf } from './scale-course.ts';

/** Peak memory, and milliseconds: by the clock, of our processor time and of PostgreSQL's (where it runs here, on Linux). */
export type MergeCost = { mb: number; clock: number; node: number; database: number };

export function costOf(url: string, organisation: string, students: number, what: 'sync' | 'preview'): MergeCost {
  const given = [import.meta.filename, url, organisation, String(students), what];
  return JSON.parse(execFileSync(process.execPath, given, { encoding: 'utf8' })) as MergeCost;
}

/** Of all processes of the server, also of those that ended. */
export async function databaseTime(database: Database): Promise<number> {
  const { rows } = await database.query<{ pid: number }>('select pg_backend_pid() as pid');
  try {
    const server = fieldsOf(rows[0]!.pid)[1]!;
    const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return processes.reduce((sum, pid) => sum + timeOf(Number(pid), server), 0) * 10;
  } catch {
    return Number.NaN;
  }
}

function timeOf(pid: number, server: number): number {
  try {
    const fields = fieldsOf(pid);
    const [own, ended] = [fields[11]! + fields[12]!, fields[13]! + fields[14]!];
    return pid === server ? own + ended : fields[1] === server ? own : 0;
  } catch {
    // It has just ended.
    return 0;
  }
}

if (import.meta.main) {
  const [url, organisation = '', students, what] = process.argv.slice(2);
  const pool = openPool(url!);
  const store = openStore(pool);
  await store.saveInstallation({ id: 7, login: organisation, organisationId: 70 });
  const ports = outsideOf(store, Number(students));
  const [before, began, used] = [await databaseTime(pool), performance.now(), process.cpuUsage()];
  if (what === 'sync') await syncChallenge(ports, { organisation });
  else await previewChallenge(ports, { organisation, repository: 'course', commit: 'a'.repeat(40) });
  const { user, system } = process.cpuUsage(used);
  const clock = performance.now() - began;
  const database = (await databaseTime(pool)) - before;
  await pool.end();
  const mb = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(JSON.stringify({ mb, clock, node: (user + system) / 1000, database }));
}
