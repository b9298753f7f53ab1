// Carries a slice as one commit on the default branch.
import type { Receipt } from '../../ports/records.ts';
import type { CarrierPort } from '../../ports/github.ts';
import { defaultHead, findShipped, whileRaced } from '../repository/branch.ts';
import type { CarrierTools } from './carrier-tools.ts';
import { additionsAfter, additionsOnto, commitTelling, gatherFiles } from './shipment-files.ts';

export function commitCarrier({ named, webUrl, commitTo }: CarrierTools): CarrierPort {
  return {
    async carry(shipment, slice, { message }, seen) {
      const repository = named(shipment.repository);
      const gathered = await gatherFiles(shipment, slice);
      let before = seen;
      // Each round looks first: a commit whose answer was lost is found here and not repeated.
      const { commit, ...told } = await whileRaced<{ commit: string; fault?: string }>(async () => {
        if (before) {
          const { head, manifest } = before;
          before = undefined;
          return commitTelling(commitTo, { repository, head }, message, additionsAfter(manifest, gathered));
        }
        const head = await defaultHead(repository);
        const shipped = await findShipped(repository, head.branch, shipment);
        if (shipped) return { commit: shipped };
        const additions = await additionsOnto(repository, head.oid, gathered);
        return commitTelling(commitTo, { repository, head }, message, additions);
      });
      const { bytes, sha256, rows } = slice;
      return {
        commit,
        blob: gathered.blob,
        bytes,
        sha256,
        rows,
        ...told,
        url: `${webUrl}/${repository.owner}/${repository.repo}/commit/${commit}`,
      } satisfies Receipt;
    },
  };
}
