// Webhooks as they arrived, until nobody can ask for them any more.
import type { JobRequest } from '../ports/jobs.ts';
import type { DeliveryRecord } from '../ports/records.ts';
import type { Store } from '../ports/store.ts';
import { insertJobs, jobColumns, jobRows } from './job-queue.ts';
import type { Database } from './pool.ts';
import { toJson } from './to-json.ts';

/** In the order in which they came, which is that of a lane. One that is known already has, or had, its job. */
const keepSql = `
  with fresh as (
      insert into delivery (guid, event, action, installation_id, repository, payload, received_at)
      select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::jsonb[], $7::timestamptz[])
      on conflict do nothing returning guid),
    queued as (
      ${insertJobs(`
      from rows from (unnest($8::text[]), jsonb_to_recordset($9::jsonb) as (${jobColumns})) with ordinality
        as j(guid, key, name, payload, lane, due_at, kind, challenge, place)
      where guid in (select guid from fresh) order by j.place`)})
  select guid from fresh`;

export function deliveryStore(
  database: Database,
): Pick<Store, 'addDeliveries' | 'delivery' | 'deliveriesAbout' | 'forgetDeliveries'> {
  return {
    async addDeliveries(deliveries, jobOf) {
      const jobs = jobOf ? deliveries.map((delivery): [string, JobRequest] => [delivery.guid, jobOf(delivery)]) : [];
      const { rows } = await database.query<{ guid: string }>(keepSql, [
        ...columnsOf(deliveries),
        jobs.map(([guid]) => guid),
        jobRows(jobs.map(([, job]) => job)),
      ]);
      return new Set(rows.map(({ guid }) => guid));
    },
    async delivery(guid) {
      const { rows } = await database.query<DeliveryRecord>(
        `select guid, event, action, installation_id as "installationId", repository, payload, received_at as "receivedAt"
         from delivery where guid = $1`,
        [guid],
      );
      return rows[0];
    },
    async deliveriesAbout(installationId) {
      const { rows } = await database.query<{
        event: string;
        action: string | null;
        repository: string | null;
        at: Date;
      }>(
        `select event, action, repository, received_at as at from delivery where installation_id = $1
         order by received_at, guid`,
        [installationId],
      );
      return rows.map(({ event, action, repository, at }) => ({
        event,
        at,
        ...(action === null ? {} : { action }),
        ...(repository === null ? {} : { repository }),
      }));
    },
    async forgetDeliveries(before) {
      await database.query(
        `delete from delivery where received_at < $1 and not exists (select from job where key = 'delivery/' || guid)`,
        [before],
      );
    },
  };
}

function columnsOf(deliveries: readonly DeliveryRecord[]): unknown[][] {
  const column = <K extends keyof DeliveryRecord>(name: K): (DeliveryRecord[K] | null)[] =>
    deliveries.map((delivery) => delivery[name] ?? null);
  return [
    column('guid'),
    column('event'),
    column('action'),
    column('installationId'),
    column('repository'),
    deliveries.map(({ payload }) => toJson(payload)),
    column('receivedAt'),
  ];
}
