// Lists with cursors.
import { fail } from './fail.ts';

export type Arguments = { first?: number | null; after?: string | null; last?: number | null; before?: string | null };

const encode = (at: number) => Buffer.from(`cursor:${at}`).toString('base64');
const decode = (cursor: string) => Number(Buffer.from(cursor, 'base64').toString().replace('cursor:', ''));

/** GitHub wants `first` or `last`, at most 100, from whoever asks for more than the number. */
export function connect<T, R>(
  items: readonly T[],
  args: Arguments,
  present: (item: T) => R,
): Record<string, unknown> & { totalCount: number } {
  let known: { start: number; end: number; rows: R[] } | undefined;
  const page = (): NonNullable<typeof known> => {
    if (known) return known;
    const { start, end } = window(items.length, args);
    known = { start, end, rows: items.slice(start, end).map(present) };
    return known;
  };
  return {
    nodes: () => page().rows,
    edges: () => page().rows.map((node, at) => ({ cursor: encode(page().start + at), node })),
    totalCount: items.length,
    pageInfo: () => {
      const { start, end, rows } = page();
      return {
        startCursor: rows.length > 0 ? encode(start) : null,
        endCursor: rows.length > 0 ? encode(end - 1) : null,
        hasNextPage: end < (args.before ? decode(args.before) : items.length),
        hasPreviousPage: start > (args.after ? decode(args.after) + 1 : 0),
      };
    },
  };
}

function window(length: number, { first, after, last, before }: Arguments): { start: number; end: number } {
  const size = first ?? last;
  if (size === undefined || size === null) {
    throw fail('MISSING', 'You must provide a `first` or `last` value to properly paginate the connection.');
  }
  if (size < 0 || size > 100)
    throw fail('UNPROCESSABLE', `Requesting ${size} records exceeds the limit of 100 records.`);
  const low = after ? decode(after) + 1 : 0;
  const high = before ? decode(before) : length;
  const start = first === undefined || first === null ? Math.max(low, high - size) : low;
  return { start, end: Math.min(high, start + size) };
}
