// The course at a glance: totals, who falls behind, what needs attention, two plots, and releases × students.
import { html } from 'hono/html';
import { sayWallTime } from '../../domain/time/say-time.ts';
import type { Challenge } from '../../domain/challenge/challenge.ts';
import type { CourseView } from '../../flows/pages/show-course.ts';
import { attention } from './course-attention.ts';
import { matrix } from './course-matrix.ts';
import { refusedCommit } from './course-refused.ts';
import { layout, type Html } from './layout/layout.ts';
import { commitLink, coursePath, outward, queryWith, repositoryUrl, type Host, type Query } from './layout/links.ts';
import { plotFreshness } from './plots/plot-freshness.ts';
import { plotProgress } from './plots/plot-progress.ts';
import { signs } from './layout/progress.ts';
import { releaseTable } from './layout/release-table.ts';
import { readSelection, selectStudents } from './layout/select-students.ts';
import { count, points, when } from './layout/words.ts';

export function coursePage(view: CourseView, webUrl: string, query: Query): Html {
  const { course, record, now } = view;
  const host = { webUrl, login: record.login };
  const selection = readSelection(query);
  const focus = focusOf(view, selection.challenge);
  return layout(
    { title: course.title, login: record.login, section: 'course' },
    html`${signs()}
      <h1>${course.title}</h1>
      <p class="dim">
        ${outward(`${webUrl}/${encodeURIComponent(record.login)}`, record.login)} · ${sayWallTime(now, course.timezone)}
        (${course.timezone})
      </p>
      ${syncState(view, host)} ${refusedCommit(record, host, course.timezone)} ${totals(view)} ${attention(view, host)}
      ${chooser(view, focus, query)} ${focus ? plots(view, focus) : ''}
      ${matrix(view, selectStudents(view, selection), selection, query)}`,
  );
}

/** The challenge of the plots: the one asked for, or the one that began last. */
function focusOf({ challenges, now }: CourseView, wanted: string): Challenge | undefined {
  const begun = challenges.filter(({ starts }) => starts <= now).toSorted((a, b) => +a.starts - +b.starts);
  return challenges.find(({ name }) => name === wanted) ?? begun.at(-1) ?? challenges[0];
}

function chooser({ challenges, record }: CourseView, focus: Challenge | undefined, query: Query): Html {
  if (challenges.length < 2) return html``;
  return html`<nav aria-label="Challenges" class="panel">
    <ul>
      ${challenges.map(({ name, title }) => {
        const current = name === focus?.name ? html` aria-current="true"` : '';
        const address = coursePath(record.login) + queryWith(query, { challenge: name, page: '' });
        return html`<li><a href="${address}" ${current}>${title ?? name}</a></li>`;
      })}
    </ul>
  </nav>`;
}

function plots(view: CourseView, challenge: Challenge): Html {
  return html`<h2>How soon, and how far · ${challenge.title ?? challenge.name}</h2>
    ${plotFreshness(view, challenge)} ${plotProgress(view, challenge)} ${releaseTable(view, challenge)}`;
}

function syncState({ record, course }: CourseView, host: Host): Html {
  const { repository, commitSha, syncedAt, installationId } = record;
  const link = outward(repositoryUrl(host, repository), `${record.login}/${repository}`);
  const since = syncedAt ? html`, read ${when(syncedAt, course.timezone)}` : '';
  const gone = html`<p class="panel alert">
    <strong>The App is no longer installed here:</strong> nothing is delivered or graded until it is installed again.
  </p>`;
  return html`<p>In force: ${link} at ${commitLink(host, repository, commitSha)}${since}</p>
    ${installationId === 0 ? gone : ''}`;
}

function totals({ students, releases, shipments, now }: CourseView): Html {
  const cells = students.flatMap((student) => student.cells);
  const shipped = cells.filter(({ shippedAt }) => shippedAt).length;
  const state = (wanted: string): number => shipments.filter((one) => one.state === wanted).length;
  const due = releases.filter((release) => release.due <= now).length;
  const graded = students.filter(({ of }) => of > 0);
  const mean = graded.reduce((sum, { total, of }) => sum + total / of, 0) / graded.length;
  const share = (part: number): string => (shipped === 0 ? '–' : `${Math.round((100 * part) / shipped)}%`);
  const card = (value: string | number, what: string, more: string): Html =>
    html`<li><b>${value}</b>${what}<small>${more}</small></li>`;
  const groups = students.filter(({ owner }) => owner.kind === 'group').length;
  return html`<ul class="cards" aria-label="Totals">
    ${card(students.length, 'students and groups', groups > 0 ? count(groups, 'group') : 'no groups')}
    ${card(`${due} of ${releases.length}`, 'released', `${count(state('dispatched'), 'shipment')} delivered`)}
    ${card(share(cells.filter(({ mergedAt }) => mergedAt).length), 'merged', 'of what was shipped')}
    ${card(share(cells.filter(({ greenAt }) => greenAt).length), 'run green', 'of what was shipped')}
    ${card(graded.length === 0 ? '–' : `${points(Math.round(1000 * mean) / 10)}%`, 'mean score', 'of the points so far')}
    ${card(state('failed'), 'failed shipments', `${state('planned')} still planned`)}
  </ul>`;
}
