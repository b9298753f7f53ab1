// The criteria of a challenge: points, the reasons behind them, and what to do next.
import { html } from 'hono/html';
import { criteria, type Criterion } from '../../domain/challenge/challenge.ts';
import { behindGate, type Gate } from '../../domain/grade/grade-gate.ts';
import type { GradebookRow } from '../../domain/grade/gradebook.ts';
import type { Html } from './layout/layout.ts';
import { bar } from './layout/progress.ts';
import { points } from './layout/words.ts';

/** `link`: where a piece of evidence stands. */
export function scoreTable(given: GradebookRow, gate: Gate, link: (id: string) => string): Html {
  const row = behindGate(given, gate);
  const computed =
    row.computed === undefined ? '' : html` <span class="dim">(computed: ${points(row.computed)})</span>`;
  const standing = gate.open
    ? html`: ${points(row.total)} of ${points(row.of)} points${row.final ? ', final' : ' so far'}${computed}`
    : '';
  return html`<h2>${row.challenge}${standing}</h2>
    <p class="dim">
      The whole challenge is worth
      ${points(row.worth)}.${row.deadline === undefined ? '' : ` Graded as of the deadline: ${row.deadline}.`}${row.passes === undefined ? '' : row.passes ? ' This passes.' : ' This does not pass.'}
    </p>
    ${row.overrides.map(
      ({ points: set, by, reason, criterion }) =>
        html`<p class="panel">
          ${criterion ?? 'The total'} ${set === null ? 'is as computed again' : html`was set to ${points(set)}`}, by
          <bdi>${by}</bdi>: ${reason}
        </p>`,
    )}
    <div class="scroll">
      <table class="stack">
        <thead>
          <tr>
            <th scope="col">criterion</th>
            <th scope="col" class="num">points</th>
            <th scope="col">why, and what to do next</th>
          </tr>
        </thead>
        <tbody>
          ${criteria.map((criterion) => criterionRow(criterion, row.criteria[criterion], link))}
        </tbody>
      </table>
    </div>`;
}

function criterionRow(
  criterion: Criterion,
  scored: GradebookRow['criteria'][Criterion],
  link: (id: string) => string,
): Html {
  if (!scored) return html``;
  const { of, worth, reasons } = scored;
  const amount =
    of === 0
      ? html`<span class="dim">– of ${points(worth)}</span>`
      : html`${bar(scored.points, of)}<span class="amount">${points(scored.points)} of ${points(of)}</span>`;
  return html`<tr>
    <th scope="row">${criterion}</th>
    <td class="num" data-label="points">${amount}</td>
    <td class="wide">
      <ul class="why">
        ${scored.computed === undefined ? '' : html`<li>${scored.reason}</li>`}
        ${reasons.map(({ text, next, evidence }) => {
          const source = evidence === undefined ? '' : html` <a href="${link(evidence)}">evidence</a>`;
          return html`<li>${text}${source}${next === undefined ? '' : html`<div class="next">→ ${next}</div>`}</li>`;
        })}
      </ul>
    </td>
  </tr>`;
}
