// The gradebook as a table: for every owner and challenge the points of each criterion, with the reasons to unfold.
import { html } from 'hono/html';
import { sayWallTime } from '../../domain/time/say-time.ts';
import { criteria, type Criterion } from '../../domain/challenge/challenge.ts';
import type { GradebookRow } from '../../domain/grade/gradebook.ts';
import type { GradebookView } from '../../flows/pages/show-gradebook.ts';
import type { GradebookSelection } from '../../ports/standings.ts';
import { layout, type Html } from './layout/layout.ts';
import { gradebookPath, studentPagePath, type Query } from './layout/links.ts';
import { pager, sortHeader } from './layout/paging.ts';
import { pendingNote } from './layout/pending.ts';
import { readPage, readText } from './layout/select-students.ts';
import { points } from './layout/words.ts';

/** Whatever somebody types into the address, something sensible is shown. */
export function readGradebookQuery(query: Query): GradebookSelection & { page: number } {
  const sort = (['name', 'score', ...criteria] as const).find((candidate) => candidate === query['sort']) ?? 'name';
  return { sort, descending: query['dir'] === 'desc', text: readText(query), page: readPage(query) };
}

export function gradebookPage(view: GradebookView, query: Query): Html {
  const { record, course, used, now, page: cut } = view;
  const { login } = record;
  const selection = readGradebookQuery(query);
  const head = (sort: string, text: string, kind = ''): Html =>
    sortHeader({
      query,
      sort,
      text,
      kind,
      active: selection.sort === sort,
      descending: selection.descending,
    });
  return layout(
    { title: `Gradebook, ${course.title}`, login, section: 'gradebook', compact: true },
    html`<h1>Gradebook</h1>
      <p class="dim">${course.title} · ${sayWallTime(now, course.timezone)}. Open a cell to see why.</p>
      <p>
        Export: <a href="${gradebookPath(login, '.csv')}">CSV</a>,
        <a href="${gradebookPath(login, '.csv?format=canvas')}">for Canvas</a>,
        <a href="${gradebookPath(login, '.csv?format=moodle')}">for Moodle</a>,
        <a href="${gradebookPath(login, '.json')}">JSON</a>
      </p>
      ${pendingNote(view.pending)} ${find(login, query)}
      <div class="scroll" id="students">
        <table class="matrix stack">
          <caption>
            ${cut.total} of ${cut.all} rows. A dash means that nothing counts yet.
          </caption>
          <thead>
            <tr>
              ${head('name', 'student')}
              <th scope="col">challenge</th>
              ${head('score', 'total', 'num')} ${used.map((criterion) => head(criterion, criterion, 'num'))}
              <th scope="col">pass</th>
            </tr>
          </thead>
          <tbody>
            ${cut.rows.map((row) => gradebookRow(row, used, login))}
          </tbody>
        </table>
      </div>
      ${pager(cut, query, 'students')}`,
  );
}

function find(login: string, query: Query): Html {
  return html`<form class="tools" method="get" action="${gradebookPath(login)}" role="search">
    <label
      >Find <input type="search" name="q" value="${query['q'] ?? ''}" placeholder="name, login or challenge"
    /></label>
    <button>Show</button>
  </form>`;
}

function gradebookRow(row: GradebookRow, used: readonly Criterion[], login: string): Html {
  return html`<tr>
    <th scope="row">
      <a href="${studentPagePath(login, row.owner)}"><bdi>${row.name}</bdi></a
      ><small><bdi>${row.owner}</bdi></small>
    </th>
    <td data-label="challenge">${row.challenge}</td>
    <td class="num" data-label="total">
      ${points(row.total)} of
      ${points(row.of)}${row.computed === undefined ? '' : html`<small>computed ${points(row.computed)}${wholeOverride(row)}</small>`}
    </td>
    ${used.map((criterion) => {
      const scored = row.criteria[criterion];
      if (!scored) return html`<td class="num dim" data-label="${criterion}">–</td>`;
      const amount = scored.of === 0 ? '–' : points(scored.points);
      return html`<td data-label="${criterion}">
        <details>
          <summary class="num">
            ${amount} <span class="dim">of ${points(scored.of === 0 ? scored.worth : scored.of)}</span>
          </summary>
          <small>${scored.reason}</small>
        </details>
      </td>`;
    })}
    <td data-label="pass">${row.passes === undefined ? '–' : row.passes ? 'yes' : 'no'}</td>
  </tr>`;
}

/** Who set the total, and why; criteria say theirs in their own cells. */
function wholeOverride({ overrides }: GradebookRow): Html | string {
  const whole = overrides.findLast(({ criterion }) => criterion === undefined);
  return whole === undefined || whole.points === null ? '' : html`; set by <bdi>${whole.by}</bdi>: ${whole.reason}`;
}
