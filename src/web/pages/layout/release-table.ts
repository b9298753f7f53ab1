// The numbers behind the plots, release by release.
import { sayRoughly } from '../../../domain/time/say-time.ts';
import { html } from 'hono/html';
import type { Challenge } from '../../../domain/challenge/challenge.ts';
import type { CourseView } from '../../../flows/pages/show-course.ts';
import type { ReleaseCell } from '../../../flows/pages/show-progress.ts';
import { median } from './median.ts';
import type { Html } from './layout.ts';
import { when } from './words.ts';

export function cellsOfRelease(
  { students }: Pick<CourseView, 'students'>,
  challenge: string,
  release: string,
): ReleaseCell[] {
  return students.flatMap(({ cells }) =>
    cells.filter((cell) => cell.challenge === challenge && cell.release === release),
  );
}

/** From shipment to the first counted green run, in milliseconds. */
export function tookOf({ shippedAt, greenAt }: ReleaseCell): number | undefined {
  return shippedAt && greenAt ? Math.max(0, greenAt.getTime() - shippedAt.getTime()) : undefined;
}

export function releaseTable(view: CourseView, challenge: Challenge): Html {
  return html`<details>
    <summary>The numbers behind the plots</summary>
    <div class="scroll">
      <table>
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
            const cells = cellsOfRelease(view, challenge.name, name);
            const took = cells.flatMap((cell) => tookOf(cell) ?? []);
            const number = (is: (cell: ReleaseCell) => unknown): Html =>
              html`<td class="num">${cells.filter(is).length}</td>`;
            return html`<tr>
              <th scope="row">${name}</th>
              <td>${when(due, view.course.timezone)}</td>
              ${number(({ shippedAt }) => shippedAt)} ${number(({ mergedAt }) => mergedAt)}
              ${number(({ progress }) => progress === 'red')} ${number(({ greenAt }) => greenAt)}
              <td class="num">${took.length > 0 ? sayRoughly(median(took)!) : '–'}</td>
              <td class="num">${took.length > 0 ? sayRoughly(Math.max(...took)) : '–'}</td>
            </tr>`;
          })}
        </tbody>
      </table>
    </div>
  </details>`;
}
