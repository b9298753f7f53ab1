// One student: how each release went, where each point comes from, what to do next, and every piece of evidence.
import { html } from 'hono/html';
import { withoutMeasure } from '../../domain/evidence/without-measure.ts';
import { behindMeasure } from '../../domain/grade/behind-measure.ts';
import { sayWallTime } from '../../domain/time/say-time.ts';
import type { Gate } from '../../domain/grade/grade-gate.ts';
import { sayIdentity } from '../../domain/messages/say-identity.ts';
import type { StudentView } from '../../flows/pages/show-student.ts';
import type { Challenge } from '../../domain/challenge/challenge.ts';
import { challengeInFull, challengeTable } from './student-challenges.ts';
import { changedLast, cutEvidence, evidenceAnchor, evidenceTable } from './student-evidence.ts';
import { releaseRows } from './student-releases.ts';
import { scoreTable } from './student-score.ts';
import { layout, type Html } from './layout/layout.ts';
import { outward, queryWith, repositoryUrl, studentGradingPath, type Host, type Query } from './layout/links.ts';
import { plotLatency } from './plots/plot-latency.ts';
import { plotService } from './plots/plot-service.ts';
import { plotStudent } from './plots/plot-student.ts';
import { signs } from './layout/progress.ts';
import { joinParts, points, when } from './layout/words.ts';

export function studentPage(given: StudentView, webUrl: string, isStaff: boolean, query: Query): Html {
  const view = isStaff ? given : studentsOwn(given);
  const { owner, record, course, now, repositories, gate } = view;
  const host = { webUrl, login: record.login };
  const full = challengeInFull(view, query);
  const members = owner.members.map(
    ({ login, name }) =>
      html`<bdi>${name ?? login}</bdi> (${outward(`${webUrl}/${encodeURIComponent(login)}`, login)})`,
  );
  return layout(
    { title: owner.name, compact: true, ...(isStaff ? { login: record.login } : {}) },
    html`${signs(view.cells.map(({ progress }) => progress))}
      <h1><bdi>${owner.name}</bdi></h1>
      <p class="dim">
        ${joinParts(members)} · ${joinParts(repositories.map(({ name }) => outward(repositoryUrl(host, name), name)))} ·
        ${sayWallTime(now, course.timezone)}${isStaff ? html` · <a href="${studentGradingPath(record.login, owner.slug)}">judge and decide</a>` : ''}
      </p>
      ${repositories.flatMap(({ name, state, lastError }) => (state === 'failed' ? [html`<p class="panel alert">${name} could not be made: <code>${lastError ?? ''}</code></p>`] : []))}
      ${view.waiting.map(({ repository, text }) => html`<p class="panel alert"><code>${repository}</code>: ${text}.</p>`)}
      ${changedLast(view.evidence, course.timezone, host, (item) => queryWith(query, { find: item.id, page: '', kind: '' }) + `#${evidenceAnchor(item.id)}`)}
      ${isStaff || gate.open ? nextPoints(view) : ''} ${nextSteps(view)} ${services(view)}
      ${gate.open ? '' : html`<p class="panel">${isStaff ? 'Students cannot see their points yet: they have not been released.' : gate.text}</p>`}
      ${challengeTable(view, full, isStaff ? open : gate, query)}
      ${full ? inFull(view, full, { host, isStaff, query }) : ''}`,
  );
}

type Viewer = { host: Host; isStaff: boolean; query: Query };

/** One challenge: plots, points with their reasons, releases, evidence. */
function inFull(view: StudentView, challenge: Challenge, { host, isStaff, query }: Viewer): Html {
  const { course, gate, now } = view;
  const zone = course.timezone;
  const { name } = challenge;
  const evidence = view.evidence.filter((item) => item.challenge === name);
  const section = cutEvidence(evidence, zone, query);
  const anchors = new Set<string>(query['find'] === undefined ? [] : [query['find']]);
  const link = (id: string): string => {
    anchors.add(id);
    return section.link(id);
  };
  const row = view.rows.find((gradebookRow) => gradebookRow.challenge === name);
  const score = row ? scoreTable(row, isStaff ? open : gate, link) : '';
  const releases = releaseRows({
    cells: view.cells.filter((cell) => cell.challenge === name),
    proofs: view.proofs.flatMap((proof) => (proof.challenge === name ? [proof.proof] : [])),
    zone,
    host,
    isStaff,
    link,
  });
  return html`<div id="challenge">${score}</div>
    ${plotStudent(view, challenge)} ${plotService(view, challenge)} ${plotLatency(view, challenge)} ${releases}
    ${evidenceTable(section, { evidence, zone, now, host, query, anchors })}`;
}

/** What students may not learn while hidden rows are still asked, and while their points are held back, is left out. */
function studentsOwn(view: StudentView): StudentView {
  const over = (name: string): boolean =>
    view.challenges.some((challenge) => challenge.name === name && view.now > challenge.ends);
  return {
    ...view,
    rows: view.rows.map((row) => behindMeasure(row, over(row.challenge))),
    evidence: view.evidence
      .filter(({ kind }) => view.gate.open || kind !== 'judgement')
      .map((item) => (over(item.challenge) ? item : withoutMeasure(item))),
  };
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
