// What one drift does to a column: how its values are spread without it, and as students get them.
import { html } from 'hono/html';
import type { Difference } from '../../../domain/draft/column-difference.ts';
import { sayShare } from '../../../domain/time/say-time.ts';
import type { Html } from '../layout/layout.ts';

const width = 460;
const left = 150;
const tall = 26;
const top = 8;

export function plotDrift({ kind, release, column, rows, bars, missing, gone, come }: Difference, index: number): Html {
  const name = column === undefined ? kind : `${kind} of ${column}`;
  const facts = [
    ...(rows.before === rows.after ? [] : [`${rows.before} rows become ${rows.after}.`]),
    ...(missing.before === missing.after
      ? []
      : [`Missing: ${sayShare(missing.before)} becomes ${sayShare(missing.after)}.`]),
    ...(gone.length > 0 ? [`Columns that go: ${gone.join(', ')}.`] : []),
    ...(come.length > 0 ? [`Columns that come: ${come.join(', ')}.`] : []),
  ];
  const same = bars.every(({ before, after }) => before === after);
  return html`<figure>
    <figcaption>
      <strong>Drift: ${name}</strong>, first in ${release}. ${facts.join(' ')}
      ${
        bars.length > 0 && !same
          ? html`<span class="key k-idle" aria-hidden="true"></span> before,
              <span class="key k-green" aria-hidden="true"></span> after.`
          : bars.length > 0
            ? 'The values of this column are spread as before.'
            : ''
      }
    </figcaption>
    ${bars.length === 0 || same ? '' : drawBars(bars, name, index)}
  </figure>`;
}

function drawBars(bars: Difference['bars'], name: string, index: number): Html {
  const most = Math.max(...bars.flatMap(({ before, after }) => [before, after]));
  const scale = (share: number): number => Math.round(((width - left - 60) * share * 10) / most) / 10;
  const height = top + bars.length * tall + 4;
  const bar = (y: number, share: number, kind: string): Html =>
    html`<rect class="${kind}" x="${left}" y="${y}" width="${scale(share)}" height="10" />
      <text class="soft" x="${left + scale(share) + 4}" y="${y + 9}">${sayShare(share)}</text>`;
  return html`<div class="plot small" tabindex="0" role="group" aria-label="Plot of drift ${index + 1}">
    <svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="drift-${index}-title drift-${index}-desc">
      <title id="drift-${index}-title">Shares of the rows, before and after ${name}</title>
      <desc id="drift-${index}-desc">
        ${bars.map(({ label, before, after }) => `${label}: ${sayShare(before)} becomes ${sayShare(after)}.`).join(' ')}
      </desc>
      ${bars.map(({ label, before, after }, at) => {
        const y = top + at * tall;
        return html`<text class="end" x="${left - 8}" y="${y + 14}">${short(label)}</text> ${bar(y, before, 'is-out')}
          ${bar(y + 11, after, 'is-up')}`;
      })}
    </svg>
  </div>`;
}

const short = (label: string): string => (label.length > 22 ? `${label.slice(0, 21)}…` : label);
