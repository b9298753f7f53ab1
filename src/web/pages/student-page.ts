// One student: how each release went, where each point comes from, what to do next, and every piece of evidence.
import { html } from 'hono/html';
import { withoutMeasure } from '../../domain/evidence/without-measure.ts';
import { behindMeasure } from '../../domain/grade/behind-measure.ts';
import { sayWallTime } from '../../domain/time/say-time.ts';
import type { Gate } from '../../domain/grade/grade-gate.ts';
import { sayIdentity } from '../../domain/messages/say-identity.ts';
import type { StudentView } from '../../flows/pages/show-student.ts';
import { evidenceTable } from './student-evidence.ts';
import { proofTable } from './student-proof.ts';
import { scoreTable } from './student-score.ts';
import { layout, type Html } from './layout/layout.ts';
import {
  commitLink,
  outward,
  pullUrl,
  repositoryUrl,
  shipmentPath,
  studentGradingPath,
  type Host,
  type Query,
} from './layout/links.ts';
import { plotLatency } from './plots/plot-latency.ts';
import { plotService } from './plots/plot-service.ts';
import { plotStudent } from './plots/plot-student.ts';
import { progressCell, signs } from './layout/progress.ts';
import { points, when } from './layout/words.ts';

export function studentPage(given: StudentView, webUrl: string, isStaff: boolean, query: Query): Html {
  const view = isStaff ? given : studentsOwn(given);
  const { owner, record, course, now, repositories, rows, gate } = view;
  const host = { webUrl, login: record.login };
  const members = owner.members.map(
    ({ login, name }) =>
      html`<bdi>${name ?? login}</bdi> (${outward(`${webUrl}/${encodeURIComponent(login)}`, login)})`,
  );
  return layout(
    { title: owner.name, ...(isStaff ? { login: record.login } : {}) },
    html`${signs()}
      <h1><bdi>${owner.name}</bdi></h1>
      <p class="dim">
        ${join(members)} · ${join(repositories.map(({ name }) => outward(repositoryUrl(host, name), name)))} ·
        ${sayWallTime(now, course.timezone)}${isStaff ? html` · <a href="${studentGradingPath(record.login, owner.slug)}">judge and decide</a>` : ''}
      </p>
      ${repositories.flatMap(({ name, state, lastError }) => (state === 'failed' ? [html`<p class="panel alert">${name} could not be made: <code>${lastError ?? ''}</code></p>`] : []))}
      ${view.waiting.map(({ repository, text }) => html`<p class="panel alert"><code>${repository}</code>: ${text}.</p>`)}
      ${isStaff || gate.open ? nextPoints(view) : ''} ${nextSteps(view)} ${services(view)}
      ${view.challenges.map((challenge) => html`${plotStudent(view, challenge)} ${plotService(view, challenge)} ${plotLatency(view, challenge)}`)}
      ${gate.open ? '' : html`<p class="panel">${isStaff ? 'Students cannot see their points yet: they have not been released.' : gate.text}</p>`}
      ${rows.map((row) => scoreTable(row, isStaff ? open : gate))} ${proofTable(view, host)}
      ${releases(view, host, isStaff)} ${evidenceTable(view, host, query)}`,
  );
}

/** What students may not learn while hidden rows are still asked, and while their points are held back, is left out. */
function studentsOwn(view: StudentView): StudentView {
  const over = (name: string): boolean => view.challenges.some((one) => one.name === name && view.now > one.ends);
  return {
    ...view,
    rows: view.rows.map((row) => behindMeasure(row, over(row.challenge))),
    evidence: view.evidence
      .filter(({ kind }) => view.gate.open || kind !== 'judgement')
      .map((one) => (over(one.challenge) ? one : withoutMeasure(one))),
  };
}

function join(parts: readonly Html[]): Html[] {
  return parts.map((part, index) => (index === 0 ? part : html`, ${part}`));
}

/** What the staff sees of points. */
const open: Gate = { open: true, text: '' };

/** Students can act on a few steps at a time. */
const firstSteps = 5;

/** Computed by scoring what would be if it was done, so that each gain is what will be there. */
function nextPoints({ steps, course }: StudentView): Html {
  if (steps.length === 0) return html``;
  return html`<section class="panel" aria-labelledby="points">
    <h2 id="points">What would earn most now</h2>
    <ul>
      ${steps.map(({ gain, text, by }) => html`<li><strong>+${points(gain)}</strong> ${text}${by === undefined ? '' : html` by ${when(by, course.timezone)}`}</li>`)}
    </ul>
    <p class="dim">Each by itself, as the points stand now.</p>
  </section>`;
}

/** What is to be done comes from the reasons themselves; each step is said once. */
function nextSteps({ rows }: StudentView): Html {
  const steps = new Set(
    rows.flatMap(({ criteria }) =>
      Object.values(criteria).flatMap(({ reasons }) => reasons.flatMap(({ next }) => next ?? [])),
    ),
  );
  if (steps.size === 0) return html``;
  return html`<section class="panel" aria-labelledby="next">
    <h2 id="next">What to do next</h2>
    <ol>
      ${[...steps].slice(0, firstSteps).map((step) => html`<li>${step}</li>`)}
    </ol>
    ${steps.size > firstSteps ? html`<p class="dim">and ${steps.size - firstSteps} more, beside the points below</p>` : ''}
  </section>`;
}

/** Whose the services are, where that is not proven: what is missing, what it costs, and what to do. */
function services({ services: registered, challenges }: StudentView): Html {
  if (!challenges.some(({ endpoint }) => endpoint)) return html``;
  return html`${registered.map(({ url, identity, code }) => {
    const said = sayIdentity(identity, code).trim();
    if (said === '') return '';
    const kind = identity === 'unproven' ? 'panel' : 'panel alert';
    return html`<p class="${kind}"><strong>Service</strong> <code>${url}</code>: ${said.replaceAll('`', '')}</p>`;
  })}`;
}

function releases({ cells, challenges, course, record }: StudentView, host: Host, isStaff: boolean): Html {
  return html`<h2>Releases</h2>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">release</th>
            <th scope="col">released</th>
            <th scope="col">state</th>
            <th scope="col">shipped</th>
            <th scope="col">merged</th>
            <th scope="col">green</th>
            <th scope="col">where</th>
          </tr>
        </thead>
        <tbody>
          ${cells.map(
            (cell) =>
              html`<tr>
                <th scope="row">
                  ${cell.release}${challenges.length > 1 ? html`<small>${cell.challenge}</small>` : ''}
                </th>
                <td>${when(cell.due, course.timezone)}</td>
                ${progressCell(cell)}
                ${[cell.shippedAt, cell.mergedAt, cell.greenAt].map((at) => html`<td>${at ? when(at, course.timezone) : '–'}</td>`)}
                <td class="when">
                  ${join(cell.shipments.map((stored) => where(stored, host, isStaff ? record.login : undefined)))}
                </td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

type Stored = StudentView['cells'][number]['shipments'][number];

function where({ shipment, receipt, lastError, state }: Stored, host: Host, login: string | undefined): Html {
  const path = html`<code>${shipment.path}</code>`;
  const name = login === undefined ? path : html`<a href="${shipmentPath(login, shipment.id)}">${path}</a>`;
  if (!receipt)
    return html`${name}${state === 'failed' && lastError ? html`<small>not your fault: ${login === undefined ? 'the staff has been told' : lastError}</small>` : ''}`;
  const { commit, pullRequest, fault } = receipt;
  const pull =
    pullRequest === undefined
      ? ''
      : html` · ${outward(pullUrl(host, shipment.repository, pullRequest), `pull request #${pullRequest}`)}`;
  return html`${name} ·
  ${commitLink(host, shipment.repository, commit)}${pull}${fault === undefined ? '' : html`<small>${fault}</small>`}`;
}
