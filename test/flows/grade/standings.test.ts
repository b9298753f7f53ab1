// A course's scores without all of its evidence: the same as computed anew, and only those computed that may have changed.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ProbeEvidence } from '../../../src/domain/evidence/evidence.ts';
import { inForce } from '../../../src/flows/course/in-force.ts';
import { readStandings } from './read-standings.ts';
import { readGradebook, readInChunks } from '../../../src/flows/grade/read-gradebook.ts';
import { scorePolicy } from '../../../src/domain/evidence/policy.ts';
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

const later = (ms: number): Date => new Date(midTerm.getTime() + ms);

/** The course page's scores at that time, and whose evidence was read for them. */
async function standings(now: Date) {
  const read: string[] = [];
  const watched: Store = {
    ...store,
    gradingEvidence: (org, challenge, owners, since) => {
      read.push(...owners);
      return store.gradingEvidence(org, challenge, owners, since);
    },
  };
  const wanted = { ...(await inForce(store, organisation))!, organisation, now };
  const book = await readStandings(watched, wanted);
  expect(book).toEqual(await readGradebook(store, wanted));
  return read.toSorted();
}

test('what was computed before is not computed again, until there is news about somebody', async () => {
  const everybody = people.map(({ login }) => login).toSorted();
  expect(await standings(midTerm)).toEqual(everybody);
  expect(await standings(midTerm)).toEqual([]);
  await store.addEvidence(organisation, {
    kind: 'data',
    id: 'altered/by-hand',
    challenge: 'weather',
    owner: 'ada-l',
    repository: `${organisation}/weather-ada-l`,
    at: midTerm,
    trust: 'measured',
    release: 'release-1',
    shipment: 'unknown',
    event: 'altered',
  });
  expect(await standings(midTerm)).toEqual(['ada-l']);
  expect(await standings(midTerm)).toEqual([]);
});

test('a decision about one student, and a shipment of another, are news', async () => {
  const override = { owner: 'emmy-n', challenge: 'weather', points: 3, reason: 'seen', by: 'grace' };
  await store.addGradeAct(organisation, { id: 'command/1', at: midTerm, kind: 'override', override });
  const planned = (await store.shipments(organisation)).find(
    ({ shipment, state }) => shipment.owner === 'carl-g' && state === 'planned',
  );
  await store.saveShipment(organisation, { ...planned!, state: 'cancelled' });
  expect(await standings(midTerm)).toEqual(['carl-g', 'emmy-n']);
});

test('as time goes by, all are computed again after an hour', async () => {
  const wanted = { ...(await inForce(store, organisation))!, organisation };
  expect((await readStandings(store, { ...wanted, now: later(3_599_000) })).rows).toHaveLength(people.length);
  expect(await standings(later(3_601_000))).toHaveLength(people.length);
  // Neither is what was computed for a later moment taken for an earlier one.
  expect(await standings(midTerm)).toHaveLength(people.length);
});

test('of the probes before the window only the last that named its model is read: a proof may rest on it', async () => {
  const probe = (hours: number, answer: Partial<ProbeEvidence> = {}): ProbeEvidence => ({
    kind: 'probe',
    id: `probe/${hours}`,
    challenge: 'weather',
    owner: 'george-b',
    repository: `${organisation}/weather-george-b`,
    at: later(hours * 3_600_000),
    trust: 'measured',
    ok: true,
    code: 'ok',
    cause: 'student',
    ...answer,
  });
  const read = async () => {
    const found = await store.gradingEvidence(organisation, ['weather'], ['george-b'], later(-168 * 3_600_000));
    return found.filter(({ kind }) => kind === 'probe').map(({ id }) => id);
  };
  for (const hours of [-400, -169, -168, -1]) await store.addEvidence(organisation, probe(hours));
  expect(await read()).toEqual(['probe/-168', 'probe/-1']);
  for (const hours of [-390, -300]) await store.addEvidence(organisation, probe(hours, { modelVersion: 'v1' }));
  await store.addEvidence(organisation, probe(-200, { modelVersion: 'v2', ok: false, code: 'slow' }));
  expect(await read()).toEqual(['probe/-300', 'probe/-168', 'probe/-1']);
  const wanted = { ...(await inForce(store, organisation))!, organisation, now: midTerm };
  const all = await Promise.all(wanted.challenges.map(({ name }) => store.evidence(organisation, name)));
  const whole: Store = {
    ...store,
    gradingEvidence: async (_, challenges) => all.flat().filter(({ challenge }) => challenges.includes(challenge)),
  };
  expect(await readGradebook(store, wanted)).toEqual(await readGradebook(whole, wanted));
  // A longer window that is only proposed needs what lies in it.
  const policy = scorePolicy(
    wanted.challenges.find(({ name }) => name === 'weather')!,
    wanted.course,
  );
  const longer = { ...policy, endpoint: { ...policy.endpoint!, window: 500 * 3_600_000 } };
  const reached: string[] = [];
  for await (const { evidence } of readInChunks(store, wanted, { also: [longer] }))
    reached.push(...evidence.map(({ id }) => id));
  expect(reached).toContain('probe/-400');
});
