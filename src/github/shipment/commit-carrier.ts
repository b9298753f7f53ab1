// Carries a slice as one commit on the default branch.
import type { Receipt } from '../../ports/records.ts';
import type { CarrierPort } from '../../ports/github.ts';
import { defaultHead, findShipped, whileRaced } from '../repository/branch.ts';
import type { Octokit } from '@octokit/rest';
import { additionsAfter, additionsOnto, commitTelling, packParcel, type Commit } from './parcel.ts';

export function commitCarrier(octokit: Octokit, owner: string, webUrl: string, commitTo: Commit): CarrierPort {
  return {
    async carry(shipment, slice, { message }, seen) {
      const repo = shipment.repository;
      const parcel = await packParcel(shipment.path, slice);
      let before = seen;
      // Each round looks first: a commit whose answer was lost is found here and not repeated.
      const { commit, ...told } = await whileRaced<{ commit: string; fault?: string }>(async () => {
        if (before) {
          const { head, manifest } = before;
          before = undefined;
          return commitTelling(commitTo, repo, head, message, additionsAfter(manifest, shipment, slice, parcel));
        }
        const head = await defaultHead(octokit, owner, repo);
        const shipped = await findShipped(octokit, owner, repo, head.branch, shipment);
        if (shipped) return { commit: shipped };
        const additions = await additionsOnto(octokit, owner, head.oid, shipment, slice, parcel);
        return commitTelling(commitTo, repo, head, message, additions);
      });
      const { bytes, sha256, rows } = slice;
      return {
        commit,
        blob: parcel.blob,
        bytes,
        sha256,
        rows,
        ...told,
        url: `${webUrl}/${owner}/${repo}/commit/${commit}`,
      } satisfies Receipt;
    },
  };
}
