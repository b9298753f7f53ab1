// The numbers behind the plots, release by release.
import { sayRoughly } from '../../../domain/time/say-time.ts';
import { html } from 'hono/html';
import type { ClassFigures } from '../../../flows/pages/show-figures.ts';
import type { Html } from './layout.ts';
import { when } from './words.ts';

export function releaseTable({ challenge, releases }: ClassFigures, zone: string): Html {
  const known = new Map(releases.map((release) => [release.release, release]));
  return html`<details>
    <summary>The numbers behind the plots</summary>
    <div class="scroll">
      <table class="stack">
        <thead>
          <tr>
            <th scope="col">release</th>
            <th scope="col">released</th>
            <th scope="col" class="num">shipped</th>
            <th scope="col" class="num">merged</th>
            <th scope="col" class="num">run failed</th>
            <th scope="col" class="num">run green</th>
            <th scope="col" class="num">median time to green</th>
            <th scope="col" class="num">slowest</th>
          </tr>
        </thead>
        <tbody>
          ${challenge.releases.map(({ name, due }) => {
            const { shipped = 0, merged = 0, red = 0, green = 0, median, slowest } = known.get(name) ?? {};
            const number = (label: string, value: number | string): Html =>
              html`<td class="num" data-label="${label}">${value}</td>`;
            const time = (label: string, took: number | undefined): Html =>
              number(label, took === undefined ? '–' : sayRoughly(took));
            return html`<tr>
              <th scope="row">${name}</th>
              <td data-label="released">${when(due, zone)}</td>
              ${number('shipped', shipped)} ${number('merged', merged)} ${number('run failed', red)}
              ${number('run green', green)} ${time('median', median)} ${time('slowest', slowest)}
            </tr>`;
          })}
        </tbody>
      </table>
    </div>
  </details>`;
}
