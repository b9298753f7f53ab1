// The check run "milestones": what of good practice is there, what is missing, what to do next.
import { plain } from '../text/escape.ts';
import type { MilestoneProgress } from './practice.ts';

type CheckRunText = { conclusion: 'success' | 'neutral'; title: string; summary: string };

/** Never red: work that is still to be done is not a mistake. Success when the challenge's thresholds are all reached. */
export function describeMilestones(progress: readonly MilestoneProgress[]): CheckRunText {
  const reached = progress.filter((milestoneProgress) => milestoneProgress.reached).length;
  const first = progress.find((milestoneProgress) => !milestoneProgress.reached);
  const next = first?.next === undefined ? '' : `; next: ${first.milestone}`;
  const sections = progress.flatMap((milestoneProgress) => describeOpen(milestoneProgress));
  return {
    conclusion: reached === progress.length ? 'success' : 'neutral',
    title: `${reached} of ${progress.length} milestones reached${next}`,
    summary: [
      '| milestone | done | next |',
      '|---|---:|---|',
      ...progress.map(
        (milestoneProgress) =>
          `| ${milestoneProgress.milestone} | ${milestoneProgress.done} of ${milestoneProgress.total} | ${describeNext(milestoneProgress)} |`,
      ),
      ...sections,
    ].join('\n'),
  };
}

const LONGEST = 300;

function describeNext({ next, reached }: MilestoneProgress): string {
  if (next === undefined) return 'complete';
  const text = next.length > LONGEST ? `${next.slice(0, LONGEST)}…` : next;
  return `${reached ? 'reached; still open: ' : ''}${plain(text)}`;
}

function describeOpen({ milestone, missing, notes }: MilestoneProgress): string[] {
  const others = missing.slice(1);
  if (others.length === 0 && notes.length === 0) return [];
  return [
    '',
    `### ${milestone}`,
    '',
    ...others.map((text) => `- [ ] ${plain(text)}`),
    ...notes.map((text) => `- ${plain(text)}`),
  ];
}
