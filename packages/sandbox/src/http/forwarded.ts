// The address that the caller used: behind a front (TLS, another name) it is the front's, which answers then give away.
import type { IncomingMessage } from 'node:http';
import type { World } from '../world/world.ts';

export function addressOf(world: Pick<World, 'url'>, { headers }: Pick<IncomingMessage, 'headers'>): string {
  const { 'x-forwarded-proto': protocol = 'http', 'x-forwarded-host': host } = headers;
  return typeof host === 'string' && /^https?$/.test(String(protocol)) ? `${String(protocol)}://${host}` : world.url;
}
