// What a plot shows, in words: instead of it where the window is too narrow for a drawing.
import { html } from 'hono/html';
import type { Html } from '../layout/layout.ts';

export function inWords(told: string): Html {
  return html`<p class="told">${told}</p>`;
}
