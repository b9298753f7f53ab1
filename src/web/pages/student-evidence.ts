// Every piece of evidence about one student, newest first, with how far it is believed and why.
import { html } from 'hono/html';
import { deadlineTag } from '../../domain/evidence/deadline-cut.ts';
import type { CanarySide, Evidence } from '../../domain/evidence/evidence.ts';
import type { Shown } from '../../domain/evidence/without-measure.ts';
import type { Trust } from '../../domain/challenge/challenge.ts';
import type { StudentView } from '../../flows/pages/show-student.ts';
import type { Html } from './layout/layout.ts';
import { commitLink, outward, queryWith, type Host, type Query } from './layout/links.ts';
import { pager } from './layout/paging.ts';
import { cutPage } from '../../flows/pages/cut-page.ts';
import { pageSize } from './layout/select-students.ts';
import { evidenceAnchor } from './student-score.ts';
import { when } from './layout/words.ts';

const kinds: Record<Evidence['kind'], string> = {
  data: 'data',
  run: 'runs',
  answer: 'answers',
  probe: 'probes',
  milestone: 'milestones',
  cut: 'deadlines',
  judgement: 'judged by a person',
  drill: 'incidents',
  maintenance: 'maintenance',
  stress: 'stages',
  canary: 'canary',
};

const levels: Record<Trust, string> = {
  claimed: 'reported by the student’s own CI, which the student controls; not verified',
  attested: 'signed by GitHub for the course’s own workflow, in which no student code runs',
  measured: 'seen by the app itself',
};

export function evidenceTable({ evidence, course, now }: StudentView, host: Host, query: Query): Html {
  const wanted = Object.hasOwn(kinds, query['kind'] ?? '') ? query['kind'] : undefined;
  const all = wanted === undefined ? evidence : evidence.filter(({ kind }) => kind === wanted);
  const cut = cutPage(all, Number(query['page']) || 1, pageSize);
  return html`<h2 id="evidence">Evidence</h2>
    ${kindMenu(evidence, wanted, query)}
    <div class="scroll">
      <table class="stack">
        <caption>
          ${cut.total} pieces, newest first, as of ${when(now, course.timezone)}.
        </caption>
        <thead>
          <tr>
            <th scope="col">when</th>
            <th scope="col">what</th>
            <th scope="col">trust</th>
            <th scope="col">what it says</th>
          </tr>
        </thead>
        <tbody>
          ${cut.rows.map((one) => row(one, host, course.timezone))}
        </tbody>
      </table>
    </div>
    ${pager(cut, query, 'evidence')}
    <dl class="panel">
      ${Object.entries(levels).map(
        ([level, text]) =>
          html`<dt><span class="tag ${level}">${level}</span></dt>
            <dd>${text}</dd>`,
      )}
    </dl>`;
}

function kindMenu(evidence: readonly Evidence[], wanted: string | undefined, query: Query): Html {
  const counts = Map.groupBy(evidence, ({ kind }) => kind);
  if (counts.size < 2) return html``;
  const item = (kind: string, text: string, number: number): Html => {
    const current = (wanted ?? '') === kind ? html` aria-current="true"` : '';
    return html`<li><a href="${queryWith(query, { kind, page: '' })}#evidence" ${current}>${text}</a> ${number}</li>`;
  };
  return html`<nav aria-label="Kinds of evidence">
    <ul>
      ${item('', 'all', evidence.length)} ${[...counts].map(([kind, list]) => item(kind, kinds[kind], list.length))}
    </ul>
  </nav>`;
}

function row(one: Shown, host: Host, zone: string): Html {
  const [what, why] = describe(one, host);
  return html`<tr id="${evidenceAnchor(one.id)}">
    <td>${when(one.at, zone)}</td>
    <td>${what}</td>
    <td><span class="tag ${one.trust}" title="${levels[one.trust]}">${one.trust}</span></td>
    <td class="wide">${why}</td>
  </tr>`;
}

const dataWords = {
  shipped: 'was shipped: it waiting to be merged',
  merged: 'is in the default branch, unaltered',
  altered: 'was changed after it was merged; runs with it do not count until it is restored',
  closed: 'was closed without being merged: reopen the pull request to receive it',
} as const;

const hiddenMeasure = 'how good it was counts with all rows together, and is shown when the challenge is over';

function describe(one: Shown, host: Host): [what: Html | string, why: Html | string] {
  const repository = one.repository.split('/').at(-1)!;
  switch (one.kind) {
    case 'data': {
      const at = one.commit ? html` at ${commitLink(host, repository, one.commit)}` : '';
      return [html`${one.release} ${one.event}${at}`, `The release ${dataWords[one.event]}.`];
    }
    case 'run':
      return describeRun(one, host, repository);
    case 'answer': {
      const what = `answer to ${one.name ?? one.request}, attempt ${one.attempt}: ${one.verdict.replaceAll('_', ' ')}`;
      if (one.hidden) return [what, hiddenMeasure];
      const quality = one.quality ? `; ${one.quality.metric} ${one.quality.value} over ${one.quality.rows} rows` : '';
      const extra = one.extra > 0 ? `, ${one.extra} too many` : '';
      return [what, `${one.matches} of ${one.expected} rows${extra}${quality}`];
    }
    case 'probe':
      return describeProbe(one);
    case 'milestone':
      return [`milestone ${one.milestone}: ${one.done} of ${one.total}`, one.missing.join('; ')];
    case 'judgement': {
      const given = one.level === null ? 'taken back' : `${one.level} points: ${one.said}`;
      return [`${one.criterion}: ${given}`, html`Judged by <bdi>${one.by}</bdi>. ${one.comment}`];
    }
    case 'stress':
    case 'canary':
      return describeStress(one);
    case 'drill': {
      const where = one.issue === undefined ? '' : ` in issue ${one.issue}`;
      return [`incident ${one.event}`, one.event === 'closed' ? `${one.fault ?? ''}` : `The record is kept${where}.`];
    }
    case 'maintenance': {
      const cost = `${one.tokens} late token${one.tokens === 1 ? '' : 's'}`;
      return [
        'maintenance announced',
        `From ${one.from.replace('T', ' ')} to ${one.to.replace('T', ' ')}, for ${cost}.`,
      ];
    }
    case 'cut': {
      const received = one.receivedAt === undefined ? '' : ` It was received ${one.receivedAt.replace('T', ' ')}.`;
      const what = html`deadline of ${one.challenge}: ${commitLink(host, repository, one.commit)}`;
      return [
        what,
        `The last commit that GitHub had received by then, according to its own record.${received} The tag ${deadlineTag(one.challenge)} holds it.`,
      ];
    }
  }
}

function describeProbe(one: Extract<Shown, { kind: 'probe' }>): [string, string] {
  const facts = [
    one.latencyMs === undefined ? [] : `${Math.round(one.latencyMs)} ms`,
    one.cause === 'student'
      ? []
      : `does not count: ${one.cause === 'ours' ? 'the fault is ours' : 'announced maintenance'}`,
    one.identity === 'contested' ? 'registered by somebody else too: counts once the service is proven' : [],
    one.modelVersion === undefined ? [] : `model ${one.modelVersion}`,
    one.hidden
      ? [hiddenMeasure]
      : one.quality === undefined
        ? []
        : `${one.quality.metric} ${one.quality.value} over ${one.quality.rows} rows`,
  ];
  return [one.ok ? 'probe passed' : `probe failed: ${one.code}`, facts.flat().join('; ')];
}

function describeStress(one: Extract<Evidence, { kind: 'stress' | 'canary' }>): [string, string] {
  if (one.kind === 'canary') {
    const side = ({ ok, code, modelVersion, latencyMs }: CanarySide): string =>
      // Not its quality: each number on hidden rows would tell something about them.
      [modelVersion ?? 'no version', ok ? 'passed' : code, `${latencyMs ?? '?'} ms`].join(', ');
    return ['canary beside the service', `Service: ${side(one.stable)}. Canary: ${side(one.canary)}.`];
  }
  const unfair = one.cause === 'student' ? '' : ' It does not count.';
  if (one.stage === 'bad_inputs') {
    const missed = one.inputs.filter(({ ok }) => !ok).map(({ name, got }) => `${name}: ${got}`);
    const said = missed.length === 0 ? 'All were refused.' : `Not refused: ${missed.join('; ')}.`;
    return [`bad inputs: ${one.inputs.length - missed.length} of ${one.inputs.length}`, said + unfair];
  }
  const steps = one.steps.map(
    ({ rate, sent, good, p50, p95, p99 }) =>
      `${rate}/s: ${good} of ${sent}, p50 ${p50 ?? '?'}, p95 ${p95 ?? '?'}, p99 ${p99 ?? '?'} ms`,
  );
  return ['load stage', `${steps.join('; ')}.${unfair}`];
}

function describeRun(one: Extract<Evidence, { kind: 'run' }>, host: Host, repository: string): [Html, Html] {
  const what = html`${outward(one.checkRunUrl, `run ${one.conclusion}`)} at ${commitLink(host, repository, one.commit)}`;
  if (one.rejected) return [what, html`<strong>Not counted:</strong> ${one.rejected.reason}`];
  const used =
    one.releases.length > 0 ? `Its commit holds ${one.releases.join(', ')}.` : 'Its commit holds no release.';
  const trust = one.unattested === undefined ? '' : ` Only claimed: ${one.unattested}`;
  return [what, html`${used}${trust}`];
}
