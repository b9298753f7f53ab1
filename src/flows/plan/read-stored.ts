// What is stored of a challenge's shipments, against what its plan says: whatever says the same is not read.
import type { KnownShipment } from '../../domain/plan/diff.ts';
import { cancelledByHand, type Shipment } from '../../domain/shipment/shipment.ts';
import { shipmentContent } from '../../domain/shipment/shipment-content.ts';
import type { ShipmentContent, StoredShipment } from '../../ports/records.ts';
import type { Store } from '../../ports/store.ts';

export type NotedContent = { id: string; before?: string; content: string };

type Stored = {
  /** Ids of those that are stored as the plan has them, and not cancelled. */
  same: { has: (id: string) => boolean };
  /** All others. */
  stored: KnownShipment[];
  withdrawn: ReadonlySet<string>;
  unnoted: NotedContent[];
  /** Ids of all that are stored otherwise, also once these digests are noted. */
  others: string[];
};

/** Shipments read at once. */
const chunk = 2000;

export async function readStored(
  store: Store,
  organisation: string,
  challenge: string,
  planned: readonly Shipment[],
): Promise<Stored> {
  const contents = new Map(planned.map((shipment) => [shipment.id, shipmentContent(shipment)]));
  const { missing, others } = await store.compareShipments(organisation, challenge, contents);
  // Cancelled, and would say what the plan says.
  const told = new Set(others.filter(({ id, content }) => content && content === contents.get(id)).map(({ id }) => id));
  const known = new Map<string, Shipment>();
  if (told.size > 0) for (const shipment of planned) if (told.has(shipment.id)) known.set(shipment.id, shipment);
  const unknown = others.filter(({ id }) => !told.has(id));
  const unnoted: NotedContent[] = [];
  for (let from = 0; from < unknown.length; from += chunk)
    await readSome(store, organisation, unknown.slice(from, from + chunk), known, unnoted);
  const noted = new Set(unnoted.flatMap(({ id, content }) => (contents.get(id) === content ? [id] : [])));
  for (const id of missing) contents.delete(id);
  for (const { id } of others) contents.delete(id);
  return {
    same: contents,
    stored: others.flatMap(({ id, state }) => (known.has(id) ? [{ shipment: known.get(id)!, state }] : [])),
    withdrawn: new Set(others.filter(isWithdrawn).map(({ id }) => id)),
    unnoted,
    others: others.flatMap(({ id, state }) => (noted.has(id) && state !== 'cancelled' ? [] : [id])),
  };
}

async function readSome(
  store: Store,
  organisation: string,
  some: readonly ShipmentContent[],
  known: Map<string, Shipment>,
  unnoted: NotedContent[],
): Promise<void> {
  const before = new Map(some.map(({ id, content }) => [id, content]));
  for (const { shipment } of await store.shipmentsById(organisation, [...before.keys()])) {
    const { id } = shipment;
    known.set(id, shipment);
    const [noted, content] = [before.get(id), shipmentContent(shipment)];
    if (noted !== content) unnoted.push({ id, content, ...(noted === undefined ? {} : { before: noted }) });
  }
}

/** A person's cancellation outlasts the plan, which would have it again. */
export function isWithdrawn({ state, lastError }: Pick<StoredShipment, 'state' | 'lastError'>): boolean {
  return state === 'cancelled' && lastError === cancelledByHand;
}
