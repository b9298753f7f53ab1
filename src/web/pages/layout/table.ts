// Tables of the pages: they scroll where they are wide; the rows of some stand as cards where the window is narrow.
import { html } from 'hono/html';
import type { Html } from './layout.ts';

export function table(heads: readonly string[], rows: readonly Html[]): Html {
  return html`<div class="scroll">
    <table class="stack">
      ${headed(heads, rows)}
    </table>
  </div>`;
}

/** One that stays a table however narrow the window is. */
export function plainTable(heads: readonly string[], rows: readonly Html[]): Html {
  return html`<div class="scroll">
    <table>
      ${headed(heads, rows)}
    </table>
  </div>`;
}

/** One that the keyboard reaches, to scroll it; it stays a table however narrow the window is. */
export function scrollTable(label: string, heads: readonly string[], rows: readonly Html[], caption?: Html): Html {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${label}">
    <table>
      ${caption} ${headed(heads, rows)}
    </table>
  </div>`;
}

const headed = (heads: readonly string[], rows: readonly Html[]): Html =>
  html`<thead>
      <tr>
        ${heads.map((head) => html`<th scope="col">${head}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>`;
