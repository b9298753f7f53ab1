// Which URLs may be asked for, before any name is looked up.
import ipaddr from 'ipaddr.js';
import { refuseAddress } from './check-address.ts';
import type { AddressRule } from './check-address.ts';
import { GuardError } from './guard-error.ts';

export type UrlRule = AddressRule & { ports?: readonly number[] };

/** The ports on which students serve; anything else could be somebody's database. */
const DEFAULT_PORTS = [80, 443, 3000, 5000, 7860, 8000, 8080, 8082, 8443];

const localNames = /(^|\.)(localhost|local|internal|intranet|lan|home|corp|private|localdomain|home\.arpa)$/;

/** The URL, or a GuardError that says why it is refused. Odd spellings of addresses are read as a browser would. */
export function checkUrl(text: string | URL, rule: UrlRule): URL {
  const url = parse(String(text));
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new GuardError('url-scheme', `${url.protocol} is not allowed: only http and https are`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new GuardError('url-userinfo', 'a user name or password in the address is not allowed');
  }
  const host = bareHost(url);
  const loopback = rule.allowLoopback === true && isLoopback(host);
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  if (!loopback && !(rule.ports ?? DEFAULT_PORTS).includes(port)) {
    throw new GuardError('url-port', `port ${port} is not allowed`);
  }
  if (!loopback) checkHost(host, rule);
  return url;
}

function parse(text: string): URL {
  // The parser drops tabs and line ends from within; an address that has them was not meant honestly.
  if (text.length > 2048 || /[\s\\\p{Cc}]/u.test(text.trim())) {
    throw new GuardError('url-invalid', 'the address contains characters that do not belong there, or is too long');
  }
  try {
    return new URL(text);
  } catch (error) {
    throw new GuardError('url-invalid', 'this is not an address of the form https://host/path', error);
  }
}

function checkHost(host: string, rule: UrlRule): void {
  if (ipaddr.isValid(host)) {
    const refusal = refuseAddress(host, rule);
    if (refusal) throw new GuardError(refusal.code, refusal.message);
  } else if (localNames.test(host)) {
    throw new GuardError('url-local-name', `${host} is a name of a private network`);
  } else if (!host.includes('.')) {
    throw new GuardError('url-local-name', `${host} has no domain: only full names are allowed`);
  }
}

/** The host without brackets and without the dot of a fully qualified name. */
function bareHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

function isLoopback(host: string): boolean {
  if (host === 'localhost') return true;
  return ipaddr.isValid(host) && ipaddr.parse(host).range() === 'loopback';
}
