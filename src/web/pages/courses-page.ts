// The organisations that the App is installed on.
import { html } from 'hono/html';
import type { CourseRecord } from '../../ports/records.ts';
import { refusedCommit } from './course-refused.ts';
import { layout, type Html } from './layout/layout.ts';
import { coursePath } from './layout/links.ts';

export function coursesPage(courses: readonly CourseRecord[]): Html {
  const empty = html`<p>
    The App is not installed anywhere yet. Install it on a course organisation: README, “On a real organisation”.
  </p>`;
  const list = html`<ul>
    ${courses.map(({ login, commitSha, refused }) => html`<li><a href="${coursePath(login)}">${login}</a> <span class="dim">${commitSha ? '' : 'no valid course merged yet'}${refused ? ' the newest commit was refused' : ''}</span></li>`)}
  </ul>`;
  return layout(
    { title: 'Courses' },
    html`<h1>Courses</h1>
      ${courses.length === 0 ? empty : list}`,
  );
}

/** Of somebody who is signed in, in several courses. */
export function ownCoursesPage(courses: readonly { login: string; staff: boolean; owner?: string }[]): Html {
  const item = ({ login, staff, owner }: (typeof courses)[number]): Html => {
    const path = staff ? coursePath(login) : `${coursePath(login)}/students/${encodeURIComponent(owner ?? '')}`;
    return html`<li><a href="${path}">${login}</a></li>`;
  };
  return layout(
    { title: 'Your courses' },
    html`<h1>Your courses</h1>
      <ul>
        ${courses.map(item)}
      </ul>`,
  );
}

export function noCoursePage(record: CourseRecord, webUrl: string): Html {
  const { login } = record;
  return layout(
    { title: login },
    html`<h1>No course in force</h1>
      <p>
        No valid course has been merged in <bdi>${login}</bdi> yet. Open a pull request with <code>course.yml</code>,
        <code>roster.csv</code> and a <code>challenge.yml</code> in the course repository: its check run
        <em>plan</em> lists what is missing. Merging it puts the course in force.
      </p>
      ${refusedCommit(record, { webUrl, login }, 'UTC')}`,
  );
}
