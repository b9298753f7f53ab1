// What a draft would mean: its problems, the calendar, the rows of each release, what a student gets, drift, and points.
import { html } from 'hono/html';
import { sayWallTime } from '../../../domain/time/say-time.ts';
import type { Problem } from '../../../domain/text/problem.ts';
import type { DraftPlan, DraftPreview, PlannedRelease } from '../../../flows/draft/preview-draft.ts';
import type { Html } from '../layout/layout.ts';
import { scrollTable } from '../layout/table.ts';
import { count, points, when } from '../layout/words.ts';
import { plotDrift } from '../plots/plot-drift.ts';
import { plotTimeline } from '../plots/plot-timeline.ts';
import { fieldId } from './field.ts';

const mostProblems = 50;

/** `fields`: at which field each problem is said, where it is said at one. */
export function previewPart(preview: DraftPreview, text: string, fields: ReadonlyMap<Problem, string>): Html {
  const { plan, now } = preview;
  return html`${problemPart(preview, text, fields)} ${plan ? planPart(plan, now) : noPlan()}`;
}

function noPlan(): Html {
  return html`<p>The plan is shown when the problems are fixed.</p>`;
}

function problemPart({ problems, path }: DraftPreview, text: string, fields: ReadonlyMap<Problem, string>): Html {
  if (problems.length === 0)
    return html`<p class="panel calm" id="problems">
      <strong>No problems.</strong> This is what the check of the pull request would find.
    </p>`;
  const errors = problems.filter(({ level }) => level === 'error').length;
  const lines = text.split('\n');
  const item = (problem: Problem): Html => {
    const { file, line, column, level, code, message, hint } = problem;
    const field = fields.get(problem);
    const where = `${file}:${line}:${column}`;
    const written = file === path ? (lines[line - 1]?.trim() ?? '') : '';
    return html`<li>
      <span class="tag ${level === 'error' ? 'red' : 'uncounted'}">${level}</span>
      ${field === undefined ? html`<code>${where}</code>` : html`<a href="#${fieldId(field)}"><code>${where}</code></a>`}
      ${message} <code>${code}</code> ${hint === undefined ? '' : html`<small class="dim">${hint}</small>`}
      ${written === '' ? '' : html`<br /><code class="line">${line} │ ${written.slice(0, 120)}</code>`}
    </li>`;
  };
  return html`<section class="panel ${errors > 0 ? 'alert' : ''}" id="problems">
    <h2>${errors > 0 ? count(errors, 'problem') : count(problems.length, 'remark')}</h2>
    <ul>
      ${problems.slice(0, mostProblems).map(item)}
    </ul>
    ${problems.length > mostProblems ? html`<p>… and ${problems.length - mostProblems} more.</p>` : ''}
  </section>`;
}

function planPart(plan: DraftPlan, now: Date): Html {
  const { challenge, course, changes, owners } = plan;
  return html`<h2>What merging it means</h2>
    <p>
      ${changes.add} new, ${changes.change} changed, ${changes.cancel} cancelled shipments to
      ${count(owners, 'student repository', 'student repositories')}; ${changes.keep} unchanged.
      ${sayWallTime(challenge.starts, course.timezone)} to ${sayWallTime(challenge.ends, course.timezone)},
      ${course.timezone}.
    </p>
    ${plan.retention === undefined ? '' : html`<p>${plan.retention}</p>`}
    <p>${plan.costs}</p>
    ${plotTimeline(plan, now)} ${releasePart(plan)} ${studentPart(plan)}
    ${plan.sketch?.drift.map((difference, index) => plotDrift(difference, index)) ?? ''} ${pointsPart(plan)}`;
}

function releasePart({ releases, course, sketch, challenge, held, lateCosts }: DraftPlan): Html {
  const ends = sketch && (sketch.column ?? 'row');
  const zone = course.timezone;
  const row = ({ name, due, past, rows, first, last, by, takes, mergeBy }: PlannedRelease): Html =>
    html`<tr>
      <th scope="row">${name}</th>
      <td>${when(due, zone)}${past ? html` <small>past: sent at once</small>` : ''}</td>
      <td class="num">${rows ?? 'not known yet'}</td>
      ${
        ends === undefined
          ? ''
          : html`<td>${first ?? ''}</td>
              <td>${last ?? ''}</td>`
      }
      <td>${by}</td>
      <td>${when(mergeBy, zone)}</td>
      <td>${takes}</td>
    </tr>`;
  const heads = [
    'release',
    'released',
    'rows',
    ...(ends === undefined ? [] : [`first ${ends}`, `last ${ends}`]),
    'by',
    'merge by',
    'takes about',
  ];
  return html`<h2>Releases</h2>
    ${scrollTable('Releases', heads, releases.map(row))}
    <p class="dim">
      ${challenge.per === 'student' ? `Each student receives ${Math.round(challenge.sample * 100)}% of these rows.` : ''}
      ${held === undefined || held === 0 ? '' : `${count(held, 'row')} are held out and never released.`}
      ${lateCosts ? 'Merging later costs points.' : ''}
    </p>`;
}

function studentPart({ releases, sketch, challenge, message }: DraftPlan): Html {
  const [first] = releases;
  const pull = first?.by.includes('pull_request');
  return html`<h2>What a student gets</h2>
    <p>
      ${pull ? 'A pull request that adds' : 'A commit that adds'} <code>${first?.path ?? ''}</code>
      ${challenge.requests.length > 0 ? html`, and questions about it` : ''}.
      ${challenge.endpoint ? 'A service is probed.' : ''}
    </p>
    ${
      message === undefined
        ? ''
        : html`<details>
            <summary>What it says: ${message.title}</summary>
            <pre>${(pull ? message.body : message.message).replace(/^<!--.*?-->\n/, '')}</pre>
          </details>`
    }
    ${sketch === undefined || sketch.rows.length === 0 ? '' : sampleTable(sketch.columns, sketch.rows)}`;
}

const mostColumns = 30;

function sampleTable(columns: readonly string[], rows: readonly Readonly<Record<string, string>>[]): Html {
  const shown = columns.slice(0, mostColumns);
  const cells = (row: Readonly<Record<string, string>>): Html =>
    html`<tr>
      ${shown.map((name) => html`<td>${(row[name] ?? '').slice(0, 60)}</td>`)}
    </tr>`;
  const caption = html`<caption>
    The first rows of the first
    release${columns.length > mostColumns ? `, ${mostColumns} of ${columns.length} columns` : ''}
  </caption>`;
  return scrollTable('First rows of the first release', shown, rows.map(cells), caption);
}

function pointsPart({ challenge }: DraftPlan): Html {
  const rules = Object.entries(challenge.score);
  const total = rules.reduce((sum, [, rule]) => sum + rule.points, 0);
  return html`<h2>Points</h2>
    <table class="narrow">
      <thead>
        <tr>
          <th scope="col">criterion</th>
          <th scope="col" class="num">points</th>
          <th scope="col">believed from</th>
        </tr>
      </thead>
      <tbody>
        ${rules.map(
          ([name, { points: worth, trust }]) =>
            html`<tr>
              <th scope="row">${name}</th>
              <td class="num">${points(worth)}</td>
              <td>${trust}</td>
            </tr>`,
        )}
        <tr>
          <th scope="row">all</th>
          <td class="num">${points(total)}</td>
          <td></td>
        </tr>
      </tbody>
    </table>`;
}
