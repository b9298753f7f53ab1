// The course at a glance: totals, who falls behind, what needs attention, two plots, and releases × students.
import { html } from 'hono/html';
import { sayWallTime } from '../../domain/time/say-time.ts';
import type { CourseView } from '../../flows/pages/show-course.ts';
import type { ClassFigures } from '../../flows/pages/show-figures.ts';
import { attention } from './course-attention.ts';
import { matrix } from './course-matrix.ts';
import { refusedCommit } from './course-refused.ts';
import { layout, type Html } from './layout/layout.ts';
import { pendingNote } from './layout/pending.ts';
import { commitLink, coursePath, outward, queryWith, repositoryUrl, type Host, type Query } from './layout/links.ts';
import { plotFreshness } from './plots/plot-freshness.ts';
import { plotProgress } from './plots/plot-progress.ts';
import { signs } from './layout/progress.ts';
import { releaseTable } from './layout/release-table.ts';
import { readSelection } from './layout/select-students.ts';
import { count, points, when } from './layout/words.ts';

export function coursePage(view: CourseView, webUrl: string, query: Query): Html {
  const { course, record, now } = view;
  const host = { webUrl, login: record.login };
  const selection = readSelection(query);
  return layout(
    { title: course.title, login: record.login, section: 'course', compact: true },
    html`${signs()}
      <h1>${course.title}</h1>
      <p class="dim">
        ${outward(`${webUrl}/${encodeURIComponent(record.login)}`, record.login)} · ${sayWallTime(now, course.timezone)}
        (${course.timezone})
      </p>
      ${syncState(view, host)} ${refusedCommit(record, host, course.timezone)} ${pendingNote(view.pending)}
      ${totals(view)} ${attention(view, host)} ${chooser(view, query)} ${view.figures ? plots(view, view.figures) : ''}
      ${matrix(view, selection, query)}`,
  );
}

function chooser({ challenges, record, figures }: CourseView, query: Query): Html {
  if (challenges.length < 2) return html``;
  return html`<nav aria-label="Challenges" class="panel">
    <ul>
      ${challenges.map(({ name, title }) => {
        const current = name === figures?.challenge.name ? html` aria-current="true"` : '';
        const address = coursePath(record.login) + queryWith(query, { challenge: name, page: '' });
        return html`<li><a href="${address}" ${current}>${title ?? name}</a></li>`;
      })}
    </ul>
  </nav>`;
}

function plots({ record, course, now }: CourseView, figures: ClassFigures): Html {
  const { challenge } = figures;
  return html`<h2>How soon, and how far · ${challenge.title ?? challenge.name}</h2>
    ${plotFreshness(figures, record.login)} ${plotProgress(figures, course.timezone, now)}
    ${releaseTable(figures, course.timezone)}`;
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

function totals({ totals: all, releases, now }: CourseView): Html {
  const due = releases.filter((release) => release.due <= now).length;
  const share = (part: number): string => (all.shipped === 0 ? '–' : `${Math.round((100 * part) / all.shipped)}%`);
  const mean = all.graded === 0 ? '–' : `${points(Math.round(1000 * all.mean) / 10)}%`;
  const card = (value: string | number, what: string, more: string): Html =>
    html`<li><b>${value}</b>${what}<small>${more}</small></li>`;
  return html`<ul class="cards" aria-label="Totals">
    ${card(all.students, 'students and groups', all.groups > 0 ? count(all.groups, 'group') : 'no groups')}
    ${card(`${due} of ${releases.length}`, 'released', `${count(all.dispatched, 'shipment')} delivered`)}
    ${card(share(all.merged), 'merged', 'of what was shipped')}
    ${card(share(all.green), 'run green', 'of what was shipped')} ${card(mean, 'mean score', 'of the points so far')}
    ${card(all.failed, 'failed shipments', `${all.planned} still planned`)}
  </ul>`;
}
