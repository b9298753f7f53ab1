// The check run "score": where a student stands, why, and what to do next.
import { criteria, type Criterion } from '../challenge/challenge.ts';
import { behindGate, type Gate } from '../grade/grade-gate.ts';
import type { GradebookRow, Override } from '../grade/gradebook.ts';
import { sayWallTime } from '../time/say-time.ts';
import { linkWords, sayProof } from '../proof/say-proof.ts';
import { links, type Proof } from '../proof/proof.ts';
import { plain } from '../text/escape.ts';

type CheckRunText = { conclusion: 'success' | 'neutral'; title: string; summary: string };

type Circumstances = { now: Date; zone: string; moreUrl: string; gate: Gate; proofs?: readonly Proof[] };

/** Never red: a score is information. Red is for what is broken, and only the pipeline's own check says that. */
export function describeScore(
  given: GradebookRow,
  { now, zone, moreUrl, gate, proofs = [] }: Circumstances,
): CheckRunText {
  const row = behindGate(given, gate);
  const share = row.of === 0 ? undefined : row.total / row.of;
  const next = [
    ...new Set(
      criteria.flatMap((criterion) => row.criteria[criterion]?.reasons.flatMap(({ next }) => next ?? []) ?? []),
    ),
  ];
  const standing = gate.open ? standingOf(row) : gate.text;
  return {
    conclusion: share === 1 ? 'success' : 'neutral',
    title: gate.open ? titleOf(row) : 'Points are not released yet',
    summary: [
      `**${plain(row.challenge)}**, as of ${sayWallTime(now, zone)}: ${standing}`,
      '',
      ...row.overrides.filter(({ criterion }) => criterion === undefined).map(describeOverride),
      '| | points | why |',
      '|---|---:|---|',
      ...criteria.flatMap((criterion) => describeCriterion(criterion, row)),
      '',
      ...describeProofs(proofs, zone),
      ...(next.length === 0 ? [] : ['### What to do next', '', ...next.map((step) => `- ${plain(step)}`), '']),
      ...(row.deadline === undefined ? [] : [`Graded as of the deadline: ${plain(row.deadline)}.`, '']),
      `Every piece of evidence: ${moreUrl}`,
    ].join('\n'),
  };
}

function standingOf({ total, of, worth, passes, final }: GradebookRow): string {
  const pass = passes === undefined ? '' : passes ? ' This passes.' : ' This does not pass.';
  if (final) return `${total} of ${of} points. The challenge is over: this is the final score.${pass}`;
  return `${total} of the ${of} points that could be earned so far (the whole challenge is worth ${worth}).${pass}`;
}

function titleOf({ total, of, final }: GradebookRow): string {
  if (final) return `${total} of ${of} points, final`;
  return of === 0 ? 'Nothing due yet' : `${total} of ${of} points so far`;
}

function describeOverride({ points, by, reason }: Override): string {
  const what = points === null ? 'The total set by hand was withdrawn' : `The total was set to ${points}`;
  return `${what} by ${plain(by)}: ${plain(reason)}\n`;
}

function describeCriterion(criterion: Criterion, row: GradebookRow): string[] {
  const scored = row.criteria[criterion];
  if (!scored) return [];
  const points = scored.of === 0 ? `– of ${scored.worth}` : `${scored.points} of ${scored.of}`;
  const set = scored.computed === undefined ? [] : [scored.reason];
  const why = [...set, ...scored.reasons.map(({ text }) => text)].map(plain).join('<br>');
  return [`| ${criterion} | ${points} | ${why} |`];
}

const marks = { proven: '✓ ', missing: '✗ ', open: '', none: '' } as const;

/** From each release to the service that answers with it, and where that breaks off. */
function describeProofs(proofs: readonly Proof[], zone: string): string[] {
  if (proofs.length === 0) return [];
  const rows = proofs.map((proof) => {
    const cells = sayProof(proof, zone).map(({ state, text }) => `${marks[state]}${plain(text)}`);
    return `| ${[plain(proof.release), ...cells].join(' | ')} |`;
  });
  const broken = proofs.flatMap(({ release, missing }) =>
    missing ? [`- ${plain(release)}, missing link *${linkWords[missing.link]}*: ${plain(missing.text)}`] : [],
  );
  return [
    '### What each release led to',
    '',
    `| release | ${links.map((link) => linkWords[link]).join(' | ')} |`,
    `|---|${links.map(() => '---|').join('')}`,
    ...rows,
    '',
    ...(broken.length === 0 ? [] : [...broken, '']),
  ];
}
