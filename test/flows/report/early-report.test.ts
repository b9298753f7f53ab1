// A run can end before the app has put down that the data of its commit arrived: its report waits until then.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { collectReport } from '../../../src/flows/report/collect-report.ts';
import type { FlowPorts } from '../../../src/ports/flow-ports.ts';
import type { StoredShipment } from '../../../src/ports/records.ts';
import type { Store } from '../../../src/ports/store.ts';
import { openStore } from '../../../src/postgres/store.ts';
import { cloneDatabase, type TestDatabase } from '../../database.ts';
import { fillCourse, midTerm, organisation, people } from '../../web/fill-course.ts';

const { login } = people[0]!;
const repository = `weather-${login}`;
const commit = 'e'.repeat(40);
let database: TestDatabase;
let store: Store;
beforeAll(async () => {
  database = await cloneDatabase();
  store = openStore(database.pool);
  await fillCourse(store);
});
afterAll(() => database.drop());

function portsOf(paths: readonly string[]): FlowPorts {
  const check = { id: 4711, name: 'practicum/pipeline', app: 'github-actions', headSha: commit, status: 'completed' };
  const runs = {
    reports: async () => [{ ...check, url: '', conclusion: 'success', text: '' }],
    workflowRun: async () => undefined,
    blobs: async (_repository: string, _commit: string, asked: readonly string[]) =>
      new Map(asked.filter((path) => paths.includes(path)).map((path) => [path, 'f'.repeat(40)])),
  };
  const aside = { read: async () => ({}) };
  const github = () => ({ login: organisation, runs });
  return { store, clock: { now: () => midTerm }, github, aside } as unknown as FlowPorts;
}

const collect = (paths: readonly string[]) => collectReport(portsOf(paths), { organisation, repository, commit });
const kept = async () =>
  (await store.evidence(organisation, 'weather', login, ['run'])).filter(({ id }) => id.includes('4711'));

test('a report on a commit with a release that is being sent waits for it', async () => {
  const planned = (await store.shipments(organisation, { repository })).find(({ state }) => state === 'planned')!;
  const { path } = planned.shipment;
  const begun: StoredShipment = { ...planned, shipment: { ...planned.shipment, due: midTerm.toISOString() } };
  await store.saveShipment(organisation, begun);
  expect(await collect([path])).toMatchObject({ postpone: 1, why: expect.stringContaining('release-under-way') });
  expect(await kept()).toEqual([]);
  // One that will not come by itself is waited for by nobody.
  await store.saveShipment(organisation, { ...begun, state: 'failed', attempts: 3 });
  expect(await collect([path])).toBeUndefined();
  expect(await kept()).toHaveLength(1);
});

test('what is not in the commit holds up nothing', async () => {
  const all = await store.shipments(organisation, { repository });
  const failed = all.find(({ state }) => state === 'failed')!;
  await store.saveShipment(organisation, { ...failed, state: 'planned' });
  expect(await collect([])).toBeUndefined();
});
