// What a row of the table of webhooks is: an event of GitHub's, its payload by GitHub's own schema, and the flow for it.
import type { EmitterWebhookEvent, EmitterWebhookEventName } from '@octokit/webhooks';
import type { FlowPorts } from './ports/flow-ports.ts';
import type { DeliveryRecord } from './ports/records.ts';

/** An event, with or without its action, as GitHub's own schema types it. */
type EventName = EmitterWebhookEventName;
export type Payload<Name extends EventName> = Name extends `${infer Event extends EventName}.${infer Action}`
  ? Extract<EmitterWebhookEvent<Event>['payload'], { action: Action }>
  : EmitterWebhookEvent<Name>['payload'];
export type Row<Name extends EventName> = (
  ports: FlowPorts,
  payload: Payload<Name>,
  delivery: Pick<DeliveryRecord, 'receivedAt'>,
) => Promise<void>;
export type Webhooks = { readonly [Name in EventName]?: Row<Name> };

/** What rows for several events read of them: the table holds it against the schema of each. */
export type About = { repository: { name: string; full_name: string; owner: { login: string } | null } };

export function where({ repository }: About): { organisation: string; repository: string } {
  const organisation = repository.owner?.login ?? repository.full_name.split('/')[0]!;
  return { organisation, repository: repository.name };
}
