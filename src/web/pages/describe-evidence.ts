// What a piece of evidence says, in a line; pieces of one day that say the same share it.
import { html } from 'hono/html';
import { deadlineTag } from '../../domain/evidence/deadline-cut.ts';
import type { CanarySide, Evidence } from '../../domain/evidence/evidence.ts';
import type { ShownEvidence } from '../../domain/evidence/without-measure.ts';
import type { Html } from './layout/layout.ts';
import { commitLink, outward, type Host } from './layout/links.ts';

export type Description = { what: Html | string; why: Html | string };
type Of<K extends Evidence['kind']> = Extract<ShownEvidence, { kind: K }>;

/** Commits named in one line; the others are counted. */
const mostCommits = 3;

/** Pieces with the same key say the same, but for numbers and commits that the line sums up. */
export function sameLine(evidence: ShownEvidence): string {
  switch (evidence.kind) {
    case 'run':
      return JSON.stringify([
        evidence.kind,
        evidence.conclusion,
        evidence.rejected?.reason,
        evidence.releases,
        evidence.unattested,
        evidence.trust,
      ]);
    case 'probe': {
      const { kind, ok, code, cause, identity, modelVersion, hidden } = evidence;
      return JSON.stringify([kind, ok, code, cause, identity, modelVersion, hidden, evidence.quality?.metric]);
    }
    default: {
      const { id: _id, at: _at, ...rest } = evidence;
      return JSON.stringify(rest);
    }
  }
}

/** Of pieces that share a line, the newest first. */
export function describe(pieces: readonly [ShownEvidence, ...ShownEvidence[]], host: Host): Description {
  const [first] = pieces;
  if (first.kind === 'run')
    return describeRuns(
      pieces.filter((piece): piece is Of<'run'> => piece.kind === 'run'),
      host,
    );
  if (first.kind === 'probe')
    return describeProbes(pieces.filter((piece): piece is Of<'probe'> => piece.kind === 'probe'));
  const { what, why } = describeOne(first, host);
  return { what: html`${what}${times(pieces.length)}`, why };
}

const times = (count: number): string => (count === 1 ? '' : ` ×${count}`);

const dataWords = {
  shipped: 'was shipped: it is waiting to be merged',
  merged: 'is in the default branch, unaltered',
  altered: 'was changed after it was merged; runs with it do not count until it is restored',
  closed: 'was closed without being merged: reopen the pull request to receive it',
} as const;

const hiddenMeasure = 'how good it was counts with all rows together, and is shown when the challenge is over';

function describeOne(evidence: Exclude<ShownEvidence, { kind: 'run' | 'probe' }>, host: Host): Description {
  const repository = evidence.repository.split('/').at(-1)!;
  switch (evidence.kind) {
    case 'data': {
      const at = evidence.commit ? html` at ${commitLink(host, repository, evidence.commit)}` : '';
      return {
        what: html`${evidence.release} ${evidence.event}${at}`,
        why: `The release ${dataWords[evidence.event]}.`,
      };
    }
    case 'answer': {
      const what = `answer to ${evidence.name ?? evidence.request}, attempt ${evidence.attempt}: ${evidence.verdict.replaceAll('_', ' ')}`;
      if (evidence.hidden) return { what, why: hiddenMeasure };
      const quality = evidence.quality
        ? `; ${evidence.quality.metric} ${evidence.quality.value} over ${evidence.quality.rows} rows`
        : '';
      const extra = evidence.extra > 0 ? `, ${evidence.extra} too many` : '';
      return { what, why: `${evidence.matches} of ${evidence.expected} rows${extra}${quality}` };
    }
    case 'milestone':
      return {
        what: `milestone ${evidence.milestone}: ${evidence.done} of ${evidence.total}`,
        why: evidence.missing.join('; '),
      };
    case 'judgement': {
      const given = evidence.level === null ? 'taken back' : `${evidence.level} points: ${evidence.said}`;
      return {
        what: `${evidence.criterion}: ${given}`,
        why: html`Judged by <bdi>${evidence.by}</bdi>. ${evidence.comment}`,
      };
    }
    case 'stress':
    case 'canary':
      return describeStress(evidence);
    case 'drill': {
      const where = evidence.issue === undefined ? '' : ` in issue ${evidence.issue}`;
      const why = evidence.event === 'closed' ? `${evidence.fault ?? ''}` : `The record is kept${where}.`;
      return { what: `incident ${evidence.event}`, why };
    }
    case 'maintenance': {
      const cost = `${evidence.tokens} late token${evidence.tokens === 1 ? '' : 's'}`;
      const why = `From ${evidence.from.replace('T', ' ')} to ${evidence.to.replace('T', ' ')}, for ${cost}.`;
      return { what: 'maintenance announced', why };
    }
    case 'cut': {
      const received =
        evidence.receivedAt === undefined ? '' : ` It was received ${evidence.receivedAt.replace('T', ' ')}.`;
      return {
        what: html`deadline of ${evidence.challenge}: ${commitLink(host, repository, evidence.commit)}`,
        why: `The last commit that GitHub had received by then, according to its own record.${received} The tag ${deadlineTag(evidence.challenge)} holds it.`,
      };
    }
  }
}

function describeRuns(runs: readonly Of<'run'>[], host: Host): Description {
  const [first] = runs;
  const { conclusion, rejected, releases, unattested, checkRunUrl } = first!;
  const commits = [...new Map(runs.map((run) => [run.commit, run])).values()];
  const named = commits
    .slice(0, mostCommits)
    .map(({ commit, repository }) => commitLink(host, repository.split('/').at(-1)!, commit));
  const more = commits.length > mostCommits ? ` and ${commits.length - mostCommits} more` : '';
  const list = named.map((link, index) => (index === 0 ? link : html`, ${link}`));
  const what = html`${outward(checkRunUrl, `run ${conclusion}`)}${times(runs.length)} at ${list}${more}`;
  if (rejected) return { what, why: html`<strong>Not counted:</strong> ${rejected.reason}` };
  const used = releases.length > 0 ? `Its commit holds ${releases.join(', ')}.` : 'Its commit holds no release.';
  return { what, why: html`${used}${unattested === undefined ? '' : ` Only claimed: ${unattested}`}` };
}

function describeProbes(probes: readonly Of<'probe'>[]): Description {
  const first = probes[0]!;
  const measured = probes.flatMap(({ quality }) => quality ?? []);
  const rows = measured.reduce((sum, quality) => sum + quality.rows, 0);
  const facts = [
    span(
      probes.flatMap(({ latencyMs }) => (latencyMs === undefined ? [] : Math.round(latencyMs))),
      ' ms',
    ),
    first.cause === 'student'
      ? []
      : `does not count: ${first.cause === 'ours' ? 'the fault is ours' : 'announced maintenance'}`,
    first.identity === 'contested' ? 'registered by somebody else too: counts once the service is proven' : [],
    first.modelVersion === undefined ? [] : `model ${first.modelVersion}`,
    first.hidden ? [hiddenMeasure] : [],
    first.hidden || measured.length === 0
      ? []
      : `${measured[0]!.metric} ${span(measured.map(({ value }) => value)).join()} over ${rows} rows`,
  ];
  const what = (first.ok ? 'probe passed' : `probe failed: ${first.code}`) + times(probes.length);
  return { what, why: facts.flat().join('; ') };
}

/** The least and the most of several numbers; one where they are the same, nothing where there is none. */
function span(values: readonly number[], unit = ''): string[] {
  if (values.length === 0) return [];
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return [(least === most ? `${least}` : `${least} to ${most}`) + unit];
}

function describeStress(stress: Of<'stress' | 'canary'>): Description {
  if (stress.kind === 'canary') {
    const side = ({ ok, code, modelVersion, latencyMs }: CanarySide): string =>
      // Not its quality: each number on hidden rows would tell something about them.
      [modelVersion ?? 'no version', ok ? 'passed' : code, `${latencyMs ?? '?'} ms`].join(', ');
    return {
      what: 'canary beside the service',
      why: `Service: ${side(stress.stable)}. Canary: ${side(stress.canary)}.`,
    };
  }
  const unfair = stress.cause === 'student' ? '' : ' It does not count.';
  if (stress.stage === 'bad_inputs') {
    const missed = stress.inputs.filter(({ ok }) => !ok).map(({ name, got }) => `${name}: ${got}`);
    const said = missed.length === 0 ? 'All were refused.' : `Not refused: ${missed.join('; ')}.`;
    return {
      what: `bad inputs: ${stress.inputs.length - missed.length} of ${stress.inputs.length}`,
      why: said + unfair,
    };
  }
  const steps = stress.steps.map(
    ({ rate, sent, good, p50, p95, p99 }) =>
      `${rate}/s: ${good} of ${sent}, p50 ${p50 ?? '?'}, p95 ${p95 ?? '?'}, p99 ${p99 ?? '?'} ms`,
  );
  return { what: 'load stage', why: `${steps.join('; ')}.${unfair}` };
}
