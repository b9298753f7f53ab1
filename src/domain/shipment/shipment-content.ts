// A digest of all that a shipment says: where it is the same, there is nothing to compare.
import { hash } from 'node:crypto';
import { canonicalJson } from '../text/canonical-json.ts';
import type { Shipment } from './shipment.ts';

/** What the shipments of one release by one carrier have in common, and what each has of its own. */
const parts: Record<keyof Shipment, 'common' | 'own'> = {
  id: 'own',
  challenge: 'common',
  release: 'common',
  due: 'common',
  owner: 'own',
  members: 'own',
  repository: 'own',
  organisation: 'common',
  carrier: 'common',
  remote: 'own',
  path: 'own',
  rows: 'common',
  where: 'common',
  dataset: 'common',
  digest: 'common',
  per: 'common',
  sample: 'common',
  seed: 'own',
  drift: 'common',
  early: 'common',
  releases: 'common',
  branch: 'own',
  trailer: 'own',
};
const keysOf = (part: 'common' | 'own'): (keyof Shipment)[] =>
  (Object.keys(parts) as (keyof Shipment)[]).filter((key) => parts[key] === part);
const [common, own] = [keysOf('common'), keysOf('own')];

/** A thousand shipments have the same calendar, and say the same of a release: that is digested once. */
const known = new WeakMap<Shipment['releases'], Map<string, { of: Shipment; digest: string }>>();

export function shipmentContent(shipment: Shipment): string {
  let text = commonDigest(shipment);
  for (const key of own) {
    const value = shipment[key];
    if (value !== undefined) text += `\n${key}=${typeof value === 'object' ? canonicalJson(value) : value}`;
  }
  return digest(text);
}

function commonDigest(shipment: Shipment): string {
  const { releases, release, carrier } = shipment;
  const seen = known.get(releases) ?? new Map<string, { of: Shipment; digest: string }>();
  known.set(releases, seen);
  const key = `${release}/${carrier}`;
  const before = seen.get(key);
  if (before && common.every((name) => before.of[name] === shipment[name])) return before.digest;
  const made = digest(canonicalJson(Object.fromEntries(common.map((name) => [name, shipment[name]]))));
  seen.set(key, { of: shipment, digest: made });
  return made;
}

function digest(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, 27);
}
