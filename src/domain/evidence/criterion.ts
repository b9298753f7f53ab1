// What every criterion is given and must answer: points with reasons.
import type { CarrierKind } from '../carrier/carriers.ts';
import type { ScoreRule, Trust } from '../challenge/challenge.ts';
import type { Evidence, RunEvidence } from './evidence.ts';
import type { Extension, Lateness } from './late.ts';
import { addSpan } from '../time/calendar.ts';
import type { ShipmentState } from '../shipment/shipment.ts';
import type { ScorePolicy } from './policy.ts';

/** The part of a shipment that the score reads. Without a carrier only evidence tells whether it arrived. */
export type ScoredShipment = {
  id: string;
  release: string;
  owner: string;
  due: Date;
  state: ShipmentState;
  dispatchedAt?: Date;
  carrier?: CarrierKind;
};

/** Everything about one owner in one challenge. Evidence and shipments come in any order. */
export type ScoreInput = {
  policy: ScorePolicy;
  evidence: readonly Evidence[];
  shipments: readonly ScoredShipment[];
  now: Date;
  extensions?: readonly Extension[];
  /** By release, when settled together with the owner's other challenges; otherwise this one has all tokens to itself. */
  lateness?: ReadonlyMap<string, Lateness>;
};

/** A sentence for a person, the piece of evidence it rests on, and what to do next. */
export type Reason = { text: string; evidence?: string; next?: string };

/** `of` is what could be earned so far: 0 while nothing is due. `worth` is what the whole criterion is worth. */
export type CriterionScore = { points: number; of: number; worth: number; reasons: Reason[] };

/** Points for a share of the criterion; without a share nothing is due yet. */
export function award(rule: ScoreRule, share: number | undefined, reasons: Reason[]): CriterionScore {
  if (share === undefined) {
    const none = reasons.length > 0 ? reasons : [{ text: 'Nothing due yet.' }];
    return { points: 0, of: 0, worth: rule.points, reasons: none };
  }
  return { points: round(share * rule.points), of: rule.points, worth: rule.points, reasons };
}

/** Points have two decimals. */
export function round(points: number): number {
  return Math.round(points * 100) / 100;
}

/** A value between `pass` and `full`: nothing below pass, 60% at pass, all from full on. Either side may be the better one. */
export function gradeBetween(value: number, { pass, full }: { pass: number; full: number }): number {
  const upwards = full >= pass;
  if (upwards ? value < pass : value > pass) return 0;
  if (upwards ? value >= full : value <= full) return 1;
  return 0.6 + (0.4 * (value - pass)) / (full - pass);
}

const levels: Trust[] = ['claimed', 'attested', 'measured'];

/** True when the evidence can be believed at least as far as the policy asks. */
export function isTrusted(evidence: { trust: Trust }, rule: ScoreRule): boolean {
  return levels.indexOf(evidence.trust) >= levels.indexOf(rule.trust);
}

/** The evidence of one kind, in order of time. */
export function evidenceOf<K extends Evidence['kind']>(input: ScoreInput, kind: K): Extract<Evidence, { kind: K }>[] {
  return input.evidence.filter((evidence): evidence is Extract<Evidence, { kind: K }> => evidence.kind === kind);
}

/** When the challenge ends for this owner: nothing that GitHub receives later counts. */
export function cutOff({
  policy,
  extensions = [],
}: Pick<ScoreInput, 'extensions'> & { policy: Pick<ScorePolicy, 'ends' | 'timezone'> }): Date {
  const longest = extensions.reduce((most, { item, by }) => (item === undefined ? Math.max(most, by) : most), 0);
  return addSpan(policy.ends, longest, policy.timezone);
}

/**
 * A release that is due, with its shipments. `delivered` is when the first of them was carried out; absent: not yet, or `missedEnd`: when
 * nothing of it could count any more.
 */
export type DueRelease = {
  name: string;
  due: Date;
  delivered?: Date;
  missedEnd?: true;
  shipments: ScoredShipment[];
  failed: boolean;
};

/** The releases that are due for the owner, in order of due date. */
export function dueReleases(input: ScoreInput): DueRelease[] {
  const { shipments, now } = input;
  const end = cutOff(input);
  const releases = new Map<string, DueRelease>();
  for (const shipment of shipments) {
    if (shipment.state === 'cancelled' || shipment.due > now) continue;
    let release = releases.get(shipment.release);
    if (!release) {
      release = { name: shipment.release, due: shipment.due, shipments: [], failed: false };
      releases.set(shipment.release, release);
    }
    release.shipments.push(shipment);
    if (shipment.due < release.due) release.due = shipment.due;
    if (shipment.state === 'failed') release.failed = true;
    if (shipment.state !== 'dispatched') continue;
    const at = shipment.dispatchedAt ?? shipment.due;
    if (at <= now && (!release.delivered || at < release.delivered)) release.delivered = at;
  }
  // However long we were away: whoever got it after the end had no time for it.
  for (const release of releases.values()) {
    if (!release.delivered || release.delivered < end || release.due >= end) continue;
    delete release.delivered;
    release.missedEnd = true;
  }
  return [...releases.values()].sort((a, b) => a.due.getTime() - b.due.getTime() || (a.name < b.name ? -1 : 1));
}

/** Why a release that is due does not count against the student: it has not left us. */
export function undelivered(release: DueRelease): Reason {
  if (release.missedEnd)
    return { text: `${release.name} reached you after the end: this is on our side and does not count against you.` };
  const state = release.failed ? 'could not be delivered yet' : 'is about to be delivered';
  return { text: `${release.name} ${state}: this is on our side and does not count against you.` };
}

/** The first seven digits, as people write commits. */
export function shortSha(commit: string): string {
  return commit.slice(0, 7);
}

/** How a reason names a run. */
export function nameRun(run: RunEvidence): string {
  return `the run at ${shortSha(run.commit)}`;
}
