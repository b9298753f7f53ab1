// Carries a slice to a remote outside GitHub, with a pointer commit that names it.
import type { CarrierPort } from '../../ports/github.ts';
import type { RepositoryOf } from '../client/repository.ts';
import { failure } from '../client/error.ts';
import { cargoOf, commitPointer } from './pointer-commit.ts';

/** Puts a file at a remote unless it is there already with these bytes; resolves to where it is. */
export type PutRemote = (file: string, remote: string, name: string) => Promise<string>;

export function remoteCarrier(named: RepositoryOf, webUrl: string, put: PutRemote): CarrierPort {
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
