// Who asks from this machine itself.
import type { Context } from 'hono';
import { addressOf } from './refusal-counter.ts';

const loopback = /^(localhost|127(\.\d+){3}|\[?::1\]?|::ffff:127(\.\d+){3})$/;

/** Not through a proxy on it, and not by a name that somebody else lets point here. */
export function isHere(c: Context): boolean {
  const host = (c.req.header('host') ?? '').replace(/:\d+$/, '');
  const isForwarded = ['x-forwarded-for', 'x-forwarded-host', 'forwarded', 'x-real-ip'].some((name) =>
    c.req.header(name),
  );
  return loopback.test(addressOf(c)) && loopback.test(host) && !isForwarded;
}
