// Who is signed in to the dashboard, and a button for each account that ends all of its sessions.
import { html } from 'hono/html';
import type { OpenSession } from '../../ports/session.ts';
import { layout, type Html } from './layout/layout.ts';

export function sessionsPage(open: readonly OpenSession[]): Html {
  const people = [...Map.groupBy(open, ({ login }) => login.toLowerCase()).values()];
  return layout(
    { title: 'Sessions' },
    html`<h1>Who is signed in</h1>
      <p>A session ends by itself after twelve hours. Ended here, the browser must sign in again at once.</p>
      ${people.length === 0 ? html`<p>Nobody is signed in.</p>` : table(people)}`,
  );
}

function table(people: readonly OpenSession[][]): Html {
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th scope="col">Account</th>
          <th scope="col">Sessions</th>
          <th scope="col">Since</th>
          <th scope="col">To do</th>
        </tr>
      </thead>
      <tbody>
        ${people.map(row)}
      </tbody>
    </table>
  </div>`;
}

function row(sessions: readonly OpenSession[]): Html {
  const [{ login, openedAt }] = sessions as [OpenSession];
  return html`<tr>
    <th scope="row"><bdi>${login}</bdi></th>
    <td>${sessions.length}</td>
    <td>
      <time datetime="${openedAt.toISOString()}">${openedAt.toISOString().slice(0, 16).replace('T', ' ')} UTC</time>
    </td>
    <td>
      <form method="post" action="/sessions/end">
        <input type="hidden" name="login" value="${login}" />
        <button>End<span class="sr"> all sessions of ${login}</span></button>
      </form>
    </td>
  </tr>`;
}
