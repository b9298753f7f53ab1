// Webhooks: stored and queued in one transaction before GitHub is answered, then worked on in order per repository.
import type { EmitterWebhookEvent } from '@octokit/webhooks';
import type { Job } from './ports/job-map.ts';
import type { FlowPorts } from './ports/flow-ports.ts';
import type { DeliveryRecord } from './ports/records.ts';
import { codeOf } from './domain/text/failure.ts';
import { isWorthKeeping, type OurOwn } from './worth-keeping.ts';

/** What events have in common, as far as they have it. */
type Envelope = Partial<EmitterWebhookEvent<'check_run'>['payload']>;
type Arrival = { id: string; name: string; payload: unknown };
type Accepted = 'accepted' | 'known' | 'ignored';
/** `own`: what we did ourselves is told from what others did. */
type Keeping = Pick<FlowPorts, 'store' | 'clock'> & { own?: OurOwn };

export type Inbox = {
  /** Keeps a webhook that has a row in the table; the same GUID again is dropped. Resolves once that is stored. */
  accept: (arrival: Arrival) => Promise<Accepted>;
};

type Waiting = { delivery: DeliveryRecord; resolve: (accepted: Accepted) => void; reject: (error: unknown) => void };

/** Together in one transaction; a burst then costs a few of them and not thousands. */
const mostTogether = 200;
/** One after another, so that what came first is queued first; past one that hangs after a while. */
const hangsAfterMs = 1000;
const mostAtOnce = 3;

export function openInbox(keeping: Keeping): Inbox {
  const waiting: Waiting[] = [];
  let inHand = 0;
  let lastBegan = 0;
  const store = async (batch: readonly Waiting[]): Promise<void> => {
    inHand++;
    lastBegan = performance.now();
    try {
      await storeTogether(keeping, batch);
    } finally {
      inHand--;
      next();
    }
  };
  const next = (): void => {
    const hangs = performance.now() - lastBegan > hangsAfterMs;
    if (waiting.length === 0 || (inHand > 0 && !(hangs && inHand < mostAtOnce))) return;
    void store(waiting.splice(0, mostTogether));
  };
  return {
    accept({ id: guid, name: event, payload }) {
      const { action, installation, repository } = payload as Envelope;
      if (!isWorthKeeping(event, payload, keeping.own)) return Promise.resolve('ignored');
      const name = repository ? `${repository.owner?.login ?? ''}/${repository.name}`.toLowerCase() : undefined;
      const delivery: DeliveryRecord = {
        guid,
        event,
        payload,
        receivedAt: keeping.clock.now(),
        ...(action === undefined ? {} : { action }),
        ...(installation ? { installationId: installation.id } : {}),
        ...(name === undefined ? {} : { repository: name }),
      };
      return new Promise((resolve, reject) => {
        waiting.push({ delivery, resolve, reject });
        next();
      });
    },
  };
}

/**
 * Keeps one webhook by itself.
 * @public
 */
export function acceptDelivery(keeping: Keeping, arrival: Arrival): Promise<Accepted> {
  return openInbox(keeping).accept(arrival);
}

/** Whatever fails of many is tried by itself: one that the database refuses is not the others' fault. */
async function storeTogether(keeping: Keeping, batch: readonly Waiting[]): Promise<void> {
  try {
    const fresh = await keep(keeping, [...new Map(batch.map(({ delivery }) => [delivery.guid, delivery])).values()]);
    for (const { delivery, resolve } of batch) resolve(fresh.delete(delivery.guid) ? 'accepted' : 'known');
  } catch (error) {
    if (batch.length === 1 || !isRefusal(error)) for (const { reject } of batch) reject(error);
    else for (const waiting of batch) await storeTogether(keeping, [waiting]);
  }
}

/** The database answered, and said no: SQLSTATE classes of what is wrong with the data or too large for it. */
function isRefusal(error: unknown): boolean {
  return /^((22|23|54)...|unstorable)$/.test(codeOf(error) ?? '');
}

/** Returns the GUIDs that were not known. */
function keep({ store }: Keeping, deliveries: readonly DeliveryRecord[]): Promise<Set<string>> {
  return store.addDeliveries(deliveries, deliveries.map(jobOf));
}

function jobOf({ guid, receivedAt, repository }: DeliveryRecord): Job<'delivery'> {
  return {
    key: `delivery/${guid}`,
    name: 'delivery',
    payload: { guid },
    dueAt: receivedAt,
    lane: `delivery/${repository ?? 'installation'}`,
  };
}
