// The check run "score": where a student stands, why, and what to do next.
import { criteria, type Criterion } from '../challenge.ts';
import type { GradebookRow } from '../gradebook.ts';
import { formatInZone } from '../calendar.ts';
import { plain } from './escape.ts';

type Words = { conclusion: 'success' | 'neutral'; title: string; summary: string };

/** Never red: a score is information. Red is for what is broken, and only the pipeline's own check says that. */
export function describeScore(row: GradebookRow, now: Date, zone: string, moreUrl: string): Words {
  const share = row.of === 0 ? undefined : row.total / row.of;
  const lines = criteria.flatMap((criterion) => describeCriterion(criterion, row));
  const next = [
    ...new Set(
      criteria.flatMap((criterion) => row.criteria[criterion]?.reasons.flatMap(({ next }) => next ?? []) ?? []),
    ),
  ];
  return {
    conclusion: share === 1 ? 'success' : 'neutral',
    title: row.of === 0 ? 'Nothing due yet' : `${row.total} of ${row.of} points so far`,
    summary: [
      `**${plain(row.challenge)}**, as of ${formatInZone(now, zone)}: ${row.total} of the ${row.of} points that could be earned so far (the whole challenge is worth ${row.worth}).`,
      '',
      '| | points | why |',
      '|---|---:|---|',
      ...lines,
      '',
      ...(next.length === 0 ? [] : ['### What to do next', '', ...next.map((step) => `- ${plain(step)}`), '']),
      `Every piece of evidence: ${moreUrl}`,
    ].join('\n'),
  };
}

function describeCriterion(criterion: Criterion, row: GradebookRow): string[] {
  const scored = row.criteria[criterion];
  if (!scored) return [];
  const points = scored.of === 0 ? `– of ${scored.worth}` : `${scored.points} of ${scored.of}`;
  const why = scored.reasons.map(({ text }) => plain(text)).join('<br>');
  return [`| ${criterion} | ${points} | ${why} |`];
}
