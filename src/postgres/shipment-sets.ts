// Shipments by the thousand: read, locked and written by statements about sets, so that a merge takes as many as it has chunks.
import type { Shipment } from '../domain/shipment/shipment.ts';
import { shipmentContent } from '../domain/shipment/shipment-content.ts';
import type { ShipmentContent, StoredShipment } from '../ports/records.ts';
import type { Store } from '../ports/store.ts';
import type { Database } from './pool.ts';
import { shipmentOrder } from './shipment-store.ts';
import { toJson } from './to-json.ts';

type ShipmentSets = Pick<
  Store,
  | 'saveShipments'
  | 'addShipments'
  | 'compareShipments'
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
    saveShipments: (organisation, all) => saveAll(database, organisation, all, saveOver),
    addShipments: (organisation, all) => saveAll(database, organisation, all, 'do nothing'),
    compareShipments: (organisation, challenge, planned) => compare(database, organisation, challenge, planned),
    saveShipmentContents: (organisation, contents) => saveContents(database, organisation, contents),
    async shippedChallenges(organisation) {
      const { rows } = await database.query<{ challenge: string }>(
        // From one to the next, by the index: a class has thousands of each.
        `with recursive name as (
           (select challenge from shipment where organisation = lower($1) order by challenge limit 1)
           union all
           select (select challenge from shipment where organisation = lower($1) and challenge > name.challenge order by challenge limit 1)
           from name where challenge is not null)
         select challenge from name where challenge is not null`,
        [organisation],
      );
      return rows.map(({ challenge }) => challenge);
    },
    async latestDispatched(organisation) {
      const { rows } = await database.query<Pick<Shipment, 'repository' | 'challenge' | 'release'>>(
        `with latest as (
           select repository, challenge, max(due) as due from shipment
           where organisation = lower($1) and state = 'dispatched' group by repository, challenge)
         select distinct on (repository, challenge) repository, challenge, release
         from shipment join latest using (repository, challenge, due) where organisation = lower($1) and state = 'dispatched'
         order by repository, challenge, release desc, owner desc, id desc`,
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
         order by ${shipmentOrder}`,
        [organisation, owners],
      );
      return rows.map(({ dispatched_at, ...row }) =>
        dispatched_at === null ? row : { ...row, dispatchedAt: dispatched_at },
      );
    },
  };
}

/** Returns the ids of those that were written. */
async function saveAll(
  database: Database,
  organisation: string,
  all: readonly StoredShipment[],
  whereKnown: string,
): Promise<Set<string>> {
  const written = new Set<string>();
  for (let from = 0; from < all.length; from += chunk) {
    const some = all.slice(from, from + chunk);
    for (const id of await saveChunk(database, organisation, some, whereKnown)) written.add(id);
  }
  return written;
}

async function compare(
  database: Database,
  organisation: string,
  challenge: string,
  planned: ReadonlyMap<string, string>,
): Promise<{ missing: string[]; others: ShipmentContent[] }> {
  const { rows } = await database.query<ContentRow>(
    `select coalesce(s.id, p.id) as id, s.state, case s.state when 'cancelled' then s.last_error end as last_error, s.content
     from unnest(string_to_array($3, ','), string_to_array($4, ',')) as p(id, content)
     full join (select * from shipment where organisation = lower($1) and challenge = $2) s on s.id = p.id
     where s.id is null or p.id is null or s.content is distinct from p.content or s.state = 'cancelled'
     order by s.due, s.challenge, s.release, s.owner, id`,
    [organisation, challenge, [...planned.keys()].join(), [...planned.values()].join()],
  );
  const [missing, others]: [string[], ShipmentContent[]] = [[], []];
  for (const { id, state, last_error, content } of rows)
    if (state === null) missing.push(id);
    else
      others.push({
        id,
        state,
        ...(last_error === null ? {} : { lastError: last_error }),
        ...(content === null ? {} : { content }),
      });
  return { missing, others };
}

async function saveContents(
  database: Database,
  organisation: string,
  contents: readonly { id: string; before?: string; content: string }[],
): Promise<void> {
  await database.query(
    `update shipment s set content = given.content from unnest($2::text[], $3::text[], $4::text[]) as given(id, before, content)
     where s.organisation = lower($1) and s.id = given.id and s.content is not distinct from given.before`,
    [
      organisation,
      contents.map(({ id }) => id),
      contents.map(({ before }) => before ?? null),
      contents.map(({ content }) => content),
    ],
  );
}

type ContentRow = {
  id: string;
  state: ShipmentContent['state'] | null;
  last_error: string | null;
  content: string | null;
};
type ScoredRow = Awaited<ReturnType<Store['scoredShipments']>>[number] & { dispatched_at: Date | null };

/** The same objects in many shipments: a calendar goes to the database once for a thousand of them. */
const shared = ['releases', 'dataset', 'drift'] as const;
type Shared = Pick<Shipment, (typeof shared)[number]>;

/** A dispatched shipment never changes: saving over one does nothing. */
const saveOver = `do update set due = excluded.due, body = excluded.body, content = excluded.content, state = excluded.state,
    attempts = excluded.attempts, last_error = excluded.last_error, dispatched_at = excluded.dispatched_at,
    receipt = excluded.receipt, staged_at = excluded.staged_at
  where shipment.state <> 'dispatched'`;

/** In order of id, so that two who save wait for each other. Returns the ids of those that were written. */
async function saveChunk(
  database: Database,
  organisation: string,
  all: readonly StoredShipment[],
  whereKnown: string,
): Promise<string[]> {
  const common: Shared[] = [];
  const placeOf = (shipment: Shipment): number => {
    const found = common.findIndex((candidate) => shared.every((key) => candidate[key] === shipment[key]));
    return found >= 0 ? found : common.push(shipment) - 1;
  };
  const values = all.map(({ shipment, state, attempts, lastError, dispatchedAt, receipt, stagedAt }) => ({
    own: { ...shipment, releases: undefined, dataset: undefined, drift: undefined },
    common: placeOf(shipment),
    content: shipmentContent(shipment),
    state,
    attempts,
    last_error: lastError,
    dispatched_at: dispatchedAt,
    receipt,
    staged_at: stagedAt,
  }));
  const calendars = common.map(({ releases, dataset, drift }) => ({ releases, dataset, drift }));
  const { rows } = await database.query<{ id: string }>(
    `insert into shipment (organisation, id, challenge, release, owner, repository, due, body, state, attempts, last_error,
       dispatched_at, receipt, staged_at, content)
     select lower($1), s.own->>'id', s.own->>'challenge', s.own->>'release', s.own->>'owner', s.own->>'repository',
       (s.own->>'due')::timestamptz, s.own || c.body, s.state, s.attempts, s.last_error, s.dispatched_at, s.receipt, s.staged_at, s.content
     from jsonb_to_recordset($2::jsonb) as s(own jsonb, common int, state text, attempts int, last_error text,
       dispatched_at timestamptz, receipt jsonb, staged_at timestamptz, content text)
     join jsonb_array_elements($3::jsonb) with ordinality as c(body, place) on c.place = s.common + 1
     order by s.own->>'id'
     on conflict (organisation, id) ${whereKnown} returning id`,
    [organisation, toJson(values), toJson(calendars)],
  );
  return rows.map(({ id }) => id);
}
