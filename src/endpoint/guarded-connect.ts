// Opens connections to public addresses only. The check happens here, after the name is resolved and on the very
// address that is then connected to, so that a name which changes its mind in between gains nothing.
import { Resolver } from 'node:dns/promises';
import ipaddr from 'ipaddr.js';
import { buildConnector } from 'undici';
import { refuseAddress } from './check-address.ts';
import type { AddressRule } from './check-address.ts';
import { GuardError } from './guard-error.ts';

/** All addresses of a name. */
export type Lookup = (host: string) => Promise<string[]>;

export type ConnectRule = AddressRule & { lookup?: Lookup; connectTimeoutMs: number };

/** A connector for undici that refuses whatever is not public. */
export function guardedConnector(rule: ConnectRule): buildConnector.connector {
  const lookup = rule.lookup ?? resolveName;
  const connect = buildConnector({ timeout: rule.connectTimeoutMs, allowH2: false });
  return (options, callback) => {
    allowedAddress(options.hostname, lookup, rule).then(
      (address) => connect({ ...options, hostname: address }, callback),
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), null),
    );
  };
}

/** The address to connect to. One refused address among several refuses the name: nobody honest mixes them. */
async function allowedAddress(hostname: string, lookup: Lookup, rule: AddressRule): Promise<string> {
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const addresses = await addressesOf(host, lookup, rule);
  for (const address of addresses) {
    const refusal = refuseAddress(address, rule);
    if (refusal) throw new GuardError(refusal.code, `${host}: ${refusal.message}`);
  }
  const first = addresses.find((address) => ipaddr.IPv4.isValid(address)) ?? addresses[0];
  if (first === undefined) throw new GuardError('dns-not-found', `${host} has no address`);
  return first;
}

async function addressesOf(host: string, lookup: Lookup, rule: AddressRule): Promise<string[]> {
  if (ipaddr.isValid(host)) return [host];
  if (rule.allowLoopback === true && host === 'localhost') return ['127.0.0.1'];
  return lookup(host);
}

const NOT_FOUND = new Set(['ENOTFOUND', 'ENODATA', 'NXDOMAIN']);

/** Asks DNS itself: unlike the system's resolver it knows no local names, and a slow name server holds up nobody else. */
export async function resolveName(host: string, servers?: readonly string[]): Promise<string[]> {
  const resolver = new Resolver({ timeout: 2000, tries: 2 });
  if (servers) resolver.setServers(servers);
  const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  if (addresses.length > 0) return addresses;
  const errors = answers.flatMap((answer) =>
    answer.status === 'rejected' ? [answer.reason as NodeJS.ErrnoException] : [],
  );
  const missing = errors.every(({ code }) => code !== undefined && NOT_FOUND.has(code));
  if (missing) throw new GuardError('dns-not-found', `${host} is not known to DNS`, errors[0]);
  throw new GuardError('dns-failed', `${host} could not be looked up`, errors[0]);
}
