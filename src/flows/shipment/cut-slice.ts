// The slice of a shipment; where students have samples of their own, those that are due next are cut in the same pass.
import type { Shipment } from '../../domain/shipment/shipment.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { Slice } from '../../ports/slices.ts';

export function cutSlice(
  { store, slices }: FlowPorts,
  organisation: string,
  shipment: Shipment,
  directory: string,
): Promise<Slice> {
  const { challenge, release } = shipment;
  return slices.slice(shipment, directory, async () => {
    const waiting = await store.shipments(organisation, { challenge, release, state: 'planned' });
    return waiting.map((storedShipment) => storedShipment.shipment);
  });
}
