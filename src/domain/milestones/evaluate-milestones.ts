// All milestones of one repository, as progress and as evidence.
import type { MilestoneEvidence } from '../evidence/evidence.ts';
import { checkDeployment } from './deployment.ts';
import { checkFlow } from './flow.ts';
import { checkInception } from './inception.ts';
import { checkLayout } from './layout.ts';
import { checkQuality } from './quality.ts';
import { checkReproducibility } from './reproducibility.ts';
import { readThresholds } from './practice.ts';
import type { MilestoneProgress, Practice } from './practice.ts';

export function evaluateMilestones(
  practice: Practice,
  given: Readonly<Record<string, number>> = {},
): MilestoneProgress[] {
  const thresholds = readThresholds(given);
  return [
    ...[checkInception, checkReproducibility, checkQuality, checkDeployment].map((check) =>
      check(practice, thresholds),
    ),
    ...(thresholds.flow > 0 ? [checkFlow(practice, thresholds)] : []),
    ...(thresholds.layout > 0 ? [checkLayout(practice, thresholds)] : []),
  ];
}

const MEASURED: ReadonlySet<string> = new Set(['inception', 'flow', 'layout']);

/**
 * The evidence to store: one for each milestone, with an id that the same observation of the same commit has again. The
 * app reads cards, the record of changes and the tree itself; the other milestones rest on what student CI reported, and
 * are trusted as far as that is.
 */
export function toMilestoneEvidence(
  progress: readonly MilestoneProgress[],
  about: Pick<MilestoneEvidence, 'challenge' | 'owner' | 'repository' | 'at' | 'trust'> & { commit: string },
): MilestoneEvidence[] {
  const { commit, ...common } = about;
  return progress.map(({ milestone, done, total, missing }) => ({
    ...common,
    id: `milestone:${common.challenge}:${common.repository}:${commit}:${milestone}:${done}-${total}`,
    kind: 'milestone',
    trust: MEASURED.has(milestone) ? 'measured' : common.trust,
    milestone,
    done,
    total,
    missing,
  }));
}
