// The ledger of a course, read from the database and recomputed: the last step of whatever wrote to it.
import { verifyLedgerLines, type Verification } from '../../domain/ledger/verify.ts';
import type { Store } from '../../ports/store.ts';

/** Lines read at a time. */
const chunk = 5000;

export async function verifyStored(
  store: Store,
  organisation: string,
  heads?: readonly string[],
): Promise<Verification> {
  const lines: string[] = [];
  for await (const line of storedLines(store, organisation)) lines.push(line);
  return verifyLedgerLines(lines, heads);
}

/** Every line of it, in order. */
export async function* storedLines(store: Store, organisation: string): AsyncGenerator<string> {
  for (let from = 1; ; from += chunk) {
    const lines = await store.ledgerLines(organisation, from, chunk);
    yield* lines;
    if (lines.length < chunk) return;
  }
}
