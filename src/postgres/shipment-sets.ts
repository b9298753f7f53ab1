// Shipments by the thousand: read, locked and written by statements about sets, so that a merge takes as many as it has chunks.
import type { Shipment } from '../domain/shipment/shipment.ts';
import { shipmentContent } from '../domain/shipment/shipment-content.ts';
import type { ShipmentContent, StoredShipment } from '../ports/records.ts';
import type { Store } from '../ports/store.ts';
import type { Database } from './pool.ts';
import { toJson } from './to-json.ts';

type ShipmentSets = Pick<
  Store,
  | 'saveShipments'
  | 'shipmentContents'
  | 'saveShipmentContents'
  | 'shippedChallenges'
  | 'latestDispatched'
  | 'shippedPlaces'
  | 'scoredShipments'
>;

/** Shipments in one statement: a few megabytes. */
const chunk = 1000;

export function shipmentSets(database: Database): ShipmentSets {
  return {
    async saveShipments(organisation, all) {
      for (let from = 0; from < all.length; from += chunk)
        await saveChunk(database, organisation, all.slice(from, from + chunk));
    },
    async shipmentContents(organisation, challenge) {
      const { rows } = await database.query<ContentRow>(
        `select id, state, case state when 'cancelled' then last_error end as last_error, content from shipment
         where organisation = lower($1) and challenge = $2 order by due, challenge, release, owner, id`,
        [organisation, challenge],
      );
      return rows.map(({ last_error, content, ...row }) => ({
        ...row,
        ...(last_error === null ? {} : { lastError: last_error }),
        ...(content === null ? {} : { content }),
      }));
    },
    saveShipmentContents: (organisation, contents) => saveContents(database, organisation, contents),
    async shippedChallenges(organisation) {
      const { rows } = await database.query<{ challenge: string }>(
        'select distinct challenge from shipment where organisation = lower($1) order by challenge',
        [organisation],
      );
      return rows.map(({ challenge }) => challenge);
    },
    async latestDispatched(organisation) {
      const { rows } = await database.query<Pick<Shipment, 'repository' | 'challenge' | 'release'>>(
        `select distinct on (repository, challenge) repository, challenge, release from shipment
         where organisation = lower($1) and state = 'dispatched'
         order by repository, challenge, due desc, release desc, owner desc, id desc`,
        [organisation],
      );
      return rows;
    },
    async shippedPlaces(organisation, challenge) {
      const { rows } = await database.query<Pick<Shipment, 'owner' | 'repository'>>(
        `select distinct owner, repository from shipment
         where organisation = lower($1) and challenge = $2 and state <> 'cancelled' order by owner, repository`,
        [organisation, challenge],
      );
      return rows;
    },
    async scoredShipments(organisation, owners) {
      const { rows } = await database.query<ScoredRow>(
        `select id, challenge, release, owner, due, state, carrier, dispatched_at from shipment
         where organisation = lower($1) and ($2::text[] is null or owner = any($2))
         order by due, challenge, release, owner, id`,
        [organisation, owners],
      );
      return rows.map(({ dispatched_at, ...row }) =>
        dispatched_at === null ? row : { ...row, dispatchedAt: dispatched_at },
      );
    },
  };
}

/** Those that have one have it by a newer statement. */
async function saveContents(
  database: Database,
  organisation: string,
  contents: readonly { id: string; content: string }[],
): Promise<void> {
  await database.query(
    `update shipment s set content = given.content from unnest($2::text[], $3::text[]) as given(id, content)
     where s.organisation = lower($1) and s.id = given.id and s.content is null`,
    [organisation, contents.map(({ id }) => id), contents.map(({ content }) => content)],
  );
}

type ContentRow = Pick<ShipmentContent, 'id' | 'state'> & { last_error: string | null; content: string | null };
type ScoredRow = Awaited<ReturnType<Store['scoredShipments']>>[number] & { dispatched_at: Date | null };

/** A dispatched shipment never changes: saving over one does nothing. In order of id, so that two who save wait for each other. */
async function saveChunk(database: Database, organisation: string, all: readonly StoredShipment[]): Promise<void> {
  const values = all.map(({ shipment, state, attempts, lastError, dispatchedAt, receipt, stagedAt }) => ({
    body: shipment,
    content: shipmentContent(shipment),
    state,
    attempts,
    last_error: lastError,
    dispatched_at: dispatchedAt,
    receipt,
    staged_at: stagedAt,
  }));
  await database.query(
    `insert into shipment (organisation, id, challenge, release, owner, repository, due, body, state, attempts, last_error,
       dispatched_at, receipt, staged_at, content)
     select lower($1), s.body->>'id', s.body->>'challenge', s.body->>'release', s.body->>'owner', s.body->>'repository',
       (s.body->>'due')::timestamptz, s.body, s.state, s.attempts, s.last_error, s.dispatched_at, s.receipt, s.staged_at, s.content
     from jsonb_to_recordset($2::jsonb) as s(body jsonb, state text, attempts int, last_error text,
       dispatched_at timestamptz, receipt jsonb, staged_at timestamptz, content text)
     order by s.body->>'id'
     on conflict (organisation, id) do update set due = excluded.due, body = excluded.body, content = excluded.content, state = excluded.state,
       attempts = excluded.attempts, last_error = excluded.last_error, dispatched_at = excluded.dispatched_at,
       receipt = excluded.receipt, staged_at = excluded.staged_at
     where shipment.state <> 'dispatched'`,
    [organisation, toJson(values)],
  );
}
