// Who of the roster has no login yet, who claimed which row, and the links by which people enrol.
import { html } from 'hono/html';
import { toCsv } from '../../domain/grade/grades-export.ts';
import type { Enrolment } from '../../flows/people/claim-row.ts';
import { layout, type Html } from './layout/layout.ts';

/** Addresses by which people enrol: for everybody, and for the row of this key. */
export type EnrolLinks = { course: string; row: (key: string) => string };

type Row = Enrolment['rows'][number];

export function enrolmentPage({ record: { login }, rows }: Enrolment, links: EnrolLinks | undefined): Html {
  const missing = rows.filter((row) => row.login === '' && !row.claim);
  const claimed = rows.filter(({ claim }) => claim);
  const others = rows.length - missing.length - claimed.length;
  return layout(
    { title: `Enrolment · ${login}`, login, section: 'enrol' },
    html`<h1>Enrolment</h1>
      <p>
        ${rows.length} on the roster: ${others} with a login of the teacher’s, ${claimed.length} enrolled themselves,
        <strong>${missing.length} missing</strong>.
      </p>
      ${links ? linksSection(login, links, missing.length > 0) : noSignIn()}
      ${missing.length === 0 ? '' : missingTable(missing, links)}
      ${claimed.length === 0 ? '' : claimedTable(login, claimed)}`,
  );
}

function linksSection(login: string, { course }: EnrolLinks, someMissing: boolean): Html {
  return html`<section>
    <h2>Links</h2>
    <p>
      For everybody: <a href="${course}"><code>${course}</code></a>
    </p>
    <p>
      Whoever opens it signs in with GitHub and names their student id or full name. It lists nobody, and ten wrong
      answers in ten minutes are the most. A link of their own, below, spares students the question.
      ${someMissing ? html`<a href="/${login}/enrol.csv">All of them as CSV</a>, for a mail to each.` : ''}
    </p>
  </section>`;
}

function noSignIn(): Html {
  return html`<p>
    Nobody can enrol: signing in with GitHub is not set up. Set <code>CLIENT_ID</code> and <code>CLIENT_SECRET</code>.
  </p>`;
}

function missingTable(rows: readonly Row[], links: EnrolLinks | undefined): Html {
  return html`<section>
    <h2>Missing</h2>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">Line</th>
            <th scope="col">Id</th>
            <th scope="col">Name</th>
            ${links ? html`<th scope="col">Link</th>` : ''}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ({ line, id, name, key }) =>
              html`<tr>
                <td>${line}</td>
                <td>${id}</td>
                <td><bdi>${name}</bdi></td>
                ${links ? html`<td><a href="${links.row(key)}">link of ${name || id}</a></td>` : ''}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}

function claimedTable(login: string, rows: readonly Row[]): Html {
  const row = ({ id, name, claim, login: now }: Row): Html =>
    html`<tr>
      <td>${id}</td>
      <td><bdi>${name}</bdi></td>
      <td>${claim!.login}${stateOf(claim!.login, now)}</td>
      <td><time datetime="${claim!.claimedAt.toISOString()}">${claim!.claimedAt.toISOString().slice(0, 10)}</time></td>
      <td>
        <form method="post" action="/${login}/enrol/undo/${claim!.seq}">
          <button aria-label="Take back the claim of ${claim!.login}">Take back</button>
        </form>
      </td>
    </tr>`;
  return html`<section>
    <h2>Enrolled themselves</h2>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">Id</th>
            <th scope="col">Name</th>
            <th scope="col">Account</th>
            <th scope="col">Since</th>
            <th scope="col">Undo</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(row)}
        </tbody>
      </table>
    </div>
  </section>`;
}

/** The roster in force may be behind, or a teacher may have decided otherwise. */
function stateOf(claimed: string, now: string): string {
  if (now === '') return ' (not on the roster in force yet)';
  return now.toLowerCase() === claimed.toLowerCase() ? '' : ` (the roster says ${now})`;
}

/** A row for each person who is missing. */
export function enrolmentCsv({ rows }: Enrolment, links: EnrolLinks): string {
  const missing = rows.filter((row) => row.login === '' && !row.claim);
  return toCsv([['id', 'name', 'link'], ...missing.map(({ id, name, key }) => [id, name, links.row(key)])]);
}
