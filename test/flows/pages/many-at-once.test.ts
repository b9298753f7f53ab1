// A class about which there is much news at once: the page does not wait for it, says so, and the job makes up for it.
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Evidence } from '../../../src/domain/evidence/evidence.ts';
import { inForce } from '../../../src/flows/course/in-force.ts';
import { keepStandings } from '../../../src/flows/grade/keep-standings.ts';
import { readGradebook } from '../../../src/flows/grade/read-gradebook.ts';
import { showCourse } from '../../../src/flows/pages/show-course.ts';
import { showGradebook } from '../../../src/flows/pages/show-gradebook.ts';
import { reconcile } from '../../../src/flows/upkeep/reconcile.ts';
import type { FlowPorts } from '../../../src/ports/flow-ports.ts';
import type { Store } from '../../../src/ports/store.ts';
import { openStore } from '../../../src/postgres/store.ts';
import { cloneDatabase, type TestDatabase } from '../../database.ts';
import { crowd, fillCourse, midTerm, organisation } from '../../web/fill-course.ts';

const size = 40;
const hour = 3_600_000;
let database: TestDatabase;
let store: Store;
beforeEach(async () => {
  database = await cloneDatabase();
  store = openStore(database.pool);
  await store.transaction((inside) => fillCourse(inside, crowd(size)));
});
afterEach(() => database.drop());

const clockAt = (now: Date) => ({ now: () => now, onChange: () => () => undefined, runs: false });
const keep = (now = midTerm): Promise<void> => keepStandings({ store, clock: clockAt(now) }, { organisation });
const queued = async () => (await store.jobs([`keep-standings/${organisation.toLowerCase()}`])).length;

const altered = (owner: string): Evidence => ({
  kind: 'data',
  id: `altered/${owner}/by-hand`,
  challenge: 'weather',
  owner,
  repository: `${organisation}/weather-${owner}`,
  at: midTerm,
  trust: 'measured',
  release: 'release-1',
  shipment: 'unknown',
  event: 'altered',
});

/** Owners whose evidence was read for it. */
async function watch<T>(work: (watched: Store) => Promise<T>): Promise<[T, string[]]> {
  const read: string[] = [];
  const result = await work({
    ...store,
    gradingEvidence: (org, challenges, owners, since) => {
      read.push(...owners);
      return store.gradingEvidence(org, challenges, owners, since);
    },
  });
  return [result, read];
}

test('before anything was computed the page names everybody, computes nobody, says so, and queues the job', async () => {
  const [view, read] = await watch((watched) => showCourse(watched, organisation, midTerm));
  expect(read).toEqual([]);
  expect(view).toMatchObject({ pending: size, students: { total: size }, totals: { students: size, graded: 0 } });
  expect(view!.students.rows.every(({ isKnown }) => !isKnown)).toBe(true);
  expect(await queued()).toBe(1);
  await keep();
  const after = (await showCourse(store, organisation, midTerm))!;
  expect(after.pending).toBe(0);
  expect(after.totals.graded).toBe(size);
});

test('news about a few is in the page at once, about many soon', async () => {
  await keep();
  const few = Array.from({ length: 15 }, (_, n) => `student-${n}`);
  for (const owner of few) await store.addEvidence(organisation, altered(owner));
  const [view, read] = await watch((watched) => showCourse(watched, organisation, midTerm));
  expect(read.toSorted()).toEqual(few.toSorted());
  expect(view!.pending).toBe(0);
  expect(await queued()).toBe(0);
  for (const n of Array.from({ length: 16 }, (_, index) => index + 20))
    await store.addEvidence(organisation, altered(`student-${n}`));
  const [later, nobody] = await watch((watched) => showCourse(watched, organisation, midTerm));
  expect([later!.pending, nobody]).toEqual([16, []]);
  expect(await queued()).toBe(1);
});

test('two who compute the same student at once: what was read first does not stay', async () => {
  await keep();
  const { promise: isRead, resolve: wasRead } = Promise.withResolvers<void>();
  const { promise: mayGoOn, resolve: goOn } = Promise.withResolvers<void>();
  await store.addEvidence(organisation, altered('student-1'));
  const slow = showCourse(
    {
      ...store,
      gradingEvidence: async (...asked) => {
        const found = await store.gradingEvidence(...asked);
        wasRead();
        await mayGoOn;
        return found;
      },
    },
    organisation,
    midTerm,
  );
  await isRead;
  await store.addEvidence(organisation, { ...altered('student-1'), id: 'again', release: 'release-2' } as Evidence);
  await keep();
  goOn();
  await slow;
  const wanted = { ...(await inForce(store, organisation))!, organisation, now: midTerm };
  const book = (await readGradebook(store, wanted)).rows.find(({ owner }) => owner === 'student-1');
  const selection = { sort: 'name', descending: false, text: 'student-1', page: 1 } as const;
  const [, nobody] = await watch((watched) => showGradebook(watched, organisation, midTerm, selection));
  expect(nobody).toEqual([]);
  const view = (await showGradebook(store, organisation, midTerm, selection))!;
  expect(view.page.rows.find(({ owner }) => owner === 'student-1')).toEqual(book);
});

test('who leaves the roster is gone from the pages, who joins it is there, and news about strangers does not pile up', async () => {
  await keep();
  await store.addEvidence(organisation, altered('nobody-of-the-roster'));
  const record = (await store.course(organisation))!;
  const roster = record.files['roster.csv']!.replace('"student-3"', '"newcomer"');
  const files = { ...record.files, 'roster.csv': roster };
  const { repository, commitSha, facts } = record;
  await store.saveCourse(organisation, { repository: repository!, commitSha: commitSha!, files, facts }, midTerm);
  const find = async (text: string) => {
    const selection = { sort: 'name', descending: false, show: 'all', group: '', challenge: '', page: 1 } as const;
    return (await showCourse(store, organisation, midTerm, { ...selection, text }))!.students.rows.map(
      ({ owner }) => owner,
    );
  };
  expect(await find('newcomer')).toEqual(['newcomer']);
  expect(await find('student-3')).not.toContain('student-3');
  await keep();
  expect((await database.pool.query('select from standing_news')).rowCount).toBe(0);
});

test('in a course in which nothing happens time is enough: every ten minutes somebody asks', async () => {
  await keep();
  const ask = (now: Date): Promise<void> =>
    reconcile({
      store,
      clock: clockAt(now),
      log: { warn: () => undefined, info: () => undefined },
      hooks: { installations: async () => [], redeliverFailed: async () => 0 },
    } as unknown as FlowPorts);
  await ask(new Date(midTerm.getTime() + hour));
  expect(await queued()).toBe(0);
  await ask(new Date(midTerm.getTime() + hour + 1));
  expect(await queued()).toBe(1);
});
