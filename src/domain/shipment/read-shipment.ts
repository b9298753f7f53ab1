// A shipment from its JSON: everything that `dispatch` needs, or what is wrong with it.
import { z } from 'zod';
import { carrierKinds } from '../carrier/carriers.ts';
import type { Shipment } from './shipment.ts';
import { shipmentId, shipmentTrailer } from './shipment.ts';

const rows = z.tuple([z.int().min(0), z.int().min(0)]).nullable();
const schema = z.looseObject({
  id: z.string().regex(/^[0-9a-f]{20}$/),
  challenge: z.string().min(1),
  release: z.string().min(1),
  due: z.iso.datetime({ offset: true }),
  owner: z.string().min(1),
  organisation: z
    .string({ error: 'names no organisation: take the shipment from the app, not from an offline plan' })
    .min(1),
  repository: z.string().regex(/^[A-Za-z0-9._-]+$/),
  carrier: z.enum(carrierKinds),
  remote: z.string().optional(),
  path: z.string().min(1),
  rows,
  branch: z.string().min(1),
  trailer: z.string(),
  dataset: z.looseObject({ source: z.string().min(1) }),
  releases: z.array(z.looseObject({ name: z.string(), rows })).min(1),
});

/** The id must be the one that its own fields give: a shipment that was edited by hand would not be found again. */
export function readShipment(text: string): { shipment?: Shipment; problems: string[] } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problems: [`not JSON: ${(error as Error).message}`] };
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success)
    return { problems: parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'shipment'}: ${message}`) };
  const shipment = parsed.data as unknown as Shipment;
  const { challenge, release, repository, carrier, remote } = shipment;
  const id = shipmentId({ challenge, release, repository, carrier, ...(remote === undefined ? {} : { remote }) });
  if (id !== shipment.id || shipment.trailer !== `${shipmentTrailer}: ${id}`) {
    return {
      problems: [`id: ${shipment.id} does not belong to this challenge, release, repository and carrier (${id} does)`],
    };
  }
  return { shipment, problems: [] };
}
