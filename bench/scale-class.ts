// One class of a size: 10 challenges with 10 releases, half of which were shipped, merged and run.
import type { Evidence } from '../src/domain/evidence/evidence.ts';
import type { FlowPorts } from '../src/ports/flow-ports.ts';
import { keepStandings } from '../src/flows/grade/keep-standings.ts';
import { publishScore } from '../src/flows/grade/publish-score.ts';
import { writeLedger } from '../src/flows/ledger/write-ledger.ts';
import { showCourse } from '../src/flows/pages/show-course.ts';
import { showGradebook } from '../src/flows/pages/show-gradebook.ts';
import { showStudent } from '../src/flows/pages/show-student.ts';
import { previewChallenge } from '../src/flows/plan/preview-challenge.ts';
import { syncChallenge } from '../src/flows/plan/sync-challenge.ts';
import type { StoredShipment } from '../src/ports/records.ts';
import type { Store } from '../src/ports/store.ts';
import { openDatabase, type OpenedDatabase } from '../src/postgres/open-database.ts';
import { openStore } from '../src/postgres/store.ts';
import { coursePage } from '../src/web/pages/course-page.ts';
import { gradebookPage, readGradebookQuery } from '../src/web/pages/gradebook-page.ts';
import { studentPage } from '../src/web/pages/student-page.ts';
import { midTerm, outsideOf } from './scale-course.ts';
import { fiftyCourses, watchHotPaths, type Scan } from './scale-hot.ts';
import { costOf, databaseTime } from './scale-merge.ts';

const hour = 3_600_000;
const webUrl = 'https://github.example';

type Opened = OpenedDatabase & { store: Store };

export async function openClass(home: string): Promise<Opened> {
  const database = await openDatabase({ home, durable: false });
  return { ...database, store: openStore(database.pool) };
}

/** By name: milliseconds or what the name says, and of what was timed the processor time of Node and PostgreSQL. */
export type Measured = { results: Map<string, number>; processor: Map<string, number>; scans: Scan[] };

/** `mergesOnly`: what a merge takes, and nothing of what follows. */
export async function measureClass(opened: Opened, students: number, mergesOnly = false): Promise<Measured> {
  const { pool, store } = opened;
  // The smaller ones stay: a database holds more than one course.
  const organisation = `class-of-${students}`;
  await pool.query('truncate job');
  const [results, processor] = [new Map<string, number>(), new Map<string, number>()];
  const time = async <T>(what: string, work: () => Promise<T>, times = 1): Promise<T> => {
    const taken: number[] = [];
    const [used, before] = [process.cpuUsage(), await databaseTime(pool)];
    let result: T;
    for (let n = 0; n < times; n++) {
      const began = performance.now();
      result = await work();
      taken.push(performance.now() - began);
    }
    const { user, system } = process.cpuUsage(used);
    processor.set(what, ((user + system) / 1000 + (await databaseTime(pool)) - before) / times);
    results.set(what, taken.toSorted((a, b) => a - b)[times >> 1]!);
    return result!;
  };
  const ports = outsideOf(store, students);
  await store.saveInstallation({ id: 7, login: organisation, organisationId: 70 });
  await time('sync, first', () => syncChallenge(ports, { organisation }));
  await fill(store, organisation, students);
  await pool.query('analyze');
  await time('sync, again', () => syncChallenge(ports, { organisation }));
  await time('preview', () => previewChallenge(ports, { organisation, repository: 'course', commit: 'a'.repeat(40) }));
  measureMerges(opened, students, results);
  await time('sync, one more on the roster', () => syncChallenge(outsideOf(store, students + 1), { organisation }));
  if (mergesOnly) return { results, processor, scans: [] };
  await measureRest(opened, students, ports, time, results);
  results.set('one course of fifty in turn', await fiftyCourses(store, organisation));
  const scans = await watchHotPaths(opened.url, students, results);
  await time('sync, another roster', () => syncChallenge(outsideOf(store, students, 'other'), { organisation }));
  return { results, processor, scans };
}

/** The same in processes of their own, each of which does one thing: their memory, and their processor time. */
function measureMerges({ url }: Opened, students: number, results: Map<string, number>): void {
  const [first, again] = [`memory-of-${students}`, `class-of-${students}`];
  for (const [name, organisation, what] of [
    ['first sync', first, 'sync'],
    ['sync again', again, 'sync'],
    ['preview', again, 'preview'],
  ] as const) {
    const { mb, clock, node, database } = costOf(url, organisation, students, what);
    results.set(`${name}, alone: clock`, clock);
    results.set(`${name}, alone: processor of Node`, node);
    results.set(`${name}, alone: processor of PostgreSQL`, database);
    results.set(`${name}, alone: memory, MB`, mb);
  }
}

type Time = <T>(what: string, work: () => Promise<T>, times?: number) => Promise<T>;

async function measureRest(
  { pool, store }: Opened,
  students: number,
  ports: FlowPorts,
  time: Time,
  results: Map<string, number>,
): Promise<void> {
  const organisation = `class-of-${students}`;
  await time('write-ledger, first', () => writeLedger(ports, { organisation }));
  await time('keep-standings, first', () => keepStandings(ports, { organisation }));
  await pool.query('analyze');
  let count = 0;
  await time(
    'write-ledger after one run',
    async () => {
      await store.addEvidence(organisation, run(organisation, `student-${count % students}`, `again/${count++}`, 0, 1));
      await writeLedger(ports, { organisation });
    },
    9,
  );
  await time('keep-standings after nine runs', () => keepStandings(ports, { organisation }));
  const push = { organisation, repository: 'challenge-0-student-1', commit: 'b'.repeat(40) };
  await time('publish-score', () => publishScore(ports, push), 9);
  await time('shipments of a repository', () => store.shipments(organisation, { repository: push.repository }), 9);
  const sized = (what: string, page: unknown): void => void results.set(`${what}, kB`, String(page).length / 1000);
  for (const again of ['first', 'warm']) {
    const course = await time(`course page, ${again}`, async () =>
      coursePage((await showCourse(store, organisation, midTerm))!, webUrl, {}),
    );
    sized('course page', course);
  }
  const book = await time('gradebook page', async () =>
    gradebookPage((await showGradebook(store, organisation, midTerm, readGradebookQuery({})))!, {}),
  );
  sized('gradebook page', book);
  const before = process.memoryUsage.rss();
  await time('8 course pages and 8 gradebook pages at once', () =>
    Promise.all(
      Array.from({ length: 8 }, async () => [
        coursePage((await showCourse(store, organisation, midTerm))!, webUrl, {}),
        gradebookPage((await showGradebook(store, organisation, midTerm, readGradebookQuery({})))!, {}),
      ]),
    ),
  );
  results.set('they take, MB', (process.memoryUsage.rss() - before) / 1e6);
  const student = await time('student page', async () =>
    studentPage((await showStudent(store, organisation, 'student-1', midTerm))!, webUrl, true, {}),
  );
  sized('student page', student);
}

/** Repositories are made, what is due was shipped, merged and run. */
export async function fill(store: Store, organisation: string, students: number): Promise<void> {
  for (const [index, repository] of (await store.studentRepositories(organisation)).entries())
    await store.saveStudentRepository(organisation, {
      ...repository,
      state: 'ready',
      repositoryId: 1000 + index,
      defaultBranch: 'main',
    });
  const due = (await store.shipments(organisation)).filter(({ shipment }) => Date.parse(shipment.due) <= +midTerm);
  const shares = Map.groupBy(due.entries(), ([index]) => index % Math.min(8, students));
  await Promise.all(
    [...shares.values()].map((share) =>
      store.transaction(async (inside) => {
        for (const [, stored] of share) await ship(inside, organisation, stored);
      }),
    ),
  );
}

async function ship(store: Store, organisation: string, { shipment }: StoredShipment): Promise<void> {
  const dispatchedAt = new Date(Date.parse(shipment.due) + 60_000);
  const [commit, blob, sha256] = ['d', 'b', 's'].map((text) => text.repeat(40)) as [string, string, string];
  const url = `${webUrl}/${organisation}/${shipment.repository}/pull/3`;
  const receipt = { commit, blob, sha256, bytes: 12_345, rows: 800, pullRequest: 3, url };
  await store.saveShipment(organisation, { shipment, state: 'dispatched', attempts: 1, dispatchedAt, receipt });
  const { challenge, owner, release, repository, id } = shipment;
  const at = new Date(dispatchedAt.getTime() + 2 * hour);
  await store.addEvidence(organisation, {
    kind: 'data',
    id: `merged/${id}`,
    challenge,
    owner,
    repository: `${organisation}/${repository}`,
    at,
    trust: 'measured',
    release,
    shipment: id,
    event: 'merged',
    commit,
  });
  const number = Number(challenge.split('-')[1]);
  await store.addEvidence(organisation, run(organisation, owner, id, number, Number(release.split('-')[1]), at));
}

function run(
  organisation: string,
  owner: string,
  id: string,
  challenge: number,
  release: number,
  at = new Date(+midTerm - hour),
): Evidence {
  const name = `challenge-${challenge}`;
  return {
    kind: 'run',
    id: `run/${id}`,
    challenge: name,
    owner,
    repository: `${organisation}/${name}-${owner}`,
    at,
    trust: 'attested',
    commit: 'c'.repeat(40),
    runId: 1,
    attempt: 1,
    conclusion: 'success',
    releases: [`release-${release}`],
  };
}
