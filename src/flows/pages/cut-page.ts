// One page of many rows, whatever page somebody asks for.
import type { Cut, Window } from '../../ports/standings.ts';

export type Page<Row> = { rows: Row[]; page: number; pages: number; total: number };

/** Rows on one page: a thousand of anything stay quick to read and to send. */
export const pageSize = 100;

/** Of rows that are all here. */
export function cutPage<Row>(all: readonly Row[], page: number, size: number): Page<Row> {
  const pages = pagesOf(all.length, size);
  const shown = Math.min(page, pages);
  return { rows: all.slice((shown - 1) * size, shown * size), page: shown, pages, total: all.length };
}

/** Of rows that the database has; beyond the last page it is asked again, for that one. */
export async function cutTo<Row, Read extends Cut<Row>>(
  page: number,
  size: number,
  read: (window: Window) => Promise<Read & Cut<Row>>,
): Promise<Read & Page<Row>> {
  const found = await read({ from: (page - 1) * size, limit: size });
  const pages = pagesOf(found.total, size);
  if (page > pages) return cutTo(pages, size, read);
  return { ...found, page, pages };
}

function pagesOf(total: number, size: number): number {
  return Math.max(1, Math.ceil(total / size));
}
