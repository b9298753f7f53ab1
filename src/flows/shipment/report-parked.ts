// Shipments failed permanently, or arrived after all: the one issue about them in the course repository lists what is open.
import {
  describeParked,
  nothingParked,
  parkedMarker,
  type ParkedShipment,
} from '../../domain/messages/parked-message.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import { inForce } from '../course/in-force.ts';

const prefix = 'dispatch-shipment/';

export async function reportParked(
  { store, github }: FlowPorts,
  { organisation }: { organisation: string },
): Promise<void> {
  const found = await inForce(store, organisation);
  if (!found || found.record.installationId === 0) return;
  const { record } = found;
  const { issues } = github(record);
  const parked = await parkedShipments({ store }, organisation);
  if (parked.length === 0) await issues.close(record.repository, parkedMarker, nothingParked);
  else await issues.show(record.repository, parkedMarker, describeParked(parked));
}

async function parkedShipments({ store }: Pick<FlowPorts, 'store'>, organisation: string): Promise<ParkedShipment[]> {
  const own = `${prefix}${organisation.toLowerCase()}/`;
  const jobs = (await store.parkedJobs()).filter(({ key }) => key.startsWith(own));
  const found = await Promise.all(
    jobs.map(async ({ key, attempts, lastError }) => {
      const stored = await store.shipment(organisation, key.slice(own.length));
      return stored ? [{ shipment: stored.shipment, attempts, lastError }] : [];
    }),
  );
  return found.flat();
}
