// What a merge takes of memory: a part of `bench/scale.ts`, in a process of its own that does one thing and prints its peak in MB.
// `node bench/scale-memory.ts DATABASE_URL ORGANISATION STUDENTS sync|preview`
import { execFileSync } from 'node:child_process';
import { previewChallenge } from '../src/flows/plan/preview-challenge.ts';
import { syncChallenge } from '../src/flows/plan/sync-challenge.ts';
import { openPool } from '../src/postgres/pool.ts';
import { openStore } from '../src/postgres/store.ts';
import { outsideOf } from './scale-course.ts';

export function peakOf(url: string, organisation: string, students: number, what: 'sync' | 'preview'): number {
  return Number(execFileSync(process.execPath, [import.meta.filename, url, organisation, String(students), what]));
}

if (import.meta.main) {
  const [url, organisation = '', students, what] = process.argv.slice(2);
  const pool = openPool(url!);
  const store = openStore(pool);
  await store.saveInstallation({ id: 7, login: organisation, organisationId: 70 });
  const ports = outsideOf(store, Number(students));
  if (what === 'sync') await syncChallenge(ports, { organisation });
  else await previewChallenge(ports, { organisation, repository: 'course', commit: 'a'.repeat(40) });
  await pool.end();
  console.log(Math.round(process.resourceUsage().maxRSS / 1024));
}
