// One challenge while it runs: the calendar against what happened, what was asked, and who needs help.
import { html } from 'hono/html';
import type { ChallengeView } from '../../flows/monitor/show-challenge.ts';
import { helpPart } from './challenge/help.ts';
import { layout, type Html } from './layout/layout.ts';
import { challengePath } from './layout/links.ts';
import { monitorScriptPath } from './layout/scripts.ts';
import { scrollTable, table } from './layout/table.ts';
import { count, when } from './layout/words.ts';
import { plotProgress } from './plots/plot-progress.ts';

export function challengePage(view: ChallengeView, canWrite: boolean, problem?: string): Html {
  const { record, challenge, course, now, pending } = view;
  const { login } = record;
  const state = now < challenge.starts ? 'It has not begun' : now > challenge.ends ? 'It is over' : 'It runs';
  return layout(
    { title: `${challenge.title} · ${login}`, login, section: 'challenges', script: monitorScriptPath },
    html`<h1>${challenge.title}</h1>
      ${problem === undefined ? '' : html`<p class="panel alert" role="alert">${problem}</p>`}
      <p id="state" data-live>
        ${state}: ${when(challenge.starts, course.timezone)} to ${when(challenge.ends, course.timezone)},
        ${course.timezone}. ${canWrite ? html`<a href="${challengePath(login, challenge.name, '/edit')}">Edit</a>` : ''}
      </p>
      <p id="live" role="status" class="dim"></p>
      <section id="happened" data-live>
        ${pending === 0 ? '' : html`<p class="dim">${count(pending, 'student')} will be up to date here in a moment.</p>`}
        ${plotProgress(view.figures, course.timezone, now)} ${releasesPart(view)}
      </section>
      <section id="requests" data-live>${requestsPart(view)} ${probesPart(view)}</section>
      <section id="help" data-live>${helpPart(view)}</section>`,
  );
}

function releasesPart({ challenge, course, figures, mergeBy, late, now }: ChallengeView): Html {
  const known = new Map(figures.releases.map((release) => [release.release, release]));
  const rows = challenge.releases.map(({ name, due }) => {
    const { shipped = 0, merged = 0, green = 0, red = 0 } = known.get(name) ?? {};
    const { late: tooLate = 0, overdue = 0 } = late.get(name) ?? {};
    const by = mergeBy.get(name);
    return html`<tr>
      <th scope="row">${name}</th>
      <td>${when(due, course.timezone)}${due > now ? html` <small>to come</small>` : ''}</td>
      <td>${by ? when(by, course.timezone) : ''}</td>
      <td class="num">${shipped}</td>
      <td class="num">${merged}</td>
      <td class="num">${tooLate}</td>
      <td class="num">${overdue}</td>
      <td class="num">${green}</td>
      <td class="num">${red}</td>
    </tr>`;
  });
  const heads = [
    'release',
    'released',
    'merge by',
    'sent',
    'merged',
    'merged late',
    'overdue',
    'run green',
    'run failed',
  ];
  return html`<h2>Releases</h2>
    ${scrollTable('Releases', heads, rows)}`;
}

function requestsPart({ challenge, requests }: ChallengeView): Html {
  if (challenge.requests.length === 0) return html``;
  const rows = requests.map(({ rule, release, asked, open, answered, correct, silent }) => {
    const kind = challenge.requests[rule]?.kind.replaceAll('_', ' ') ?? `rule ${rule + 1}`;
    return html`<tr>
      <th scope="row">${kind}${release === '' ? '' : html`<small>${release}</small>`}</th>
      <td>${count(asked, 'asked', 'asked')}</td>
      <td>${answered} answered</td>
      <td>${correct} right</td>
      <td>${open} open</td>
      <td>${silent} without an answer</td>
    </tr>`;
  });
  return html`<h2>Requests</h2>
    ${rows.length === 0 ? html`<p>None was asked yet.</p>` : table(['request', 'asked', 'answered', 'right', 'open', 'silent'], rows)}`;
}

function probesPart({ probes, figures }: ChallengeView): Html {
  if (!probes) return html``;
  const { registered, up, probes: looked, good } = probes;
  const all = Math.max(registered, ...figures.releases.map(({ shipped }) => shipped), 0);
  return html`<h2>Services</h2>
    <p>
      ${registered} of ${all} are registered, ${up} answered the last probe.
      ${looked === 0 ? 'None was probed in the last hour.' : `Of ${count(looked, 'probe')} in the last hour ${good} were answered well.`}
    </p>`;
}
