// How far a release got, in a sign and a word: never by colour alone.
import { sayRoughly } from '../../../domain/time/say-time.ts';
import { html } from 'hono/html';
import { progresses, type Progress, type ReleaseProgress } from '../../../domain/evidence/release-progress.ts';
import type { Html } from './layout.ts';

export const progressWords: Record<Progress, string> = {
  planned: 'planned',
  failed: 'not delivered',
  cancelled: 'cancelled',
  shipped: 'shipped',
  closed: 'closed unmerged',
  merged: 'merged',
  altered: 'altered',
  uncounted: 'run not counted',
  red: 'run failed',
  green: 'run passed',
};

const meanings: Record<Progress, string> = {
  planned: 'not released yet',
  failed: 'it could not be delivered; the staff has to act',
  cancelled: 'taken out of the plan',
  shipped: 'waiting for the student to merge it',
  closed: 'the pull request was closed without merging',
  merged: 'in the default branch, unaltered',
  altered: 'changed after it was merged',
  uncounted: 'a run passed, but not as the policy asks',
  red: 'a counted run failed with it',
  green: 'a counted run passed with it, so long after it was shipped',
};

/** Shapes in a box of 16; each differs from the others without colour. */
const shapes: Record<Progress, Html> = {
  planned: html`<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-dasharray="2 2.2" />`,
  failed: html`<path d="M8 1 15 14H1Z M8 6v4 M8 11.6v1" fill="none" stroke="currentColor" stroke-width="1.6" />`,
  cancelled: html`<path d="M3 8h10" stroke="currentColor" stroke-width="2" />`,
  shipped: html`<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2" />`,
  closed: html`<path
    d="M8 2a6 6 0 1 1 0 12 6 6 0 0 1 0-12Z M5 8h6"
    fill="none"
    stroke="currentColor"
    stroke-width="2"
  />`,
  merged: html`<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2" /><path
      d="M8 2a6 6 0 0 1 0 12Z"
      fill="currentColor"
    />`,
  altered: html`<path
    d="M8 1.5 14.5 8 8 14.5 1.5 8Z M8 5v4 M8 10v1.4"
    fill="none"
    stroke="currentColor"
    stroke-width="1.7"
  />`,
  uncounted: html`<path
    d="M8 2a6 6 0 1 1 0 12 6 6 0 0 1 0-12Z M4 12 12 4"
    fill="none"
    stroke="currentColor"
    stroke-width="2"
  />`,
  red: html`<path d="M3 3 13 13 M13 3 3 13" stroke="currentColor" stroke-width="2.6" />`,
  green: html`<circle cx="8" cy="8" r="7" fill="currentColor" /><path
      d="m4.8 8.2 2.3 2.3 4.2-4.6"
      fill="none"
      stroke="Canvas"
      stroke-width="1.8"
    />`,
};

/** The shapes that a page needs, once; `sign` refers to them. */
export function signs(used: readonly Progress[] = progresses): Html {
  return html`<svg width="0" height="0" class="sr" aria-hidden="true">
    ${[...new Set(used)].map((progress) => html`<symbol id="g-${progress}" viewBox="0 0 16 16">${shapes[progress]}</symbol>`)}
  </svg>`;
}

function sign(progress: Progress): Html {
  return html`<svg class="g ${progress}" aria-hidden="true"><use href="#g-${progress}" /></svg>`;
}

/** A cell of the matrix: for a green run how long it took, otherwise the word. `label` stands before it on a phone. */
export function progressCell(
  cell: Pick<ReleaseProgress, 'progress' | 'greenAt' | 'shippedAt'> | undefined,
  label: string,
): Html {
  if (!cell) return html`<td class="dim" data-label="${label}">–</td>`;
  const { progress, greenAt, shippedAt } = cell;
  const word = progressWords[progress];
  const took = greenAt && shippedAt ? sayRoughly(greenAt.getTime() - shippedAt.getTime()) : undefined;
  const text = took === undefined ? html`${word}` : html`<span class="sr">${word} after </span>${took}`;
  return html`<td class="state" data-label="${label}">${sign(progress)}${text}</td>`;
}

export function legend(): Html {
  return html`<ul class="legend" aria-label="Legend">
      ${progresses.map((progress) => html`<li>${sign(progress)}${progressWords[progress]}</li>`)}
    </ul>
    <details>
      <summary>What the signs mean</summary>
      <dl class="panel">
        ${progresses.map(
          (progress) =>
            html`<dt>${sign(progress)}${progressWords[progress]}</dt>
              <dd>${meanings[progress]}</dd>`,
        )}
      </dl>
    </details>`;
}

/** A share as a bar; the numbers stand beside it. */
export function bar(value: number, of: number): Html {
  const share = of > 0 ? Math.min(1, Math.max(0, value / of)) : 0;
  return html`<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
    <rect width="100" height="10" />
    <rect width="${Math.round(share * 1000) / 10}" height="10" />
  </svg>`;
}
