// Lists with cursors.
import { fail } from './fail.ts';

export type Arguments = { first?: number | null; after?: string | null; last?: number | null; before?: string | null };

const encode = (at: number) => Buffer.from(`cursor:${at}`).toString('base64');
const decode = (cursor: string) => Number(Buffer.from(cursor, 'base64').toString().replace('cursor:', ''));

/** GitHub wants `first` or `last`, at most 100. */
export function connect<T, R>(
  items: readonly T[],
  { first, after, last, before }: Arguments,
  present: (item: T) => R,
): Record<string, unknown> {
  const size = first ?? last;
  if (size === undefined || size === null) {
    throw fail('MISSING', 'You must provide a `first` or `last` value to properly paginate the connection.');
  }
  if (size < 0 || size > 100)
    throw fail('UNPROCESSABLE', `Requesting ${size} records exceeds the limit of 100 records.`);
  const low = after ? decode(after) + 1 : 0;
  const high = before ? decode(before) : items.length;
  const start = first === undefined || first === null ? Math.max(low, high - size) : low;
  const end = Math.min(high, start + size);
  const rows = items.slice(start, end).map(present);
  return {
    nodes: rows,
    edges: rows.map((node, at) => ({ cursor: encode(start + at), node })),
    totalCount: items.length,
    pageInfo: {
      startCursor: rows.length > 0 ? encode(start) : null,
      endCursor: rows.length > 0 ? encode(end - 1) : null,
      hasNextPage: end < high,
      hasPreviousPage: start > low,
    },
  };
}
