// Shipments and evidence in the database.
import { carriersInGit } from '../domain/carrier/carriers.ts';
import type { Evidence } from '../domain/evidence/evidence.ts';
import type { Shipment, ShipmentState } from '../domain/shipment/shipment.ts';
import { shipmentContent } from '../domain/shipment/shipment-content.ts';
import type { Receipt, StoredShipment } from '../ports/records.ts';
import type { Store } from '../ports/store.ts';
import type { Expected } from '../ports/github.ts';
import type { Database } from './pool.ts';
import { toJson } from './to-json.ts';
import { where } from './where.ts';

export type ShipmentRow = {
  body: Shipment;
  state: ShipmentState;
  attempts: number;
  last_error: string | null;
  dispatched_at: Date | null;
  receipt: Receipt | null;
  staged_at: Date | null;
};

/** As lists of shipments are ordered. */
export const shipmentOrder = 'due, challenge, release, owner, id';
export const shipmentColumns = 'body, state, attempts, last_error, dispatched_at, receipt, staged_at';

type ShipmentStore = Pick<
  Store,
  | 'shipments'
  | 'shipment'
  | 'shipmentsById'
  | 'lockShipment'
  | 'saveShipment'
  | 'lockShipments'
  | 'reopenShipments'
  | 'nextShipments'
  | 'addEvidence'
  | 'evidence'
>;

export function shipmentStore(database: Database): ShipmentStore {
  return {
    shipments(organisation, { repository, challenge, owner, release, state } = {}) {
      const asked = { 'lower(repository) = lower(?)': repository, 'challenge = ?': challenge, 'owner = ?': owner };
      const more = { 'release = ?': release, 'state = ?': state };
      const { conditions, values } = where([organisation], { ...asked, ...more });
      return findShipments(database, `true${conditions}`, values);
    },
    shipment: async (organisation, id) => (await findShipments(database, 'id = $2', [organisation, id]))[0],
    shipmentsById: (organisation, ids) => findShipments(database, 'id = any($2)', [organisation, ids]),
    lockShipment: async (organisation, id) =>
      (await findShipments(database, 'id = $2', [organisation, id], 'for update'))[0],
    async lockShipments(organisation, ids) {
      const found = await findShipments(database, 'id = any($2)', [organisation, ids], 'for update', 'id');
      return new Map(found.map((stored) => [stored.shipment.id, stored]));
    },
    saveShipment: (organisation, stored) => saveShipment(database, organisation, stored),
    async reopenShipments(organisation, repository) {
      const { rows } = await database.query<ShipmentRow>(
        `update shipment set state = 'planned', dispatched_at = null, receipt = null, staged_at = null, attempts = 0
         where organisation = lower($1) and lower(repository) = lower($2) and state = 'dispatched'
         returning ${shipmentColumns}`,
        [organisation, repository],
      );
      return rows.map(toStored);
    },
    nextShipments: (organisation, now, which) => nextShipments(database, organisation, now, which),
    addEvidence: (organisation, evidence) => addEvidence(database, organisation, evidence),
    evidence: (...asked) => readEvidence(database, asked),
  };
}

async function findShipments(
  database: Database,
  condition: string,
  values: unknown[],
  lock = '',
  order = shipmentOrder,
): Promise<StoredShipment[]> {
  const { rows } = await database.query<ShipmentRow>(
    `select ${shipmentColumns} from shipment
     where organisation = lower($1) and ${condition} order by ${order} ${lock}`,
    values,
  );
  return rows.map(toStored);
}

/** A dispatched shipment never changes: saving over one does nothing. */
async function saveShipment(database: Database, organisation: string, stored: StoredShipment): Promise<void> {
  const { shipment, state, attempts, lastError, dispatchedAt, receipt, stagedAt } = stored;
  await database.query(
    `insert into shipment (organisation, id, challenge, release, owner, repository, due, body, state, attempts, last_error,
       dispatched_at, receipt, staged_at, content)
     values (lower($1), $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
     on conflict (organisation, id) do update set due = excluded.due, body = excluded.body, content = excluded.content, state = excluded.state,
       attempts = excluded.attempts, last_error = excluded.last_error, dispatched_at = excluded.dispatched_at,
       receipt = excluded.receipt, staged_at = excluded.staged_at
     where shipment.state <> 'dispatched'`,
    [
      organisation,
      shipment.id,
      shipment.challenge,
      shipment.release,
      shipment.owner,
      shipment.repository,
      shipment.due,
      toJson(shipment),
      state,
      attempts,
      lastError,
      dispatchedAt,
      receipt && toJson(receipt),
      stagedAt,
      shipmentContent(shipment),
    ],
  );
}

async function nextShipments(
  database: Database,
  organisation: string,
  now: Date,
  { first, but, limit }: { first: string; but: readonly string[]; limit: number },
): Promise<Expected[]> {
  const { rows } = await database.query<{ body: Shipment; repository_id: number }>(
    `select body, repository_id from (
       select distinct on (s.repository) s.body, r.repository_id, s.id, s.due, s.challenge, s.release, s.owner
       from shipment s join student_repository r on r.organisation = s.organisation and r.name = s.repository
       where s.organisation = lower($1) and s.due <= $2 and s.state = 'planned' and s.attempts = 0 and s.id <> all($4)
         and r.state = 'ready' and r.repository_id is not null and s.body->>'carrier' = any($6)
       order by s.repository, s.id <> $3, s.due, s.challenge, s.release) as next
     order by id <> $3, due, challenge, release, owner limit $5`,
    [organisation, now, first, but, limit, carriersInGit],
  );
  return rows.map(({ body, repository_id }) => ({ shipment: body, repositoryId: repository_id }));
}

async function addEvidence(database: Database, organisation: string, evidence: Evidence): Promise<boolean> {
  const { rowCount } = await database.query(
    `insert into evidence (organisation, id, challenge, owner, kind, at, body) values (lower($1), $2, $3, $4, $5, $6, $7)
     on conflict do nothing`,
    [organisation, evidence.id, evidence.challenge, evidence.owner, evidence.kind, evidence.at, toJson(evidence)],
  );
  return rowCount === 1;
}

async function readEvidence(
  database: Database,
  [organisation, challenge, owner, kinds, since]: Parameters<Store['evidence']>,
): Promise<Evidence[]> {
  const asked = { 'owner = ?': owner, 'kind = any(?)': kinds, 'at >= ?': since };
  const { conditions, values } = where([organisation, challenge], asked);
  const { rows } = await database.query<{ body: Evidence; at: Date }>(
    `select body, at from evidence where organisation = lower($1) and challenge = $2${conditions} order by at, seq`,
    values,
  );
  return rows.map(({ body, at }) => ({ ...body, at }));
}

export function toStored(row: ShipmentRow): StoredShipment {
  return {
    shipment: row.body,
    state: row.state,
    attempts: row.attempts,
    ...(row.last_error === null ? {} : { lastError: row.last_error }),
    ...(row.dispatched_at === null ? {} : { dispatchedAt: row.dispatched_at }),
    ...(row.receipt === null ? {} : { receipt: row.receipt }),
    ...(row.staged_at === null ? {} : { stagedAt: row.staged_at }),
  };
}
