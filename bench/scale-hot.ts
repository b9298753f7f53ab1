// What the database reads for what happens all the time: rows, and tables read from end to end, on a connection of its own that is watched.
import type { FlowPorts } from '../src/ports/flow-ports.ts';
import { inForce } from '../src/flows/course/in-force.ts';
import { publishScore } from '../src/flows/grade/publish-score.ts';
import { showCourse } from '../src/flows/pages/show-course.ts';
import { showGradebook } from '../src/flows/pages/show-gradebook.ts';
import { showShipments } from '../src/flows/pages/show-shipments.ts';
import { showStudent } from '../src/flows/pages/show-student.ts';
import { jobQueue } from '../src/postgres/job-queue.ts';
import { openPool, type Pool } from '../src/postgres/pool.ts';
import { openStore } from '../src/postgres/store.ts';
import type { Store } from '../src/ports/store.ts';
import { readGradebookQuery } from '../src/web/pages/gradebook-page.ts';
import { midTerm, outsideOf } from './scale-course.ts';
import { watchStatements } from './watch-statements.ts';

/** Fewer rows are read at once, whatever the plan. */
const smallTable = 500;

export type Scan = { path: string; table: string; rows: number; text: string };

/** Adds `rows read: …` to the results, and returns what was read from end to end. */
export async function watchHotPaths(url: string, students: number, results: Map<string, number>): Promise<Scan[]> {
  const pool = openPool(url, 3);
  const watched = watchStatements(pool);
  const scans: Scan[] = [];
  for (const [path, work] of hotPaths(pool, students)) {
    // Some plans are made anew after five times, and files are read once.
    for (let round = 0; round < 6; round++) await work();
    watched.take();
    await work();
    const statements = watched.take();
    if (statements.length === 0) throw new Error(`nothing was seen of ${path}: the server has no auto_explain`);
    results.set(
      `rows read: ${path}`,
      statements.reduce((sum, { rowsRead }) => sum + rowsRead, 0),
    );
    for (const { text, scans: found } of statements)
      for (const { table, rows } of found) if (rows > smallTable) scans.push({ path, table, rows, text });
  }
  await pool.end();
  return scans;
}

function hotPaths(pool: Pool, students: number): [string, () => Promise<unknown>][] {
  const organisation = `class-of-${students}`;
  const store: Store = openStore(pool);
  const ports: FlowPorts = outsideOf(store, students);
  const repository = 'challenge-0-student-1';
  const queue = jobQueue(pool);
  return [
    ['what holds of a course', () => inForce(store, organisation)],
    ['publish-score', () => publishScore(ports, { organisation, repository, commit: 'b'.repeat(40) })],
    ['shipments of a repository', () => store.shipments(organisation, { repository })],
    ['claim', () => queue.claim(new Date(0), { hands: 4, prompt: 4, handful: 4, bulk: 4, upkeep: 4 })],
    ['whether anything happened', () => store.courseMark(organisation)],
    ['student page', () => showStudent(store, organisation, 'student-1', midTerm)],
    ['course page', () => showCourse(store, organisation, midTerm)],
    ['gradebook page', () => showGradebook(store, organisation, midTerm, readGradebookQuery({}))],
    ['shipments page', () => showShipments(store, organisation, midTerm)],
    ['metrics', () => store.figures(midTerm)],
  ];
}

/** Milliseconds to know what holds of one of fifty courses of this size that are asked for in turn. */
export async function fiftyCourses(store: Store, organisation: string): Promise<number> {
  const record = (await store.course(organisation))!;
  const names = Array.from({ length: 50 }, (_, n) => `${organisation}-copy-${n}`);
  for (const login of names) {
    await store.saveInstallation({ id: 7, login, organisationId: 70 });
    await store.saveCourse(login, { ...record, repository: 'course', commitSha: 'a'.repeat(40) }, midTerm);
  }
  const round = async (): Promise<number> => {
    const began = performance.now();
    for (const name of names) await inForce(store, name);
    return (performance.now() - began) / names.length;
  };
  await round();
  const times = [await round(), await round(), await round()].toSorted((a, b) => a - b);
  return times[1]!;
}
