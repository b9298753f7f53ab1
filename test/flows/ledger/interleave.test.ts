// Somebody else commits between any two things that a flow reads or writes: the ledger stays sound, the scores true, no
// decision is lost.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyLedgerLines } from '../../../src/domain/ledger/verify.ts';
import type { Evidence } from '../../../src/domain/evidence/evidence.ts';
import { inForce } from '../../../src/flows/course/in-force.ts';
import { readStandings } from '../grade/read-standings.ts';
import { readGradebook } from '../../../src/flows/grade/read-gradebook.ts';
import { recordDecision } from '../../../src/flows/grade/record-decision.ts';
import { writeLedger } from '../../../src/flows/ledger/write-ledger.ts';
import { steerShipment } from '../../../src/flows/shipment/steer-shipments.ts';
import type { FlowPorts } from '../../../src/ports/flow-ports.ts';
import type { Store } from '../../../src/ports/store.ts';
import { openStore } from '../../../src/postgres/store.ts';
import { cloneDatabase, type TestDatabase } from '../../database.ts';
import { fillCourse, midTerm, organisation, people } from '../../web/fill-course.ts';
import { atEveryCall, competitor } from '../competing-store.ts';

const hour = 3_600_000;
const day = 24 * hour;
let database: TestDatabase;
let store: Store;
let other: ReturnType<typeof competitor>;
let now = midTerm;

/** A course for each change: a ledger is verified whole after each write, so it must not grow from one to the next. */
async function open(): Promise<void> {
  database = await cloneDatabase();
  store = openStore(database.pool);
  other = competitor(database.url);
  await fillCourse(store);
}
async function close(): Promise<void> {
  await other.pool.end();
  await database.drop();
}

const write = (on: Store): Promise<void> =>
  writeLedger({ store: on, clock: { now: () => now } } as unknown as FlowPorts, { organisation });
const verify = async () => verifyLedgerLines(await store.ledgerLines(organisation, 1, 1_000_000));

let count = 0;
const someone = (): string => people[count++ % people.length]!.login;

const altered = (owner: string, more: Partial<Evidence> = {}): Evidence =>
  ({
    kind: 'data',
    id: `by-hand/${count++}`,
    challenge: 'weather',
    owner,
    repository: `${organisation}/weather-${owner}`,
    at: now,
    trust: 'measured',
    release: 'release-1',
    shipment: 'unknown',
    event: count % 2 === 0 ? 'altered' : 'merged',
    ...more,
  }) as Evidence;

/** What other processes do meanwhile. */
const changes: Record<string, () => Promise<void>> = {
  'a piece of evidence': async () => void (await other.store.addEvidence(organisation, altered(someone()))),
  'evidence about everybody, and more time': async () => {
    for (const { login } of people) await other.store.addEvidence(organisation, altered(login));
    const extension = { owner: someone(), by: count * hour, reason: 'ill', grantedBy: 'grace' };
    await other.store.addGradeAct(organisation, { id: `act/${count++}`, at: now, kind: 'extension', extension });
  },
  'a shipment that is carried out, or planned': async () => {
    const all = await other.store.shipments(organisation);
    const { receipt, ...one } = all.find(({ state }) => state === 'dispatched')!;
    const shipment = {
      ...one.shipment,
      id: `other-${count++}`,
      owner: someone(),
      release: `release-${1 + (count % 3)}`,
    };
    const state = count % 2 === 0 ? 'planned' : 'dispatched';
    await other.store.saveShipment(organisation, { ...one, shipment, state, ...(receipt ? { receipt } : {}) });
  },
  'another writer of the ledger': async () => {
    await other.store.addEvidence(organisation, altered(someone()));
    await write(other.store);
  },
  'other rules': async () => {
    const { files, facts, repository, commitSha } = (await other.store.course(organisation))!;
    const path = 'challenges/weather/challenge.yml';
    const text = files[path]!.replace(/freshness: \d+ \}/, `freshness: ${15 + (count++ % 7)} }`);
    await other.store.saveCourse(
      organisation,
      { repository: repository!, commitSha: commitSha!, files: { ...files, [path]: text }, facts },
      now,
    );
  },
};

describe.each(Object.entries(changes))('meanwhile: %s', (_, change) => {
  beforeAll(open);
  afterAll(close);

  test('the ledger is sound after each of its writes', async () => {
    const calls = await atEveryCall(store, change, async (watched, n) => {
      now = new Date(now.getTime() + 60_000);
      // There is news before, so that scores are computed, too.
      for (const { login } of people) await store.addEvidence(organisation, altered(login));
      await write(watched);
      expect([n, await verify()]).toMatchObject([n, { ok: true }]);
      now = new Date(now.getTime() + 60_000);
      await write(store);
      expect([n, await verify()]).toMatchObject([n, { ok: true }]);
    });
    expect(calls).toBeGreaterThan(8);
  }, 120_000);

  test('the scores kept for the pages are those that are computed anew', async () => {
    // What was kept before is too old; after that, time stands still.
    now = new Date(now.getTime() + 2 * hour);
    const calls = await atEveryCall(store, change, async (watched, n) => {
      await store.addEvidence(organisation, altered(someone()));
      const wanted = { ...(await inForce(store, organisation))!, organisation, now };
      await readStandings(watched, wanted);
      const after = { ...(await inForce(store, organisation))!, organisation, now };
      expect([n, await readStandings(store, after)]).toEqual([n, await readGradebook(store, after)]);
    });
    expect(calls).toBeGreaterThan(5);
  }, 120_000);

  test('a decision is on record once, and what follows from it is queued', async () => {
    await atEveryCall(store, change, async (watched, n) => {
      const extension = { owner: 'ada-l', by: n * day, reason: 'ill', grantedBy: 'grace' };
      const act = { id: `decision/${count++}`, at: now, kind: 'extension' as const, extension };
      expect(await recordDecision(watched, organisation, act, now)).toBe(true);
      expect(await recordDecision(store, organisation, act, now)).toBe(false);
    });
  });
});

describe('at once', () => {
  beforeAll(open);
  afterAll(close);

  test('two writers at once take turns', async () => {
    for (const { login } of people) await store.addEvidence(organisation, altered(login));
    await Promise.all([1, 2, 3, 4].map(() => write(store)));
    expect(await verify()).toMatchObject({ ok: true });
  });

  test('evidence whose transaction ended late is neither forgotten by the ledger nor by the scores', async () => {
    const late = await database.pool.connect();
    const owner = 'carl-g';
    await late.query('begin');
    const body = altered(owner, { id: 'late' } as Partial<Evidence>);
    await late.query(
      'insert into evidence (organisation, id, challenge, owner, kind, at, body) values (lower($1), $2, $3, $4, $5, $6, $7)',
      [organisation, body.id, body.challenge, owner, body.kind, body.at, JSON.stringify(body)],
    );
    await store.addEvidence(organisation, altered(owner));
    await write(store);
    const wanted = { ...(await inForce(store, organisation))!, organisation, now };
    await readStandings(store, wanted);
    await late.query('commit');
    late.release();
    expect(await readStandings(store, wanted)).toEqual(await readGradebook(store, wanted));
    await write(store);
    expect(await verify()).toMatchObject({ ok: true });
    expect((await store.ledgerLines(organisation, 1, 1_000_000)).some((line) => line.includes('"id":"late"'))).toBe(
      true,
    );
  });

  test('a shipment that is carried out meanwhile is not said to be cancelled', async () => {
    const planned = (await store.shipments(organisation)).find(({ state }) => state === 'planned')!;
    const { receipt } = (await store.shipments(organisation)).find(({ state }) => state === 'dispatched')!;
    await atEveryCall(
      store,
      async () =>
        other.store.saveShipment(organisation, {
          ...planned,
          state: 'dispatched',
          dispatchedAt: now,
          ...(receipt ? { receipt } : {}),
        }),
      async (watched, n) => {
        const id = `${planned.shipment.id}-${n}`;
        planned.shipment = { ...planned.shipment, id };
        await store.saveShipment(organisation, { ...planned, state: 'planned' });
        const steered = steerShipment(watched, organisation, id, 'cancel', now);
        const { done } = await steered;
        const { state } = (await store.shipment(organisation, id))!;
        // Where it was cancelled first, it is not sent; where it was sent first, nobody is told that it was cancelled.
        expect([n, done, state]).toEqual([n, state !== 'dispatched', state]);
      },
    );
  });

  test('a challenge that the course gave up, and took up again, leaves the ledger sound', async () => {
    const { files, facts, repository, commitSha } = (await store.course(organisation))!;
    const save = (changed: typeof files): Promise<void> =>
      store.saveCourse(organisation, { repository: repository!, commitSha: commitSha!, files: changed, facts }, now);
    const path = 'challenges/weather/challenge.yml';
    const other = { ...files, 'challenges/wind/challenge.yml': files[path]!.replace('name: weather', 'name: wind') };
    const late = { ...files, 'course.yml': `${files['course.yml']}late: { tokens: 1, then_per_day: 50% }\n` };
    for (const next of [other, files, late, other, files]) {
      await save(next);
      now = new Date(now.getTime() + 60_000);
      for (const { login } of people) await store.addEvidence(organisation, altered(login));
      await write(store);
      expect(await verify()).toMatchObject({ ok: true });
    }
  });
});
