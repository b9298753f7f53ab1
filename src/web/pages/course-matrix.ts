// Releases × students as a table: filtered, sorted and paged by the address alone.
import { html } from 'hono/html';
import type { CourseSelection, CourseView, StudentLine } from '../../flows/pages/show-course.ts';
import { riskBrief } from './course-attention.ts';
import type { Html } from './layout/layout.ts';
import { coursePath, queryWith, studentPagePath, type Query } from './layout/links.ts';
import { pager, sortHeader } from './layout/paging.ts';
import { bar, legend, progressCell } from './layout/progress.ts';
import { shows, type Sort } from './layout/select-students.ts';
import { points, when } from './layout/words.ts';

export function matrix(view: CourseView, selection: CourseSelection, query: Query): Html {
  const { course, record, now, students: cut, columns: releases } = view;
  const many = view.challenges.length > 1;
  const header = (sort: Sort, text: string, kind = ''): Html =>
    sortHeader({ query, sort, text, kind, active: selection.sort === sort, descending: selection.descending });
  return html`<h2 id="students">Releases and students</h2>
    ${tools(view, selection)} ${legend()}
    <div class="scroll">
      <table class="matrix stack">
        <caption>
          ${cut.total} of ${view.totals.students} shown. A green sign stands with the time from shipment to the first
          counted green run.
        </caption>
        <thead>
          <tr>
            ${header('name', 'student')}
            ${releases.map(
              ({ challenge, name, due }) =>
                html`<th scope="col">
                  ${name}<small
                    >${many ? html`${challenge}<br />` : ''}${due <= now ? 'released' : 'comes'}
                    ${when(due, course.timezone)}</small
                  >
                </th>`,
            )}
            ${header('progress', 'green', 'num')} ${header('score', 'points so far', 'num')} ${header('risk', 'behind')}
          </tr>
        </thead>
        <tbody>
          ${cut.rows.map((line) => row(line, releases, record.login, course.timezone))}
        </tbody>
      </table>
    </div>
    ${cut.total === 0 ? html`<p>Nobody matches. <a href="${coursePath(record.login)}">Show everybody</a></p>` : ''}
    ${pager(cut, query, 'students')}`;
}

function row(line: StudentLine, releases: CourseView['columns'], login: string, zone: string): Html {
  const { owner, name: title, cells, total, of, risk, shipped, green } = line;
  const byName = new Map(cells.map((cell) => [`${cell.challenge}/${cell.release}`, cell]));
  const names = line.kind === 'group' ? line.members.map(({ login: who }) => who).join(', ') : owner;
  return html`<tr>
    <th scope="row">
      <a href="${studentPagePath(login, owner)}"><bdi>${title}</bdi></a
      ><small><bdi>${names}</bdi></small>
    </th>
    ${releases.map(({ challenge, name }) => progressCell(byName.get(`${challenge}/${name}`), name))}
    <td class="num" data-label="green">${green} of ${shipped}</td>
    <td class="num" data-label="points so far">
      ${of === 0 ? '–' : html`${bar(total, of)}<span class="amount">${points(total)} of ${points(of)}</span>`}
    </td>
    <td class="when" data-label="behind">
      ${risk ? html`${riskBrief[risk.kind]}<small>since ${when(risk.since, zone)}</small>` : html`<span class="dim">no</span>`}
    </td>
  </tr>`;
}

function tools({ groups, record }: CourseView, selection: CourseSelection): Html {
  const option = (value: string, text: string, chosen: string): Html =>
    html`<option value="${value}" ${value === chosen ? 'selected' : ''}>${text}</option>`;
  const keep = { sort: selection.sort, dir: selection.descending ? 'desc' : '', challenge: selection.challenge };
  const groupField = html`<label>
    Group
    <select name="group">
      ${option('', 'all', selection.group)} ${option('-', 'without a group', selection.group)}
      ${groups.map(({ slug, name }) => option(slug, name, selection.group))}
    </select>
  </label>`;
  return html`<form class="tools" method="get" action="${coursePath(record.login)}#students" role="search">
    <label>Find <input type="search" name="q" value="${selection.text}" placeholder="name, login or group" /></label>
    <label>
      Show
      <select name="show">
        ${Object.entries(shows).map(([value, text]) => option(value, text, selection.show))}
      </select>
    </label>
    ${groups.length > 0 ? groupField : ''}
    ${Object.entries(keep).map(([name, value]) => (value === '' ? '' : html`<input type="hidden" name="${name}" value="${value}" />`))}
    <button>Show</button>
    <a href="${coursePath(record.login)}${queryWith({}, { show: 'risk', sort: 'risk' })}#students">Who falls behind</a>
  </form>`;
}
