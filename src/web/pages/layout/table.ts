// A table of the pages: it scrolls where it is wide, and its rows stand as cards where the window is narrow.
import { html } from 'hono/html';
import type { Html } from './layout.ts';

export function table(heads: readonly string[], rows: readonly Html[]): Html {
  return html`<div class="scroll">
    <table class="stack">
      <thead>
        <tr>
          ${heads.map((head) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}
