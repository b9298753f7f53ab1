// Criterion data: the share of due releases that are in the default branch, whole and unaltered; late merges earn less.
import { isMergedCarrier } from '../carrier/carriers.ts';
import type { ScoreRule } from '../challenge/challenge.ts';
import type { DataEvidence } from '../evidence/evidence.ts';
import { chargesOf, settleLateness } from '../evidence/late.ts';
import { mergeBy } from '../evidence/merge-by.ts';
import type { Lateness, Received } from '../evidence/late.ts';
import { sayInstant } from '../time/say-time.ts';
import { award, dueReleases, evidenceOf, isTrusted, undelivered } from '../evidence/criterion.ts';
import type { CriterionScore, DueRelease, Reason, ScoreInput } from '../evidence/criterion.ts';

type Standing = {
  release: DueRelease;
  inBranch?: { at: Date; id?: string };
  spoilt?: DataEvidence;
  offered: boolean;
};

/** A release must be merged before the next one comes, the last one before the challenge ends. */
export function scoreData(input: ScoreInput, rule: ScoreRule): CriterionScore {
  const { late, timezone } = input.policy;
  const due = dueReleases(input);
  const standings = standingsOf(input, rule, due);
  const lateness =
    input.lateness ??
    settleLateness(receivedReleases(input), late, timezone, input.extensions, chargesOf(input.evidence, input.now));
  const reasons = standings.map((standing) => explain(standing, lateness.get(standing.release.name), timezone));
  reasons.push(...due.filter(({ delivered }) => !delivered).map(undelivered));
  const distrusted = evidenceOf(input, 'data').filter((dataEvidence) => !isTrusted(dataEvidence, rule)).length;
  if (distrusted > 0) {
    const many = distrusted === 1 ? 'One observation does' : `${distrusted} observations do`;
    reasons.push({ text: `${many} not count: this criterion needs ${rule.trust} evidence.` });
  }
  const earned = standings.map((standing) =>
    counts(standing) ? 1 - (lateness.get(standing.release.name)?.lost ?? 0) : 0,
  );
  const share = earned.length === 0 ? undefined : earned.reduce((sum, value) => sum + value, 0) / earned.length;
  return award(rule, share, reasons);
}

/** The releases that somebody had to merge and did, with when they should have. Evidence comes in order of time. */
export function receivedReleases(input: ScoreInput): Received[] {
  const rule = input.policy.criteria.data;
  if (!rule) return [];
  return standingsOf(input, rule, dueReleases(input)).flatMap(({ release, inBranch }) => {
    const mergeable = release.shipments.some(({ carrier }) => isMergedCarrier(carrier));
    if (!inBranch || !mergeable) return [];
    return [{ id: release.name, deadline: mergeBy(release, input.policy), receivedAt: inBranch.at }];
  });
}

function standingsOf(input: ScoreInput, rule: ScoreRule, due: readonly DueRelease[]): Standing[] {
  const trusted = evidenceOf(input, 'data').filter((dataEvidence) => isTrusted(dataEvidence, rule));
  return due.filter(({ delivered }) => delivered).map((release) => standing(release, trusted));
}

function counts({ inBranch, spoilt }: Standing): boolean {
  return inBranch !== undefined && spoilt === undefined;
}

/** What the events of a release, in order of time, add up to. Lateness is that of the first arrival. */
function standing(release: DueRelease, evidence: readonly DataEvidence[]): Standing {
  const carriers = new Map(release.shipments.map(({ id, carrier }) => [id, carrier]));
  const state: Standing = { release, offered: false };
  const direct = release.shipments.find(
    ({ state, carrier }) => state === 'dispatched' && carrier !== undefined && !isMergedCarrier(carrier),
  );
  for (const event of evidence) {
    if (event.release !== release.name) continue;
    if (event.event === 'altered') state.spoilt = event;
    else if (event.event === 'closed') state.offered = false;
    else if (event.event === 'merged' || !isMergedCarrier(carriers.get(event.shipment))) {
      state.inBranch ??= { at: event.at, id: event.id };
      delete state.spoilt;
    } else state.offered = true;
  }
  // A carrier that asks nobody has put the release there itself, whether or not the push was observed.
  if (direct) state.inBranch ??= { at: release.delivered! };
  return state;
}

function explain(state: Standing, lateness: Lateness | undefined, zone: string): Reason {
  const { release, inBranch, spoilt, offered } = state;
  if (spoilt) {
    const next = `Restore the file of ${release.name} as it was delivered; the history of the repository has it.`;
    const how = spoilt.how === undefined ? 'was altered after it arrived' : `is altered in the branch (${spoilt.how})`;
    return { text: `${release.name} ${how}: it does not count.`, evidence: spoilt.id, next };
  }
  if (inBranch) {
    const since = `${release.name} has been in the default branch since ${sayInstant(inBranch.at, zone)}`;
    const text = lateness && lateness.late > 0 ? `${since}: ${lateness.text}.` : `${since}.`;
    return inBranch.id === undefined ? { text } : { text, evidence: inBranch.id };
  }
  if (offered) {
    return {
      text: `${release.name} is waiting in its pull request.`,
      next: `Merge the pull request of ${release.name}.`,
    };
  }
  return {
    text: `${release.name} is not in the default branch.`,
    next: `Merge the pull request of ${release.name}; reopen it if it was closed.`,
  };
}
