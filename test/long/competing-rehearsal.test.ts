// Whole rehearsals of the default course in which somebody else commits before every statement of the app: nothing fails,
// and the ledger is sound.
import { afterEach, expect, test } from 'vitest';
import type { Evidence } from '../../src/domain/evidence/evidence.ts';
import { verifyStored } from '../../src/flows/ledger/verify-stored.ts';
import type { Store } from '../../src/ports/store.ts';
import { rehearse } from '../../src/rehearsal/rehearse.ts';
import { openCompeting } from '../competing-database.ts';
import { competitor } from '../flows/competing-store.ts';
import { defaultCourse } from './default-course.ts';

const organisation = 'contested';
/** It would have to wait for what the statement's own transaction holds; there is no course yet. */
const isExpected = new Set(['55P03', '23503']);
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** What other processes do meanwhile: rarely something that stays, so that the course remains one. */
function changes(store: Store, owners: readonly string[]): (n: number) => Promise<void> {
  return async (n) => {
    const owner = owners[n % owners.length]!;
    const at = new Date(Date.UTC(2027, 0, 12) + n * 1000);
    if (n % 400 === 0) {
      const extension = { owner, by: 3_600_000, reason: 'ill', grantedBy: 'grace' };
      await store.addGradeAct(organisation, { id: `act/${n}`, at, kind: 'extension', extension });
    } else if (n % 20 === 0) {
      await store.addEvidence(organisation, seenByHand(owner, n, at));
    } else {
      const [storedShipment] = await store.shipments(organisation, { owner, challenge: 'weather' });
      if (!storedShipment) return;
      const { receipt: _receipt, dispatchedAt: _dispatchedAt, ...planned } = storedShipment;
      const shipment = { ...storedShipment.shipment, id: `other-${owner}`, release: 'release-3' };
      await store.saveShipment(organisation, { ...planned, shipment, state: n % 2 ? 'planned' : 'cancelled' });
    }
  };
}

const seenByHand = (owner: string, n: number, at: Date): Evidence =>
  ({
    kind: 'data',
    id: `by-hand/${n}`,
    challenge: 'weather',
    owner,
    repository: `${organisation}/weather-${owner}`,
    at,
    trust: 'measured',
    release: 'release-1',
    shipment: 'unknown',
    event: 'altered',
  }) as Evidence;

test.each([1, 2])(
  'seed %i',
  async (seed) => {
    const { database, settings } = await defaultCourse(organisation, seed, closing);
    const other = competitor(database.url);
    closing.push(() => other.pool.end());
    const change = changes(
      other.store,
      settings.owners.map(({ slug }) => slug),
    );
    let committed = 0;
    const surprises: unknown[] = [];
    const compete = async (n: number): Promise<void> => {
      await change(n).then(
        () => (committed += 1),
        (error: { code?: string }) => isExpected.has(error.code ?? '') || surprises.push(error),
      );
    };
    // The look whether all is quiet is the rehearsal's, not the app's.
    const contested = await openCompeting(database.url, compete, /select key, last_error from job/);
    closing.push(contested.close);
    const rehearsal = await rehearse({ ...settings, databaseUrl: contested.url });
    closing.push(rehearsal.close);
    expect(rehearsal.ledger).toMatchObject({ ok: true });
    expect(await verifyStored(other.store, organisation)).toMatchObject({ ok: true });
    const real = rehearsal.shipments.filter(({ shipment }) => !shipment.id.startsWith('other-'));
    expect(real.map(({ state }) => state)).toEqual(real.map(() => 'dispatched'));
    const { rows } = await database.pool.query(`select key, last_error from job where state = 'parked'`);
    expect(rows).toEqual([]);
    expect(surprises).toEqual([]);
    // Nearly every statement met somebody else's commit.
    expect(contested.statements()).toBeGreaterThan(5_000);
    expect(committed / contested.statements()).toBeGreaterThan(0.8);
  },
  900_000,
);
