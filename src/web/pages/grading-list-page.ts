// Who waits for a person: questions of the rubric that nobody has judged, and appeals that nobody has answered.
import { html } from 'hono/html';
import type { GradingList } from '../../flows/pages/show-grading.ts';
import { layout, type Html } from './layout/layout.ts';
import { studentGradingPath, type Query } from './layout/links.ts';
import { pager } from './layout/paging.ts';
import { cutPage, pageSize } from '../../flows/pages/cut-page.ts';
import { pendingNote } from './layout/pending.ts';
import { table } from './layout/table.ts';
import { count, points } from './layout/words.ts';

type Line = { owner: string; name: string; challenge?: string; judged: string; appeals: number; open: boolean };

export function gradingListPage(view: GradingList, query: Query): Html {
  const { record, course } = view;
  const { login } = record;
  const lines = linesOf(view);
  const cut = cutPage(lines, Number(query['page']) || 1, pageSize);
  const open = lines.filter((line) => line.open).length;
  const rows = cut.rows.map(
    ({ owner, name, challenge, judged, appeals }) =>
      html`<tr>
        <th scope="row">
          <a href="${studentGradingPath(login, owner)}"><bdi>${name}</bdi></a>
        </th>
        <td>${challenge ?? '–'}</td>
        <td>${judged}</td>
        <td>${appeals === 0 ? 'none' : html`<strong>${count(appeals, 'appeal')}</strong>`}</td>
      </tr>`,
  );
  return layout(
    { title: `Grading, ${course.title}`, login, section: 'grading' },
    html`<h1>Grading</h1>
      <p class="dim">
        ${course.title} · ${count(open, 'line')} of ${lines.length} wait for a person; these come first.
      </p>
      ${pendingNote(view.pending)}
      <div id="grading">
        ${lines.length === 0 ? html`<p>Nobody waits: the course has no rubric, and nobody has appealed.</p>` : table(['student', 'challenge', 'rubric judged', 'appeals to answer'], rows)}
      </div>
      ${pager(cut, query, 'grading')}`,
  );
}

function linesOf({ rows, appeals }: GradingList): Line[] {
  const seen = new Set<string>();
  const judged = rows.map(({ owner, name, challenge, judged: of, worth }): Line => {
    // An appeal is told of once, in the student's first line.
    const asked = seen.has(owner) ? 0 : (appeals.get(owner) ?? 0);
    seen.add(owner);
    const text = of === worth ? `all ${points(worth)} points` : `${points(of)} of ${points(worth)} points`;
    return { owner, name, challenge, judged: text, appeals: asked, open: of < worth || asked > 0 };
  });
  const others = [...appeals].filter(([owner]) => !seen.has(owner));
  const rest = others.map(([owner, many]): Line => ({ owner, name: owner, judged: '–', appeals: many, open: true }));
  const all = [...judged, ...rest];
  return all.toSorted(
    (a, b) => b.appeals - a.appeals || Number(b.open) - Number(a.open) || a.name.localeCompare(b.name, 'en'),
  );
}
