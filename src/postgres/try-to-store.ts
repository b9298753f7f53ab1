// Could a webhook be stored now? A database may answer and yet take nothing: its disk is full, it is read-only, a table is locked.
import { randomBytes } from 'node:crypto';
import type { Pool } from './pool.ts';
import { openStore } from './store.ts';

/** More than the pages of a table have room for by chance. */
const bytes = 64 * 1024;

/** Stores one with its job, and takes both back. Rejects where that is not possible. */
export async function tryToStore(pool: Pool): Promise<void> {
  const guid = `ready-${randomBytes(8).toString('hex')}`;
  const payload = { padding: randomBytes(bytes).toString('base64') };
  const at = new Date();
  const takenBack = new Error('taken back');
  await openStore(pool)
    .transaction(async (store) => {
      await store.addDeliveries(
        [{ guid, event: 'ready', payload, receivedAt: at }],
        [{ key: `delivery/${guid}`, name: 'delivery', payload: { guid }, dueAt: at }],
      );
      throw takenBack;
    })
    .catch((error: unknown) => {
      if (error !== takenBack) throw error;
    });
}
