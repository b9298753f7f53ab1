// The dashboard issue of a student repository: releases, requests with their deadlines, the last run, the service.
import type { ServiceIdentity } from '../endpoint/service-identity.ts';
import { sayIdentity } from './say-identity.ts';
import { sayWallTime } from '../time/say-time.ts';
import type { RunEvidence } from '../evidence/evidence.ts';
import { code, plain } from '../text/escape.ts';

/** Hidden in the issue's body, by which it is found again. */
export const dashboardMarker = '<!-- practicum-dashboard -->';

export type DashboardRelease = {
  name: string;
  at: Date;
  state: 'shipped' | 'merged' | 'altered' | 'closed';
  pullRequest?: number;
  commit?: string;
  /** Of one that was altered, where it is known. */
  how?: string;
};
export type DashboardRequest = {
  id: string;
  /** What people call it. */
  name?: string;
  kind: string;
  release: string;
  due: Date;
  attempts: number;
  /** Attempts that counted, the verdicts in order. */
  verdicts: string[];
  closed: boolean;
  /** The commit of the last answer, with its check run; before that, the one that asked. */
  commit?: string;
};
/** `since`: when it began to be so. */
export type DashboardEndpoint =
  | { state: 'unregistered' }
  | { state: 'unusable'; problem: string }
  | { state: 'waiting'; identity?: ServiceIdentity }
  | { state: 'up' | 'down'; since: Date; code: string; modelVersion?: string; identity?: ServiceIdentity };
export type DashboardChallenge = {
  name: string;
  title: string;
  ends: Date;
  next?: Date;
  releases: DashboardRelease[];
  requests: DashboardRequest[];
  run?: RunEvidence;
  /** Absent where the challenge probes no service. */
  endpoint?: DashboardEndpoint;
  /** When stages of stress begin that are announced. */
  stages?: Date[];
};
export type DashboardFacts = {
  challenges: DashboardChallenge[];
  zone: string;
  now: Date;
  /** What would earn most now; none while points are held back. */
  steps?: readonly { gain: number; text: string; by?: Date }[];
  /** Points that people judged so far, and what there is to judge, by challenge. */
  judged?: readonly { challenge: string; points: number; of: number; worth: number }[];
  /** The repository on the git host, and the student's own page. */
  url: string;
  page: string;
};

/** More lines do not help, and GitHub truncates long texts. */
const mostRequests = 100;

/**
 * What holds until something happens: no measured number and no time of day of our own, so that the issue is edited when
 * there is news and not otherwise. Nobody is mentioned.
 */
export function describeDashboard(facts: DashboardFacts): { title: string; body: string } {
  const { challenges, page } = facts;
  return {
    title: `Dashboard: ${challenges.map(({ title }) => plain(title)).join(', ')}`,
    body: [
      'This issue shows the state of your repository. The app rewrites it on every change; comments here are not read. To act, push.',
      `Points, reasons and every observation are on [your page](${page}).`,
      ...describeSteps(facts),
      ...challenges.flatMap((challenge) => describeChallenge(challenge, facts)),
    ].join('\n'),
  };
}

/** Each gain is the difference of two scores, so that it is what will be there. */
function describeSteps({ steps = [], zone }: DashboardFacts): string[] {
  if (steps.length === 0) return [];
  const line = ({ gain, text, by }: (typeof steps)[number]): string =>
    `- **+${gain}** ${plain(text)}${by === undefined ? '' : ` by ${sayWallTime(by, zone)}`}`;
  return ['', '**What would earn most now**, each by itself:', '', ...steps.map(line)];
}

function describeJudged({ name }: DashboardChallenge, { judged = [] }: DashboardFacts): string[] {
  const mine = judged.find(({ challenge }) => challenge === name);
  if (!mine) return [];
  const { points, of, worth } = mine;
  const open = of < worth ? `; ${Math.round((worth - of) * 100) / 100} more wait for a person` : '';
  return [
    '',
    `**Rubric:** ${of === 0 ? `${worth} points wait for a person to judge` : `${points} of ${of} points${open}`}.`,
  ];
}

function describeChallenge(challenge: DashboardChallenge, facts: DashboardFacts): string[] {
  const { title, ends, next, run, endpoint } = challenge;
  const at = (date: Date): string => sayWallTime(date, facts.zone);
  const over = facts.now > ends;
  const coming = next ? `The next release comes on ${at(next)}.` : 'No further releases are planned.';
  return [
    '',
    `## ${plain(title)}`,
    '',
    over
      ? `This challenge ended on ${at(ends)}.`
      : `${coming} The challenge ends on ${at(ends)}. All times are in ${facts.zone}.`,
    ...releaseTable(challenge.releases, facts),
    ...requestTable(challenge.requests, facts),
    '',
    `**Last run:** ${run ? describeRun(run, facts) : 'none yet: push a commit that contains a release.'}`,
    ...(endpoint ? ['', `**Service:** ${describeEndpoint(endpoint, at)}`] : []),
    ...describeJudged(challenge, facts),
    ...describeStages(challenge.stages ?? [], at),
  ];
}

const releaseWords = {
  shipped: 'waiting to be merged',
  merged: 'in the default branch, unaltered',
  altered: 'changed after it was merged: restore it; until then, runs with it do not count',
  closed: 'closed without being merged: reopen the pull request to receive it',
} as const;

function describeRelease({ state, how }: DashboardRelease): string {
  if (state !== 'altered' || how === undefined) return releaseWords[state];
  return `altered: ${plain(how)}; take the file as it was sent, or runs with it do not count`;
}

function releaseTable(releases: readonly DashboardRelease[], { zone, url }: DashboardFacts): string[] {
  if (releases.length === 0) return [];
  const where = ({ pullRequest, commit }: DashboardRelease): string => {
    if (pullRequest !== undefined) return `[pull request ${pullRequest}](${url}/pull/${pullRequest})`;
    return commit === undefined ? '' : commitLink(commit, url);
  };
  const row = (release: DashboardRelease): string =>
    `| ${plain(release.name)} | ${sayWallTime(release.at, zone)} | ${describeRelease(release)} | ${where(release)} |`;
  return ['', '| release | arrived | state | |', '|---|---|---|---|', ...releases.map(row)];
}

function requestTable(requests: readonly DashboardRequest[], { zone, url }: DashboardFacts): string[] {
  if (requests.length === 0) return [];
  const shown = requests.slice(0, mostRequests);
  const row = (request: DashboardRequest): string => {
    const file = `[${request.name === undefined ? code(request.id) : plain(request.name)}](${url}/blob/HEAD/requests/${request.id}.json)`;
    // The name says it already.
    const what =
      request.name === undefined
        ? `${plain(request.kind.replaceAll('_', ' '))}, ${plain(request.release)}`
        : plain(asksFor[request.kind] ?? request.kind);
    const due = sayWallTime(request.due, zone);
    const check = request.commit === undefined ? '' : commitLink(request.commit, url);
    return `| ${file} | ${what} | ${request.closed ? due : `**${due}**`} | ${describeState(request)} | ${check} |`;
  };
  return [
    '',
    '| request | asks for | answer by | state | check |',
    '|---|---|---|---|---|',
    ...shown.map(row),
    ...(requests.length > shown.length ? [`| … and ${requests.length - shown.length} older | | | | |`] : []),
  ];
}

const asksFor: Readonly<Record<string, string>> = {
  batch_prediction: 'predictions for held-out rows',
  data_validation: 'rows as they were delivered',
  calculated_feature: 'a feature of delivered rows',
};

function describeState({ id, verdicts, attempts, closed }: DashboardRequest): string {
  const last = verdicts.at(-1)?.replaceAll('_', ' ');
  if (verdicts.includes('correct')) return 'answered: correct';
  if (last === undefined) return closed ? 'closed without an answer' : `**open**: push ${code(`answers/${id}.json`)}`;
  if (closed || verdicts.length >= attempts) return `closed: ${last}`;
  return `**open**: ${last}, attempt ${verdicts.length} of ${attempts}`;
}

function describeRun(
  { conclusion, commit, checkRunUrl, releases, rejected, trust }: RunEvidence,
  facts: DashboardFacts,
): string {
  const name =
    checkRunUrl !== undefined && /^https?:\/\/[^\s()]+$/.test(checkRunUrl)
      ? `[${conclusion}](${checkRunUrl})`
      : conclusion;
  const at = `${name} at ${commitLink(commit, facts.url)}`;
  if (rejected) return `${at}, not counted: ${plain(rejected.reason)}`;
  const used = releases.length > 0 ? `with ${releases.map(plain).join(', ')}` : 'with no release in its commit';
  return `${at}, ${used} (${trust}).`;
}

function describeEndpoint(endpoint: DashboardEndpoint, at: (date: Date) => string): string {
  switch (endpoint.state) {
    case 'unregistered':
      return `none registered: set the repository variable ${code('PRACTICUM_ENDPOINT')}, or ${code('endpoint:')} in ${code('practicum.yml')}.`;
    case 'unusable':
      return `the registered address cannot be used: ${plain(endpoint.problem)}.`;
    case 'waiting':
      return `registered; not probed yet.${sayIdentity(endpoint.identity)}`;
    case 'up':
      return `has been answering since ${at(endpoint.since)}${endpoint.modelVersion === undefined ? '' : `, model ${plain(endpoint.modelVersion)}`}.${sayIdentity(endpoint.identity, endpoint.code)}`;
    case 'down':
      return `has been failing since ${at(endpoint.since)}: ${code(endpoint.code)}.${sayIdentity(endpoint.identity, endpoint.code)}`;
  }
}

function describeStages(stages: readonly Date[], at: (date: Date) => string): string[] {
  if (stages.length === 0) return [];
  const moments = stages.map((stage) => at(stage)).join('; ');
  return [
    '',
    `**Announced:** stress of the service within the hour from ${moments}. No more requests a second are sent than ${code('load:')} in ${code('practicum.yml')} says.`,
  ];
}

function commitLink(commit: string, url: string): string {
  return `[${code(commit.slice(0, 7))}](${url}/commit/${commit})`;
}
