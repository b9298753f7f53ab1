// One student for the person who grades: appeals, the rubric with its evidence, and what people decided, each with a form.
import { html } from 'hono/html';
import { criteria } from '../../domain/challenge/challenge.ts';
import { calledRequest } from '../../domain/request/request-name.ts';
import { sayDuration } from '../../domain/time/say-time.ts';
import type { GradingView } from '../../flows/pages/show-grading.ts';
import { formFor, type Grader, type MakeForm } from './grading-form.ts';
import { rubricForm } from './grading-rubric.ts';
import { layout, type Html } from './layout/layout.ts';
import { commitLink, outward, repositoryUrl, studentPagePath, type Host } from './layout/links.ts';
import { table } from './layout/table.ts';
import { when } from './layout/words.ts';

export function gradingPage(view: GradingView, webUrl: string, grader: Grader): Html {
  const { record, owner, challenges, repositories } = view;
  const host = { webUrl, login: record.login };
  const form = formFor(view, grader);
  const places = repositories.map(({ name }) => outward(repositoryUrl(host, name), name));
  return layout(
    { title: `Grading ${owner.name}`, login: record.login, section: 'grading' },
    html`<h1>Grading <bdi>${owner.name}</bdi></h1>
      <p>
        <a href="${studentPagePath(record.login, owner.slug)}">Points, reasons and evidence</a
        >${places.map((place) => html` · ${place}`)}
      </p>
      ${grader.problem === undefined ? '' : html`<p class="panel alert" role="alert">${grader.problem}</p>`}
      <p class="dim">
        ${grader.by === undefined ? 'You hold the dashboard’s token: write your name into each form.' : html`You decide as <bdi>${grader.by}</bdi>.`}
        Every decision is recorded with name and moment, and the student reads what you write.
      </p>
      ${appeals(view, host, form)}
      ${challenges.flatMap((challenge) => (challenge.rubric ? [rubricForm(view, challenge, host, form)] : []))}
      ${overrideForm(view, form)} ${extensionForm(view, form)} ${decisions(view)}`,
  );
}

function appeals({ appealed, course }: GradingView, host: Host, form: MakeForm): Html {
  if (appealed.length === 0) return html``;
  const zone = course.timezone;
  return html`<h2>Appeals</h2>
    ${appealed.map(({ request, repository, answers, commit, appeals: all = [] }) => {
      const last = answers.findLast(({ counted }) => counted);
      const at = last?.commit ?? commit;
      const verdict = last ? last.verdict.replaceAll('_', ' ') : 'not answered in time';
      return html`<section class="panel">
        <h3>${calledRequest(request)}</h3>
        <p>
          ${request.challenge}:
          ${verdict}${at === undefined ? '' : html`, check run at ${commitLink(host, repository, at)}`}
        </p>
        ${all.map(
          ({ id, by, at: asked, reason, answer }) =>
            html`<p><bdi>${by}</bdi>, ${when(new Date(asked), zone)}: ${reason}</p>
              ${
                answer
                  ? html`<p>
                      <strong>Answered by <bdi>${answer.by}</bdi></strong
                      >, ${when(new Date(answer.at), zone)}: ${answer.text}
                    </p>`
                  : form(
                      'answer',
                      html`<input type="hidden" name="request" value="${request.id}" /><input
                          type="hidden"
                          name="appeal"
                          value="${id}"
                        /><label>Answer <textarea name="text" rows="3" required maxlength="2000"></textarea></label>`,
                      'Answer',
                    )
              }`,
        )}
      </section>`;
    })}`;
}

function overrideForm({ challenges, owner }: GradingView, form: MakeForm): Html {
  const given = criteria.filter((criterion) => challenges.some(({ score }) => score[criterion]));
  return html`<h2>Set points by hand</h2>
    <p class="dim">
      The computed points of <bdi>${owner.name}</bdi> stay beside them. <code>none</code> takes earlier ones back.
    </p>
    ${form(
      'override',
      html`${challengeField(challenges)}
        <label
          >Criterion
          <select name="criterion">
            <option value="">the total</option>
            ${given.map((option) => html`<option>${option}</option>`)}
          </select></label
        >
        <label>Points <input name="points" required size="6" maxlength="10" /></label>
        ${reasonField()}`,
      'Set points',
    )}`;
}

function extensionForm({ challenges }: GradingView, form: MakeForm): Html {
  return html`<h2>Give more time</h2>
    <p class="dim">As <code>/extend</code> does in an issue. <code>0d</code> takes an earlier extension back.</p>
    ${form(
      'extend',
      html`${challengeField(challenges, 'every challenge')}
        <label>Release <input name="release" size="12" maxlength="100" placeholder="all" /></label>
        <label>Time <input name="time" required size="6" maxlength="20" placeholder="2d" /></label>
        ${reasonField()}`,
      'Give time',
    )}`;
}

function challengeField(challenges: GradingView['challenges'], every?: string): Html {
  return html`<label
    >Challenge
    <select name="challenge">
      ${every === undefined ? '' : html`<option value="">${every}</option>`}
      ${challenges.map(({ name }) => html`<option>${name}</option>`)}
    </select></label
  >`;
}

function reasonField(): Html {
  return html`<label>Reason <textarea name="reason" rows="2" required maxlength="2000"></textarea></label>`;
}

function decisions({ acts, course }: GradingView): Html {
  if (acts.length === 0) return html``;
  const rows = acts.map((act) => {
    const [what, by, reason] = sayAct(act);
    return html`<tr>
      <td>${when(act.at, course.timezone)}</td>
      <td><bdi>${by}</bdi></td>
      <td>${what}</td>
      <td class="wide">${reason}</td>
    </tr>`;
  });
  return html`<h2>Decided so far</h2>
    ${table(['when', 'who', 'what', 'reason'], rows)}`;
}

function sayAct(act: GradingView['acts'][number]): [what: string, by: string, reason: string] {
  if (act.kind === 'override') {
    const { challenge, criterion, points, by, reason } = act.override;
    const what = `${challenge}, ${criterion ?? 'total'}`;
    return [points === null ? `${what}: as computed again` : `${what}: ${points} points`, by, reason];
  }
  const { item, by, reason, grantedBy } = act.extension;
  const where = [act.challenge ?? 'every challenge', ...(item === undefined ? [] : [item])].join(', ');
  return [by === 0 ? `${where}: no more time` : `${where}: ${sayDuration(by)} more`, grantedBy ?? '', reason ?? ''];
}
