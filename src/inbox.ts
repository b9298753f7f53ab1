// Webhooks: stored and queued in one transaction before GitHub is answered, then worked on in order per repository.
import type { EmitterWebhookEvent } from '@octokit/webhooks';
import { rowFor } from './app.ts';
import type { JobRequest } from './ports/jobs.ts';
import type { Outside } from './ports/outside.ts';

/** What events have in common, as far as they have it. */
type Envelope = Partial<EmitterWebhookEvent<'check_run'>['payload']>;
type Arrival = { id: string; name: string; payload: unknown };

/** Keeps a webhook that has a row in the table; the same GUID again is dropped. Returns what became of it. */
export async function acceptDelivery(
  { store, clock }: Pick<Outside, 'store' | 'clock'>,
  { id: guid, name: event, payload }: Arrival,
): Promise<'accepted' | 'known' | 'ignored'> {
  const { action, installation, repository } = payload as Envelope;
  if (!rowFor(event, action)) return 'ignored';
  const receivedAt = clock.now();
  const lane = repository ? `${repository.owner?.login ?? ''}/${repository.name}`.toLowerCase() : 'installation';
  const job: JobRequest = {
    key: `delivery/${guid}`,
    name: 'delivery',
    payload: { guid },
    dueAt: receivedAt,
    lane: `delivery/${lane}`,
  };
  return store.transaction(async (inside) => {
    const isNew = await inside.addDelivery({
      guid,
      event,
      payload,
      receivedAt,
      ...(action === undefined ? {} : { action }),
      ...(installation ? { installationId: installation.id } : {}),
      ...(repository ? { repository: lane } : {}),
    });
    if (!isNew) return 'known';
    await inside.enqueue([job]);
    return 'accepted';
  });
}

/** Works on one stored webhook. */
export async function workDelivery(outside: Outside, { guid }: { guid: string }): Promise<void> {
  const delivery = await outside.store.delivery(guid);
  if (!delivery) return;
  await rowFor(delivery.event, delivery.action)?.(outside, delivery.payload, delivery);
}
