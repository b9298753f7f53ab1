// Answers: JSON with ETag, lists cut into pages with a Link header, bytes, redirects.
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Ctx } from './context.ts';

export type Reply = {
  status: number;
  headers?: Record<string, string>;
  /** JSON, unless `bytes` or `stream` is given. */
  body?: unknown;
  bytes?: Buffer;
  stream?: Readable;
};

export const json = (status: number, body: unknown, headers?: Record<string, string>): Reply => ({
  status,
  body,
  ...(headers ? { headers } : {}),
});
export const ok = (body: unknown): Reply => json(200, body);
export const created = (body: unknown): Reply => json(201, body);
export const noContent = (): Reply => ({ status: 204 });
export const bytes = (status: number, content: Buffer, type: string, headers: Record<string, string> = {}): Reply => ({
  status,
  bytes: content,
  headers: { 'content-type': type, ...headers },
});
export const redirect = (status: 301 | 302 | 307, location: string, body?: unknown): Reply => ({
  status,
  headers: { location },
  ...(body === undefined ? {} : { body }),
});

export type Page = { page: number; perPage: number };

export function pageOf(query: URLSearchParams): Page {
  const number = (name: string, fallback: number) => {
    const value = Number.parseInt(query.get(name) ?? '', 10);
    return Number.isNaN(value) || value < 1 ? fallback : value;
  };
  return { page: number('page', 1), perPage: Math.min(100, number('per_page', 30)) };
}

/** One page of a list, with GitHub's Link header. `wrap` makes the body from the rows of the page and the total. */
export function paginate<T>(
  ctx: Ctx,
  items: readonly T[],
  present: (item: T) => unknown,
  wrap: (rows: unknown[], total: number) => unknown = (rows) => rows,
): Reply {
  const { page, perPage } = pageOf(ctx.query);
  const rows = items.slice((page - 1) * perPage, page * perPage).map(present);
  const last = Math.max(1, Math.ceil(items.length / perPage));
  const link = linkHeader(ctx, page, last);
  return json(200, wrap(rows, items.length), link === '' ? undefined : { link });
}

export function linkHeader(ctx: Ctx, page: number, last: number): string {
  const to = (number: number, rel: string) => {
    const query = new URLSearchParams(ctx.query);
    query.set('page', String(number));
    return `<${ctx.url}/api/v3${ctx.path}?${query}>; rel="${rel}"`;
  };
  const links: string[] = [];
  if (page > 1) links.push(to(page - 1, 'prev'));
  if (page < last) links.push(to(page + 1, 'next'), to(last, 'last'));
  if (page > 1) links.push(to(1, 'first'));
  return links.join(', ');
}

export function etagOf(content: Buffer): string {
  return `W/"${createHash('sha256').update(content).digest('hex')}"`;
}
