// Sorting and paging by links, so that every view of a table has an address.
import { html } from 'hono/html';
import type { Html } from './layout.ts';
import { queryWith, type Query } from './links.ts';
import type { Page } from '../../../flows/pages/cut-page.ts';

type Header = { query: Query; sort: string; text: string; kind: string; active: boolean; descending: boolean };

/** A column's head that sorts by it, and the other way round when it does already. */
export function sortHeader({ query, sort, text, kind, active, descending }: Header): Html {
  const address = queryWith(query, { sort, dir: active && !descending ? 'desc' : '', page: '' });
  const order = active ? (descending ? 'descending' : 'ascending') : 'none';
  const arrow = active ? (descending ? ' ↓' : ' ↑') : '';
  return html`<th scope="col" class="${kind}" aria-sort="${order}">
    <a href="${address}#students">${text}${arrow}</a>
  </th>`;
}

export function pager({ page, pages, total }: Page<unknown>, query: Query, anchor: string): Html {
  if (pages === 1) return html``;
  const link = (to: number, text: string): Html =>
    to < 1 || to > pages ? html`` : html`<a href="${queryWith(query, { page: String(to) })}#${anchor}">${text}</a>`;
  return html`<nav class="pages" aria-label="Pages">
    ${link(page === 1 ? 0 : 1, 'First')} ${link(page - 1, '← Previous')}
    <span>Page ${page} of ${pages}, ${total} rows</span>
    ${link(page + 1, 'Next →')} ${link(page === pages ? 0 : pages, 'Last')}
  </nav>`;
}
