// The job table over a real queue: rows as a database may have them.
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { jobTable } from '../src/jobs.ts';
import { parsePayload } from '../src/ports/job-map.ts';
import type { FlowPorts } from '../src/ports/flow-ports.ts';
import { jobQueue } from '../src/postgres/job-queue.ts';
import { openStore } from '../src/postgres/store.ts';
import { startWorker } from '../src/worker.ts';
import { cloneDatabase } from './database.ts';

const now = new Date('2027-01-11T08:00:00Z');

test('a payload that cannot be read is said and parked, not run; one of an older program is run', async () => {
  const database = await cloneDatabase();
  const queue = jobQueue(database.pool);
  const store = openStore(database.pool);
  const clock = { runs: false, now: () => now, onChange: () => () => undefined };
  const log = pino({ level: 'silent' });
  const asked: string[] = [];
  // The flow asks the store first, and finds no such request: that it asked shows that it ran.
  const course: FlowPorts['store']['course'] = async (organisation) => void asked.push(organisation);
  const ports = { store: { ...store, course }, clock, log } as unknown as FlowPorts;
  const row = (key: string, payload: unknown) => ({ key, name: 'close-request', payload, dueAt: now });
  await queue.enqueue([
    row('misspelt', { organisation: 'misspelt', di: 'a' }),
    row('number', { organisation: 7, id: 'a' }),
    row('nothing', []),
    row('older', { organisation: 'older', id: 'a', since: 'removed' }),
  ]);
  const onQueued = async () => async () => undefined;
  const worker = await startWorker({ queue, clock, log, jobs: jobTable(ports), onQueued });
  try {
    await expect.poll(() => store.parkedJobs(), { timeout: 30_000 }).toHaveLength(3);
    await expect.poll(() => store.jobs(['older']), { timeout: 30_000 }).toEqual([]);
    expect(asked).toEqual(['older']);
    const parked = await store.parkedJobs();
    const said = Object.fromEntries(parked.map(({ key, lastError }) => [key, lastError]));
    expect(said['misspelt']).toMatch(/^payload-unreadable: the payload of this close-request cannot be read: id: /);
    expect(said['number']).toContain('organisation: ');
    for (const { attempts } of parked) expect(attempts).toBe(1);
  } finally {
    await worker.stop();
    await database.drop();
  }
});

test('a payload says what is wrong with it, and loses what nobody reads', () => {
  expect(parsePayload('check-milestones', { organisation: 'o', repository: 'r', commit: 'c', at: 'soon' })).toEqual({
    fault: 'at: must be a moment',
  });
  const release = { organisation: 'o', repository: 'r', challenge: 'c', rule: 0, release: 'r1' };
  expect(parsePayload('issue-request', { ...release, more: 1 })).toEqual({ payload: release });
});
