// The questions of a rubric: beside each the evidence that it names, the levels to choose from, and what was judged before.
import { html } from 'hono/html';
import type { Challenge } from '../../domain/challenge/challenge.ts';
import type { RubricCriterion } from '../../domain/challenge/rubric.ts';
import { judgedKey, type GradingView } from '../../flows/pages/show-grading.ts';
import { shownEvidence } from './grading-evidence.ts';
import type { MakeForm } from './grading-form.ts';
import type { Html } from './layout/layout.ts';
import type { Host } from './layout/links.ts';
import { points, when } from './layout/words.ts';

export function rubricForm(view: GradingView, challenge: Challenge, host: Host, form: MakeForm): Html {
  const { name, rubric } = challenge;
  const row = view.gradebook.rows.find((gradebookRow) => gradebookRow.challenge === name);
  const scored = row?.criteria.rubric;
  const standing =
    row && scored
      ? html`<p>
          ${points(scored.points)} of ${points(scored.of)} points judged so far; the rubric is worth
          ${points(scored.worth)} of the challenge’s ${points(row.worth)}.
        </p>`
      : '';
  return html`<h2>${name}: rubric</h2>
    ${standing}
    ${form(
      'judge',
      html`<input type="hidden" name="challenge" value="${name}" />
        ${rubric!.criteria.map((criterion) => question(view, challenge, criterion, host))}`,
      'Record judgements',
    )}`;
}

function question(view: GradingView, challenge: Challenge, criterion: RubricCriterion, host: Host): Html {
  const { name, question: asks, levels, lookAt } = criterion;
  const before = view.judged.get(judgedKey(challenge.name, name));
  const was = before?.level ?? undefined;
  const level = (value: string, text: Html | string, checked: boolean): Html =>
    html`<label class="level"
      ><input type="radio" name="level:${name}" value="${value}" ${checked ? html`checked` : ''} /> ${text}</label
    >`;
  const said = before?.comment ?? '';
  const by = before
    ? html`<p class="dim">
        ${before.level === null ? 'Taken back' : `Judged ${points(before.level)}`} by <bdi>${before.by}</bdi>,
        ${when(before.at, view.course.timezone)}.
      </p>`
    : html`<p class="dim">Not judged yet.</p>`;
  const known = was !== undefined && levels.some((rubricLevel) => rubricLevel.points === was);
  return html`<fieldset>
    <legend>${name}</legend>
    <p><strong>${asks}</strong></p>
    ${lookAt.map((item) => shownEvidence(item, view, challenge, host))} ${by} ${level('', 'not judged', !known)}
    ${levels.map((rubricLevel) => level(String(rubricLevel.points), html`<strong>${points(rubricLevel.points)}</strong> ${rubricLevel.text}`, rubricLevel.points === was))}
    <label>Comment <textarea name="comment:${name}" rows="2" maxlength="2000">${said}</textarea></label>
    <input type="hidden" name="was:${name}" value="${known ? String(was) : ''}" /><input
      type="hidden"
      name="said:${name}"
      value="${said}"
    />
  </fieldset>`;
}
