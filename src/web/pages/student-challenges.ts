// All challenges of one student in a few figures, each with the way to its details; and which of them is shown in full.
import { html } from 'hono/html';
import { behindGate, type Gate } from '../../domain/grade/grade-gate.ts';
import type { Challenge } from '../../domain/challenge/challenge.ts';
import type { StudentView } from '../../flows/pages/show-student.ts';
import type { Html } from './layout/layout.ts';
import { queryWith, type Query } from './layout/links.ts';
import { points, when } from './layout/words.ts';

/** The one asked for, that of the evidence looked for, the one in which something changed last, or the one that began last. */
export function challengeInFull({ challenges, evidence, now }: StudentView, query: Query): Challenge | undefined {
  const named = (name: string | undefined): Challenge | undefined =>
    challenges.find((challenge) => challenge.name === name);
  const begun = challenges.filter(({ starts }) => starts <= now).toSorted((a, b) => +a.starts - +b.starts);
  return (
    named(evidence.find(({ id }) => id === query['find'])?.challenge) ??
    named(query['challenge']) ??
    named(evidence.find(({ challenge }) => named(challenge))?.challenge) ??
    begun.at(-1) ??
    challenges[0]
  );
}

export function challengeTable(view: StudentView, full: Challenge | undefined, gate: Gate, query: Query): Html {
  const { challenges, rows, cells, course } = view;
  if (challenges.length < 2) return html``;
  return html`<h2 id="challenges">Challenges</h2>
    <div class="scroll">
      <table class="stack">
        <thead>
          <tr>
            <th scope="col">challenge</th>
            <th scope="col">ends</th>
            <th scope="col" class="num">releases green</th>
            <th scope="col" class="num">points so far</th>
          </tr>
        </thead>
        <tbody>
          ${challenges.map(({ name, title, ends }) => {
            const shipped = cells.filter((cell) => cell.challenge === name && cell.shippedAt);
            const address = queryWith(query, { challenge: name, kind: '', page: '', find: '' });
            const current = name === full?.name ? html` aria-current="true"` : '';
            const row = rows.find(({ challenge }) => challenge === name);
            return html`<tr>
              <th scope="row"><a href="${address}#challenge" ${current}>${title ?? name}</a></th>
              <td data-label="ends">${when(ends, course.timezone)}</td>
              <td class="num" data-label="green">
                ${shipped.filter(({ greenAt }) => greenAt).length} of ${shipped.length}
              </td>
              <td class="num" data-label="points">${row ? amount(row, gate) : '–'}</td>
            </tr>`;
          })}
        </tbody>
      </table>
    </div>`;
}

function amount(given: StudentView['rows'][number], gate: Gate): Html {
  if (!gate.open) return html`<span class="dim">not released</span>`;
  const { total, of, final } = behindGate(given, gate);
  return html`${points(total)} of ${points(of)}${final ? ', final' : ''}`;
}
