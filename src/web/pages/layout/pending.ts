// Some rows of a page are not as of now: said, with what to do.
import { html } from 'hono/html';
import type { Html } from './layout.ts';
import { count } from './words.ts';

export function pendingNote(pending: number): Html | string {
  if (pending === 0) return '';
  return html`<p class="panel" role="status">
    There is news about ${count(pending, 'student')}: their points and releases are being computed. Load this page again
    in a moment.
  </p>`;
}
