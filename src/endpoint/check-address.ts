// Which addresses may be connected to: public unicast only, with every special range named.
import ipaddr from 'ipaddr.js';

export type AddressRule = {
  /** For the sandbox and for development: 127.0.0.0/8 and ::1 are allowed, on any port. */
  allowLoopback?: boolean;
};

export type Refusal = { code: string; message: string };

const names: Record<string, string> = {
  unspecified: 'unspecified',
  broadcast: 'broadcast',
  multicast: 'multicast',
  linkLocal: 'link-local',
  loopback: 'loopback',
  private: 'private',
  uniqueLocal: 'private',
  deprecatedSiteLocal: 'private',
  carrierGradeNat: 'carrier-nat',
  ipv4Mapped: 'ipv4-mapped',
  rfc6145: 'ipv4-translated',
  rfc6052: 'nat64',
  '6to4': '6to4',
  teredo: 'teredo',
};

/** Services of cloud providers that hand out credentials. Some of them have addresses that look public. */
const metadata = new Set([
  '169.254.169.254',
  '169.254.170.2',
  '168.63.129.16',
  '100.100.100.200',
  '192.0.0.192',
  'fd00:ec2::254',
]);

const compatible: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('::'), 96];
const globalUnicast: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3];

/** Why an address (not a name) may not be connected to; undefined when it may. */
export function refuseAddress(address: string, { allowLoopback = false }: AddressRule): Refusal | undefined {
  if (!ipaddr.isValid(address) || address.includes('%')) return refusal('invalid', address);
  const parsed = ipaddr.parse(address);
  if (metadata.has(parsed.toString())) return refusal('metadata', address);
  const range = parsed.range();
  if (range === 'loopback') return allowLoopback ? undefined : refusal('loopback', address);
  if (parsed instanceof ipaddr.IPv6) return refuseV6(parsed, range, address);
  return range === 'unicast' ? undefined : refusal(names[range] ?? 'reserved', address);
}

function refuseV6(parsed: ipaddr.IPv6, range: string, address: string): Refusal | undefined {
  if (range === 'unspecified') return refusal('unspecified', address);
  // The library counts ::/96 with the mapped addresses, or as public: it is neither.
  if (parsed.match(compatible)) return refusal('ipv4-compatible', address);
  if (range !== 'unicast') return refusal(names[range] ?? 'reserved', address);
  // Outside of 2000::/3 nothing is assigned for public use.
  if (!parsed.match(globalUnicast)) return refusal('reserved', address);
  const [, , , , u, isatap] = parsed.parts;
  if (isatap === 0x5efe && (u === 0 || u === 0x0200)) return refusal('isatap', address);
  return undefined;
}

function refusal(kind: string, address: string): Refusal {
  return { code: `address-${kind}`, message: `${address} is not a public address (${kind})` };
}
