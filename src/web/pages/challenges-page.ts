// The challenges of a course, with the ways to follow, change and make them.
import { html } from 'hono/html';
import type { ChallengeLine, showChallenges } from '../../flows/monitor/show-challenge.ts';
import { layout, type Html } from './layout/layout.ts';
import { challengePath } from './layout/links.ts';
import { table } from './layout/table.ts';
import { when } from './layout/words.ts';

type View = NonNullable<Awaited<ReturnType<typeof showChallenges>>>;

/** `canWrite`: challenges can be written here. */
export function challengesPage({ record: { login }, zone, challenges }: View, now: Date, canWrite: boolean): Html {
  const row = ({ name, title, starts, ends }: ChallengeLine): Html =>
    html`<tr>
      <th scope="row"><a href="${challengePath(login, name)}">${title}</a><small>${name}</small></th>
      <td>${when(starts, zone)}</td>
      <td>${when(ends, zone)}</td>
      <td>${now < starts ? 'not begun' : now > ends ? 'over' : 'runs'}</td>
      ${canWrite ? html`<td><a href="${challengePath(login, name, '/edit')}">Edit ${name}</a></td>` : ''}
    </tr>`;
  return layout(
    { title: `Challenges · ${login}`, login, section: 'challenges' },
    html`<h1>Challenges</h1>
      ${canWrite ? html`<p><a href="${challengePath(login, 'new')}">New challenge</a></p>` : ''}
      ${table(['challenge', 'starts', 'ends', 'state', ...(canWrite ? ['change'] : [])], challenges.map(row))}`,
  );
}
