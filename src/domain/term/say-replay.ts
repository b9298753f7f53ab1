// What a replay came to, in words.
import type { Evidence } from '../evidence/evidence.ts';
import type { Difference, Replay } from './replay.ts';
import type { Tried } from './try-rules.ts';

export function sayReplay(replay: Replay): string[] {
  const { counts, difference, scores, grades, earlier } = replay;
  const count = (kind: string, text: string, many = `${text}s`): string =>
    `${counts[kind] ?? 0} ${counts[kind] === 1 ? text : many}`;
  const events = [
    count('student', 'student'),
    count('policy', 'version of the rules', 'versions of the rules'),
    count('shipment', 'state of a shipment', 'states of shipments'),
    count('evidence', 'piece of evidence', 'pieces of evidence'),
    count('webhook', 'webhook'),
  ].join(', ');
  const left =
    earlier > 0 ? [`${earlier} scores were computed by earlier rules of the app, and were not compared.`] : [];
  if (difference) return [events, ...left, sayDifference(difference)];
  if (scores + grades === 0) return [events, ...left, 'Nothing was compared: no score is recorded.'];
  return [events, ...left, `The same grades: ${scores} scores on the way, ${grades} grades at the end.`];
}

function sayDifference({ line, at, student, challenge, criterion, recorded, replayed, evidence }: Difference): string {
  const say = (points: Difference['recorded']): string =>
    points ? `${points[0]} of ${points[1]} points` : 'no such criterion';
  const what = criterion ?? 'total';
  const from = evidence ? ` It hangs on ${sayEvidence(evidence)}.` : '';
  return `First difference, line ${line}: ${student}, ${challenge}, ${what} on ${at.toISOString()}: ${say(replayed)}, recorded ${say(recorded)}.${from}`;
}

function sayEvidence(evidence: Evidence): string {
  const what =
    evidence.kind === 'run'
      ? evidence.conclusion
      : evidence.kind === 'data'
        ? evidence.event
        : evidence.kind === 'answer'
          ? evidence.verdict
          : evidence.kind === 'probe'
            ? evidence.code
            : '';
  return `${evidence.id} (${evidence.kind}${what === '' ? '' : ` ${what}`}, ${evidence.at.toISOString()})`;
}

export function sayTried({ whatIf, unknown, compared }: Tried): string[] {
  const head = `${compared.length === 0 ? 'No challenge' : compared.join(', ')} compared; the dates are those of the term.`;
  const points = ({ total, of }: { total: number; of: number }): string => `${total} of ${of}`;
  const rows = whatIf.changes.map(({ owner, before, after }) => {
    const crossing = before.passes === after.passes ? '' : after.passes ? ', passes now' : ', no longer passes';
    return `  ${owner}: ${points(before)} → ${points(after)}${crossing}`;
  });
  const left = unknown.map((text) => `Not known: ${text}`);
  return [head, ...(compared.length === 0 ? [] : [whatIf.text, ...rows]), ...left];
}
