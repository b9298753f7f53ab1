// A pull request that carried a release was closed: merged or not, it is labelled, and answered when it was not.
import { dataLabels, describeClosed } from '../../domain/messages/data-message.ts';
import type { Outside } from '../../ports/outside.ts';
import { dashboardJob } from '../jobs/queue-jobs.ts';

type Payload = { organisation: string; repository: string; branch: string; number: number; merged: boolean; at: Date };

export async function followPull({ store, github }: Outside, payload: Payload): Promise<void> {
  const { organisation, repository, branch, number, merged, at } = payload;
  const record = await store.course(organisation);
  const stored = (await store.shipments(organisation, { repository })).find(
    ({ shipment }) => shipment.branch === branch,
  );
  if (!record || !stored) return;
  const { dataPulls } = github(record);
  const { shipment } = stored;
  if (merged) return dataPulls.relabel(repository, number, dataLabels.merged);
  await store.addEvidence(organisation, {
    kind: 'data',
    id: `closed/${shipment.id}/${at.toISOString()}`,
    challenge: shipment.challenge,
    owner: shipment.owner,
    repository: `${record.login}/${repository}`,
    at,
    trust: 'measured',
    release: shipment.release,
    shipment: shipment.id,
    event: 'closed',
  });
  await store.enqueue([dashboardJob(organisation, repository, at)]);
  const { marker, body } = describeClosed(shipment);
  await dataPulls.relabel(repository, number, dataLabels.expired);
  await dataPulls.comment(repository, number, marker, body);
}
