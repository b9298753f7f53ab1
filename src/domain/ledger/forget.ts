// What is left of the ledger's entries about a person who asked to be forgotten: tombstones, sealed by an entry of their own.
import { createHash } from 'node:crypto';
import { canonicalJson } from '../text/canonical-json.ts';
import type { Forgetting, LedgerBody, LedgerEntry } from './ledger.ts';

/** In the place of an entry: its place in the chain stays, and what it said is gone. */
export type Tombstone = Omit<LedgerEntry, 'body'> & { forgotten: true };

export function tombstoneOf({ seq, at, previous, hash }: LedgerEntry): Tombstone {
  return { seq, at, previous, hash, forgotten: true };
}

export function tombstoneLine(tombstone: Tombstone): string {
  return canonicalJson(tombstone);
}

export function forgettingOf(tombstones: readonly Tombstone[]): Forgetting {
  return {
    kind: 'forgetting',
    entries: tombstones.map((tombstone) => ({ seq: tombstone.seq, seal: sealTombstone(tombstoneLine(tombstone)) })),
  };
}

export function sealTombstone(line: string): string {
  return createHash('sha256').update(line).digest('hex');
}

/** Whom an entry is about; undefined for what is about everybody. */
export function subjectOf(body: LedgerBody): string | undefined {
  switch (body.kind) {
    case 'observation':
      return body.evidence.owner;
    case 'calculation':
      return body.owner;
    case 'override':
      return body.override.owner;
    case 'forgetting':
      return undefined;
    case 'fact':
      if (body.fact === 'shipment') return body.shipment.owner;
      return body.fact === 'extension' ? body.extension.owner : undefined;
  }
}

/** Tombstones for which no sealed entry has spoken yet. */
export class Graves {
  readonly #open = new Map<number, { line: number; seal: string }>();
  count = 0;

  add(seq: number, line: number, text: string): void {
    this.#open.set(seq, { line, seal: sealTombstone(text) });
    this.count++;
  }

  /** The line of the first tombstone that is not as it was made. */
  settle({ entries }: Forgetting): number | undefined {
    for (const { seq, seal } of entries) {
      const grave = this.#open.get(seq);
      // One that still says what it said is no harm.
      if (grave && grave.seal !== seal) return grave.line;
      this.#open.delete(seq);
    }
    return undefined;
  }

  /** The line of the first of which nobody said that it was to be forgotten. */
  get unsaid(): number | undefined {
    return this.#open.values().next().value?.line;
  }
}
