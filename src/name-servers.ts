// The setting that says which name servers are asked: addresses, each with a port if need be.
import { Resolver } from 'node:dns';
import { z } from 'zod';

export const nameServers = z
  .string()
  .trim()
  .transform((list) => list.split(/[\s,]+/).filter(Boolean))
  .refine(
    areAddresses,
    'PRACTICUM_NAME_SERVERS must be addresses with commas between them, each with :PORT if need be',
  );

function areAddresses(servers: readonly string[]): boolean {
  try {
    new Resolver().setServers(servers);
    return servers.length > 0;
  } catch {
    return false;
  }
}
