// A digest of all that a shipment says: where it is the same, there is nothing to compare.
import { hash } from 'node:crypto';
import { canonicalJson } from '../text/canonical-json.ts';
import type { Shipment } from './shipment.ts';

/** The same object in all shipments of a challenge, a release or an owner: its digest is made once. */
const shared = new Set<keyof Shipment>(['releases', 'dataset', 'drift', 'where', 'rows', 'members']);
const digests = new WeakMap<object, string>();

export function shipmentContent(shipment: Shipment): string {
  let text = '';
  for (const key of Object.keys(shipment).sort() as (keyof Shipment)[]) {
    const value = shipment[key];
    if (value !== undefined) text += `${key}=${textOf(key, value)}\n`;
  }
  return digest(text);
}

function textOf(key: keyof Shipment, value: NonNullable<Shipment[keyof Shipment]> | null): string {
  if (typeof value !== 'object' || value === null || !shared.has(key)) return canonicalJson(value);
  const known = digests.get(value) ?? digest(canonicalJson(value));
  digests.set(value, known);
  return known;
}

function digest(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, 27);
}
