// The texts of drills: the incident issue, the commits that bring a fault and take it away, and the truth afterwards.
import type { Drill } from '../drill/drill.ts';
import { kindWords } from '../drill/drill.ts';
import { code, plain } from '../text/escape.ts';
import { sayDuration, sayInstant } from '../time/say-time.ts';

export const incidentMarker = (id: string): string => `<!-- practicum incident ${id} -->`;
export const drillMarker = (comment: number): string => `<!-- practicum drill ${comment} -->`;

/** The lines by which the commits of a drill are found again. */
export const faultTrailer = (id: string): string => `Practicum-Incident: ${id}`;
export const mendTrailer = (id: string): string => `Practicum-Incident: ${id} over`;

/** As a faulty sender would say it: what is wrong with it is for people to find out. */
export function describeFault({ kind, fault }: Drill): string {
  const name = fault?.release ?? '';
  return kind === 'late_shipment' ? `Data: ${name} is recalled, another file follows` : `Data: ${name}, sent again`;
}

export function describeMend({ fault }: Drill): string {
  return `Data: ${fault?.release ?? ''} as it was sent at first`;
}

/** It says that something is wrong, what to do and until when; never what it is. */
export function describeIncident(drill: Drill, zone: string): { title: string; body: string } {
  const { began, terms, practice, kind } = drill;
  const isReal = kind === 'outage';
  const since = sayInstant(began, zone);
  const wrong = isReal
    ? `The service does not answer as agreed, and what its target leaves for failure is being used up: seen at ${since}. This is no drill.`
    : `Something that this project depends on is not as it should be, since ${since}. Data, requests or the service may be affected.`;
  const by = (ms: number): string => sayInstant(new Date(began.getTime() + ms), zone);
  const body = [
    wrong,
    '',
    '| what counts | until |',
    '| --- | --- |',
    `| **Detect**: comment here, or push a commit | ${by(terms.detectWithin)} for all points |`,
    `| **Mitigate**: the service answers as agreed again, the data is sound again | ${by(terms.lasts)} |`,
    `| **Post-mortem**: a pull request that names this issue (write \`#\` and its number) | ${by(terms.postMortemWithin)} |`,
    '',
    `The pull request needs these headings, each with a few sentences: ${terms.sections.map(plain).join(', ')}. Its first commits bring a test alone, at which CI fails, since the old code does not pass it; its last commit passes.`,
    '',
    practice ? 'This incident is for practice and earns nothing.' : 'What it was is told here when it is closed.',
    isReal
      ? 'It takes the place of the next drill. The time for which the service is down counts for `endpoint`, as always.'
      : 'Nothing of it costs points elsewhere: what the app altered does not count as altered by you, and probes are left out meanwhile.',
  ];
  return { title: isReal ? 'Incident: the service is down' : 'Incident: something is wrong', body: body.join('\n') };
}

/** The truth, with every time to the second. */
export function describeTruth(drill: Drill, zone: string): string {
  const { kind, fault, log, detected, mitigated, reviewed, began } = drill;
  const where = fault ? ` It was ${code(fault.path)} (${plain(fault.release)}).` : '';
  const commit = fault?.commit === undefined ? '' : ` The fault came with the commit ${fault.commit}.`;
  const outcome = (at: Date | undefined, words: string, never: string): string =>
    at ? `- ${words} ${sayInstant(at, zone)}, after ${sayDuration(at.getTime() - began.getTime())}` : `- **${never}**`;
  const lacks =
    drill.lacks && drill.lacks.length > 0 ? [`- The post-mortem lacks ${drill.lacks.map(plain).join('; ')}.`] : [];
  return [
    `### What it was`,
    '',
    `${kind === 'outage' ? 'No drill' : 'A drill'}: ${kindWords[kind]}.${where}${commit}`,
    '',
    outcome(detected, 'Detected', 'Never detected'),
    outcome(mitigated, 'Mitigated', 'Never mitigated'),
    outcome(reviewed, 'Post-mortem', 'No post-mortem'),
    ...lacks,
    '',
    '| when (UTC) | what |',
    '| --- | --- |',
    ...log.map(({ at, what }) => `| ${at.slice(0, 19).replace('T', ' ')} | ${plain(what)} |`),
  ].join('\n');
}

export function describeUndrilled(problem: string): string {
  return `No drill was started. ${problem}`;
}
