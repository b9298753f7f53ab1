// The page of all shipments: found, counted and cut by the database, of which a large class has a hundred thousand.
import type { ShipmentState } from '../domain/shipment/shipment.ts';
import type { Store } from '../ports/store.ts';
import type { Database } from './pool.ts';
import { shipmentColumns, shipmentOrder, toStored, type ShipmentRow } from './shipment-store.ts';

export function shipmentPages(database: Database): Pick<Store, 'findShipments'> {
  return {
    async findShipments(organisation, { state, text }, { from, limit }) {
      const found = `organisation = lower($1) and ($2::text is null or state = $2)
        and ($3 = '' or strpos(lower(concat_ws(chr(10), id, owner, release, repository)), $3) > 0)`;
      const values = [organisation, state, text];
      const { rows } = await database.query<ShipmentRow>(
        // The bodies of those alone that are shown.
        `select ${shipmentColumns} from shipment join (
           select id from shipment where ${found} order by ${shipmentOrder} offset $4 limit $5) as cut using (id)
         where organisation = lower($1) order by ${shipmentOrder}`,
        [...values, from, limit],
      );
      const counted = await database.query<{ state: ShipmentState; count: number; found: number }>(
        `select state, count(*) as count, count(*) filter (where ${found}) as found from shipment
         where organisation = lower($1) group by state`,
        values,
      );
      return {
        rows: rows.map(toStored),
        total: counted.rows.reduce((sum, row) => sum + row.found, 0),
        counts: Object.fromEntries(counted.rows.map((row) => [row.state, row.count])),
      };
    },
  };
}
