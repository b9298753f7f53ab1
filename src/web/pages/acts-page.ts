// What the staff of a course did with the dashboard's buttons, and who.
import { html } from 'hono/html';
import type { StaffAct } from '../../ports/session.ts';
import { layout, type Html } from './layout/layout.ts';

export function actsPage(login: string, acts: readonly StaffAct[]): Html {
  const row = ({ at, by, act, subject }: StaffAct): Html =>
    html`<tr>
      <td><time datetime="${at.toISOString()}">${at.toISOString().slice(0, 16).replace('T', ' ')} UTC</time></td>
      <td>${by === undefined ? 'the dashboard’s token' : html`<bdi>${by.login}</bdi>`}</td>
      <td>${act}</td>
      <td><code>${subject}</code></td>
    </tr>`;
  const table = html`<table>
    <thead>
      <tr>
        <th scope="col">When</th>
        <th scope="col">Who</th>
        <th scope="col">Did</th>
        <th scope="col">What about</th>
      </tr>
    </thead>
    <tbody>
      ${acts.map(row)}
    </tbody>
  </table>`;
  return layout(
    { title: `Acts · ${login}`, login },
    html`<h1>Who did what</h1>
      ${acts.length === 0 ? html`<p>Nobody has pressed a button yet.</p>` : table}`,
  );
}
