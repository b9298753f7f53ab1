// The check run "ledger" on the course repository: how far the ledger had come, so that an end cut off later is seen.
import type { LedgerEntry } from '../ledger/ledger.ts';
import { sayInstant } from '../time/say-time.ts';

type CheckRunText = { conclusion: 'neutral'; title: string; summary: string };

export function describeHead({ seq, hash }: Pick<LedgerEntry, 'seq' | 'hash'>, now: Date, zone: string): CheckRunText {
  return {
    conclusion: 'neutral',
    title: `${seq} entries, head ${hash.slice(0, 12)}`,
    summary: [
      `On ${sayInstant(now, zone)} the ledger of this course had **${seq}** entries; the last one is`,
      '',
      `    ${hash}`,
      '',
      'Every later state of the ledger must contain this entry. To check that it does:',
      '',
      `    practicum ledger verify --head ${hash}`,
    ].join('\n'),
  };
}
