// A student who pushes without end waits for the next hour, reads why, and nobody else waits for them.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hourlyShares, isUsedUp } from '../../../src/domain/jobs/hourly-shares.ts';
import { withinBudget } from '../../../src/flows/jobs/within-budget.ts';
import { showStudent } from '../../../src/flows/pages/show-student.ts';
import { openAside } from '../../../src/aside/open-aside.ts';
import { countCost } from '../../../src/ports/costs.ts';
import type { JobName } from '../../../src/ports/job-map.ts';
import type { FlowPorts } from '../../../src/ports/flow-ports.ts';
import type { Store } from '../../../src/ports/store.ts';
import { openStore } from '../../../src/postgres/store.ts';
import { cloneDatabase, type TestDatabase } from '../../database.ts';
import { fillCourse, midTerm, organisation, people } from '../../web/fill-course.ts';

let database: TestDatabase;
let store: Store;
beforeAll(async () => {
  database = await cloneDatabase();
  store = openStore(database.pool);
  await fillCourse(store);
});
afterAll(() => database.drop());

const hour = 3_600_000;
const [mal, ada] = people.map(({ login }) => login);
const ports = (now: Date, shares: FlowPorts['shares'] = { jobs: 5, calls: 20 }): FlowPorts =>
  ({ store, clock: { now: () => now }, shares, courseRepository: 'course' }) as unknown as FlowPorts;
const commit = (repository: string, name: JobName = 'collect-report') => ({
  name,
  payload: { organisation, repository, commit: 'a'.repeat(40) },
  lane: null,
});

/** How many of so many jobs were begun. */
async function begun(now: Date, count: number, job = commit(`weather-${mal}`), calls = 0): Promise<number> {
  let ran = 0;
  for (let n = 0; n < count; n++) {
    await withinBudget(ports(now), job, async () => {
      ran++;
      for (let call = 0; call < calls; call++) countCost('calls', 1);
    });
  }
  return ran;
}

test('whoever has used up their share waits, says why, and goes on in the next hour', async () => {
  expect(await begun(midTerm, 9)).toBe(5);
  const held = await withinBudget(ports(midTerm), commit(`weather-${mal}`), async () => undefined);
  expect(held).toMatchObject({ postpone: 30, why: expect.stringContaining('5 pieces of work') });
  expect(await begun(midTerm, 3, commit(`weather-${ada}`))).toBe(3);
  expect(await begun(new Date(midTerm.getTime() + hour), 3)).toBe(3);
});

test('calls to GitHub count, also those of work that fails', async () => {
  const later = new Date(midTerm.getTime() + 5 * hour);
  const failing = withinBudget(ports(later), commit(`weather-${mal}`), async () => {
    for (let call = 0; call < 30; call++) countCost('calls', 1);
    throw new Error('GitHub is away');
  });
  await expect(failing).rejects.toThrow('GitHub is away');
  expect(await store.spent(organisation, `weather-${mal}`, later)).toEqual({ jobs: 1, calls: 20 });
  expect(await begun(later, 2)).toBe(0);
});

test('what GitHub had to send, and the time that reading took in a thread, count as well', async () => {
  const later = new Date(midTerm.getTime() + 7 * hour);
  const job = commit(`weather-${mal}`);
  const aside = openAside();
  await withinBudget(ports(later), job, async () => {
    countCost('megabytes', 400);
    await aside.read('whose', 'readRegistration', { file: 'endpoint: https://example.org\n' });
  });
  await aside.close();
  const spent = await store.spent(organisation, `weather-${mal}`, later);
  expect(spent).toMatchObject({ jobs: 1, megabytes: 400 });
  expect(spent['reading']).toBeGreaterThan(0);
  await store.spend(organisation, `weather-${mal}`, { what: 'reading', perHour: 300_000 }, 300_000, later);
  const held = await withinBudget(ports(later), job, async () => undefined);
  expect(held).toMatchObject({ postpone: 30, why: expect.stringContaining('300 seconds of reading') });
});

test('what is fetched by git counts in bytes, also beyond two thousand million, and a release comes all the same', async () => {
  const later = new Date(midTerm.getTime() + 8 * hour);
  const fetched = async (): Promise<void> => countCost('megabytes', 2 ** 31 + 1);
  const generous = ports(later, { megabytes: 5000 });
  await withinBudget(generous, commit(`weather-${mal}`, 'update-template'), fetched);
  await withinBudget(generous, commit(`weather-${mal}`, 'update-template'), fetched);
  expect(await store.spent(organisation, `weather-${mal}`, later)).toMatchObject({ megabytes: 2 ** 32 + 2 });
  const shipment = {
    name: 'dispatch-shipment' as const,
    payload: { organisation, id: 's1' },
    lane: `repository/${organisation}/weather-${mal}`,
  };
  let ran = 0;
  await withinBudget(ports(later), shipment, async () => void (ran += 1));
  expect(ran).toBe(1);
  expect(await begun(later, 1, commit(`weather-${mal}`, 'update-template'))).toBe(0);
});

test('a piece of work is one question and one statement, whatever it cost', async () => {
  const later = new Date(midTerm.getTime() + 9 * hour);
  const asked: string[] = [];
  const query = async (text: string, values: unknown[]) => {
    asked.push(text);
    return database.pool.query(text, values);
  };
  const counting = { ...ports(later), store: openStore({ query } as never) };
  await withinBudget(counting, commit(`weather-${ada}`), async () => {
    for (const what of ['calls', 'megabytes', 'reading'] as const) countCost(what, 7);
  });
  expect(asked).toHaveLength(2);
  expect(await store.spent(organisation, `weather-${ada}`, later)).toEqual({
    jobs: 1,
    calls: 7,
    megabytes: 7,
    reading: 7,
  });
});

test('webhooks are counted by their repository; those of the course, and what the app causes, are not', async () => {
  const later = new Date(midTerm.getTime() + 10 * hour);
  const delivery = (repository: string) => ({
    name: 'delivery' as const,
    payload: { guid: 'g' },
    lane: `delivery/${organisation}/${repository}`,
  });
  expect(await begun(later, 8, delivery(`weather-${mal}`) as never)).toBe(5);
  expect(await begun(later, 8, delivery('course') as never)).toBe(8);
  expect(await begun(later, 8, commit(`weather-${mal}`, 'keep-dashboard-issue'))).toBe(8);
  expect(await begun(later, 8, { ...delivery('x'), lane: 'delivery/nobody/x' } as never)).toBe(8);
});

test('the page of whoever had to wait says so', async () => {
  const later = new Date(midTerm.getTime() + 15 * hour);
  expect((await showStudent(store, organisation, mal!, later))!.waiting).toEqual([]);
  await begun(later, 7);
  const [waiting] = (await showStudent(store, organisation, mal!, later))!.waiting;
  expect(waiting!.text).toContain('has used up its share of this hour');
});

test('what is usual is far from what an honest repository causes', () => {
  const shares = hourlyShares();
  expect(isUsedUp({ jobs: 200, calls: 600, megabytes: 3e8, reading: 60_000, claims: 60, held: 4 }, shares)).toBe(false);
  expect(isUsedUp({ jobs: shares.jobs }, shares)).toBe(true);
});
