// Carries a slice to a remote outside GitHub, with a pointer commit that names it.
import type { CarrierPort } from '../../ports/github.ts';
import { failure } from '../client/error.ts';
import type { CarrierTools } from './carrier-tools.ts';
import { cargoOf, commitPointer } from './pointer-commit.ts';

export function remoteCarrier({ named, webUrl, putRemote: put }: CarrierTools): CarrierPort {
  return {
    async carry(shipment, slice, { message }) {
      const { remote } = shipment;
      if (remote === undefined) throw failure('remote-missing', `shipment ${shipment.id} names no remote`, true);
      const cargo = await cargoOf(shipment, slice);
      const where = await put(cargo.file, remote, cargo.path);
      return commitPointer(named(shipment.repository), webUrl, { shipment, slice, cargo, where }, message);
    },
  };
}
