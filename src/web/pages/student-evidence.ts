// The evidence about one student in one challenge: newest first, by day and criterion, what says the same in one line.
import { html } from 'hono/html';
import type { Evidence } from '../../domain/evidence/evidence.ts';
import type { ShownEvidence } from '../../domain/evidence/without-measure.ts';
import type { Trust } from '../../domain/challenge/challenge.ts';
import { sayPart } from '../../domain/time/say-time.ts';
import { probeDays } from '../../flows/pages/show-state.ts';
import { cutPage } from '../../flows/pages/cut-page.ts';
import { describe, sameLine } from './describe-evidence.ts';
import type { Html } from './layout/layout.ts';
import { queryWith, type Host, type Query } from './layout/links.ts';
import { pager } from './layout/paging.ts';
import { readPage } from './layout/select-students.ts';
import { count, when } from './layout/words.ts';

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

/** What it counts for. */
const criteriaOf: Record<Evidence['kind'], string> = {
  data: 'data',
  run: 'pipeline and freshness',
  answer: 'requests',
  probe: 'endpoint and quality',
  milestone: 'hygiene',
  cut: 'deadline',
  judgement: 'rubric',
  drill: 'drills',
  maintenance: 'endpoint and quality',
  stress: 'endpoint and quality',
  canary: 'endpoint and quality',
};

const levels: Record<Trust, string> = {
  claimed: 'reported by the student’s own CI, which the student controls; not verified',
  attested: 'signed by GitHub for the course’s own workflow, in which no student code runs',
  measured: 'seen by the app itself',
};

const quarterMs = 900_000;

/** Lines on one page. */
const linesPerPage = 20;

/** Pieces that say the same, the newest first. */
export type EvidenceLine = { day: string; criterion: string; pieces: [ShownEvidence, ...ShownEvidence[]] };

/** Newest first: each day in the order of its newest piece, and in it each criterion. `evidence` is in that order. */
export function linesOf(evidence: readonly ShownEvidence[], zone: string): EvidenceLine[] {
  // Clocks of all zones are whole quarters of an hour apart; of a month of probes not every one is asked for its day.
  const known = new Map<number, string>();
  const dayOf = (at: Date): string => {
    const quarter = Math.floor(at.getTime() / quarterMs);
    const day = known.get(quarter) ?? sayPart(at, zone, 'day');
    known.set(quarter, day);
    return day;
  };
  const days = Map.groupBy(evidence, ({ at }) => dayOf(at));
  return [...days].flatMap(([day, inDay]) =>
    [...Map.groupBy(inDay, ({ kind }) => criteriaOf[kind])].flatMap(([criterion, about]) =>
      [...Map.groupBy(about, sameLine).values()].map((pieces) => ({
        day,
        criterion,
        pieces: pieces as EvidenceLine['pieces'],
      })),
    ),
  );
}

/** Where a piece of evidence stands on the page. */
export function evidenceAnchor(id: string): string {
  return `e-${encodeURIComponent(id).replace(/[^\w.-]/g, '_')}`;
}

export type EvidenceSection = {
  lines: EvidenceLine[];
  page: number;
  pages: number;
  total: number;
  /** The address of a piece: here, or the page that it is on. */
  link: (id: string) => string;
};

/** The page asked for, or the one with the piece that is looked for. */
export function cutEvidence(evidence: readonly ShownEvidence[], zone: string, query: Query): EvidenceSection {
  const kind = kindOf(query);
  const all = linesOf(kind === undefined ? evidence : evidence.filter((item) => item.kind === kind), zone);
  const found = all.findIndex(({ pieces }) => pieces.some(({ id }) => id === query['find']));
  const { rows: lines, ...cut } = cutPage(
    all,
    found < 0 ? readPage(query) : Math.floor(found / linesPerPage) + 1,
    linesPerPage,
  );
  const here = new Set(lines.flatMap(({ pieces }) => pieces.map(({ id }) => id)));
  const link = (id: string): string =>
    (here.has(id) ? '' : queryWith(query, { find: id, page: '', kind: '' })) + `#${evidenceAnchor(id)}`;
  return { lines, ...cut, link };
}

function kindOf(query: Query): string | undefined {
  return Object.hasOwn(kinds, query['kind'] ?? '') ? query['kind'] : undefined;
}

type Given = {
  evidence: readonly ShownEvidence[];
  zone: string;
  now: Date;
  host: Host;
  query: Query;
  anchors: ReadonlySet<string>;
};

/** `anchors`: pieces that something on the page leads to. */
export function evidenceTable(section: EvidenceSection, { evidence, zone, now, host, query, anchors }: Given): Html {
  const groups = Map.groupBy(section.lines, ({ day, criterion }) => `${day} · ${criterion}`);
  return html`<h2 id="evidence">Evidence</h2>
    ${kindMenu(evidence, kindOf(query), query)}
    <div class="scroll">
      <table class="stack">
        <caption>
          ${count(evidence.length, 'piece')}, newest first, by day and criterion, as of
          ${when(now, zone)}${evidence.some(({ kind }) => kind === 'probe') ? `; probes of the last ${probeDays} days` : ''}.
        </caption>
        <thead>
          <tr>
            <th scope="col">when</th>
            <th scope="col">what</th>
            <th scope="col">trust</th>
            <th scope="col">what it says</th>
          </tr>
        </thead>
        ${[...groups].map(
          ([title, lines]) =>
            html`<tbody>
              <tr class="group">
                <th colspan="4" scope="rowgroup">${title}</th>
              </tr>
              ${lines.map(({ pieces }) => row(pieces, host, zone, anchors))}
            </tbody>`,
        )}
      </table>
    </div>
    ${pager({ ...section, rows: [] }, { ...query, find: '' }, 'evidence')}
    <dl class="panel">
      ${Object.entries(levels).map(
        ([level, text]) =>
          html`<dt><span class="tag ${level}">${level}</span></dt>
            <dd>${text}</dd>`,
      )}
    </dl>`;
}

function kindMenu(evidence: readonly ShownEvidence[], wanted: string | undefined, query: Query): Html {
  const counts = Map.groupBy(evidence, ({ kind }) => kind);
  if (counts.size < 2) return html``;
  const item = (kind: string, text: string, number: number): Html => {
    const current = (wanted ?? '') === kind ? html` aria-current="true"` : '';
    const address = queryWith(query, { kind, page: '', find: '' });
    return html`<li><a href="${address}#evidence" ${current}>${text}</a> ${number}</li>`;
  };
  return html`<nav aria-label="Kinds of evidence">
    <ul>
      ${item('', 'all', evidence.length)} ${[...counts].map(([kind, list]) => item(kind, kinds[kind], list.length))}
    </ul>
  </nav>`;
}

function row(pieces: EvidenceLine['pieces'], host: Host, zone: string, anchors: ReadonlySet<string>): Html {
  const [first] = pieces;
  const { what, why } = describe(pieces, host);
  const [anchor, ...others] = pieces.filter(({ id }) => anchors.has(id)).map(({ id }) => evidenceAnchor(id));
  // The day heads the group.
  const minute = (at: Date): Html => html`<time datetime="${at.toISOString()}">${sayPart(at, zone, 'minute')}</time>`;
  const since = pieces.length === 1 ? '' : html`${minute(pieces.at(-1)!.at)} to `;
  return html`<tr${anchor === undefined ? '' : html` id="${anchor}"`}>
    <td>${others.map((id) => html`<span id="${id}"></span>`)}${since}${minute(first.at)}</td>
    <td>${what}</td>
    <td><span class="tag ${first.trust}">${first.trust}</span></td>
    <td class="wide">${why}</td>
  </tr>`;
}

/** How many of the latest lines stand on top. */
const newest = 4;

/** What changed last, in all challenges. */
export function changedLast(
  evidence: readonly ShownEvidence[],
  zone: string,
  host: Host,
  link: (evidence: ShownEvidence) => string,
): Html {
  const lines = linesOf(evidence.slice(0, 200), zone).slice(0, newest);
  if (lines.length === 0) return html``;
  const several = new Set(evidence.map(({ challenge }) => challenge)).size > 1;
  return html`<section class="panel" aria-labelledby="changed">
    <h2 id="changed">What changed last</h2>
    <ul>
      ${lines.map(
        ({ pieces, criterion }) =>
          html`<li>
            ${when(pieces[0].at, zone)}
            <a href="${link(pieces[0])}">${criterion}</a>${several ? ` in ${pieces[0].challenge}` : ''}:
            ${describe(pieces, host).what}
          </li>`,
      )}
    </ul>
  </section>`;
}
