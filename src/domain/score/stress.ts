// The parts of the endpoint's points beside availability: how fast answers are, a rising load, and inputs that must be refused.
import type { EndpointRule } from '../challenge/challenge.ts';
import { isHeld, worthOf } from '../endpoint/load.ts';
import { isOfAnother } from '../endpoint/service-identity.ts';
import { percentile } from '../pipeline/show/summarise-latency.ts';
import { tellsOfService, type CanarySide, type ProbeEvidence, type StressEvidence } from '../evidence/evidence.ts';
import { evidenceOf, type Reason, type ScoreInput } from '../evidence/criterion.ts';
import { sayInstant, sayShare } from '../time/say-time.ts';

/** `share` of the criterion, and what of that is earned. A stage that nobody has met yet has no part. */
export type StressPart = { share: number; worth: number; reason: Reason };
type StagePart = StressPart & { at: Date };

export function stressParts(input: ScoreInput, rule: EndpointRule, probes: readonly ProbeEvidence[]): StressPart[] {
  const stages = [loadPart(input, rule), badInputPart(input, rule)].flatMap((part) => part ?? []);
  const known = evidenceOf(input, 'probe');
  const theirs = stages.map(({ at, ...part }) => (isTheirs(known, at) ? part : withoutWorth(part)));
  const latency = latencyPart(rule, probes);
  return [...(latency ? [probes.some(isOfAnother) ? withoutWorth(latency) : latency] : []), ...theirs];
}

/** By the probe before a stage, or else the next: whose service it was is asked with every probe. */
function isTheirs(probes: readonly ProbeEvidence[], at: Date): boolean {
  const probe = probes.findLast((evidence) => evidence.at <= at) ?? probes.find((evidence) => evidence.at > at);
  return probe === undefined || !isOfAnother(probe);
}

function withoutWorth({ share, reason }: StressPart): StressPart {
  const text = `${reason.text} Worth nothing: the service was not shown to be yours.`;
  return { share, worth: 0, reason: { ...reason, text } };
}

/** Said, and worth nothing: which of two versions is better is for people to decide. */
export function canaryReason(input: ScoreInput): Reason[] {
  const last = evidenceOf(input, 'canary').at(-1);
  if (!last) return [];
  // Not how good each is: a number on ten hidden rows would tell something about them.
  const side = ({ modelVersion, apiVersion, ok, code, latencyMs }: CanarySide): string => {
    const version = `${modelVersion ?? 'no model version'} (api ${apiVersion ?? '?'})`;
    return `${version}: ${ok ? 'passed' : code}, ${latencyMs ?? '?'} ms`;
  };
  const text = `Canary beside the service, on the same rows: ${side(last.canary)}; the service ${side(last.stable)}.`;
  return [{ text, evidence: last.id }];
}

/** Answers that came too late are slow answers, and count as such. */
function latencyPart({ latency }: EndpointRule, probes: readonly ProbeEvidence[]): StressPart | undefined {
  const timed = probes.filter((probe) => probe.latencyMs !== undefined && tellsOfService(probe));
  if (!latency || timed.length === 0) return undefined;
  const times = timed.map(({ latencyMs }) => latencyMs!);
  const reached = percentile(times, latency.percentile / 100)!;
  const worth = worthOf(reached, latency.curve);
  const curve = latency.curve.map(({ at, worth: value }) => `${sayShare(value)} at ${at} ms`).join(', ');
  const others = [50, 95, 99].map((value) => `p${value} ${Math.round(percentile(times, value / 100)!)} ms`).join(', ');
  const text = `Answer time p${latency.percentile} ${Math.round(reached)} ms over ${times.length === 1 ? 'one probe' : `${times.length} probes`} (${others}), worth ${sayShare(worth)} of ${sayShare(latency.share)} (${curve}).`;
  return { share: latency.share, worth, reason: { text, evidence: timed.at(-1)!.id } };
}

function latest(input: ScoreInput, stage: StressEvidence['stage']): StressEvidence | undefined {
  const { ends } = input.policy;
  return evidenceOf(input, 'stress').findLast(
    (candidate) => candidate.stage === stage && candidate.cause === 'student' && candidate.at <= ends,
  );
}

function loadPart(input: ScoreInput, { load }: EndpointRule): StagePart | undefined {
  const last = load && latest(input, 'load');
  if (!load || last?.stage !== 'load' || last.steps.length === 0) return undefined;
  const held = last.steps.filter(isHeld).length;
  // Whoever takes less than was announced earns that share of a step: registering little is no way to hold much.
  const earned = last.steps.filter(isHeld).reduce((sum, { rate, wanted }) => sum + rate / wanted, 0);
  const worth = earned / last.steps.length;
  const steps = last.steps.map(
    ({ rate, wanted, good, sent, p95 }) =>
      `${rate}/s${rate < wanted ? ` instead of ${wanted}` : ''} ${good} of ${sent}, p95 ${p95 ?? '?'} ms`,
  );
  const text = `Load stage of ${sayInstant(last.at, input.policy.timezone)}: ${held} of ${last.steps.length} steps held (${steps.join('; ')}), worth ${sayShare(worth)} of ${sayShare(load.share)}.`;
  return { share: load.share, worth, at: last.at, reason: { text, evidence: last.id } };
}

function badInputPart(input: ScoreInput, { badInputs }: EndpointRule): StagePart | undefined {
  const last = badInputs && latest(input, 'bad_inputs');
  if (!badInputs || last?.stage !== 'bad_inputs' || last.inputs.length === 0) return undefined;
  const missed = last.inputs.filter(({ ok }) => !ok);
  const worth = 1 - missed.length / last.inputs.length;
  const which = missed.map(({ name, got }) => `${name}: ${got}`).join('; ');
  const said = missed.length === 0 ? 'all refused with a 4xx' : `${missed.length} not refused with a 4xx (${which})`;
  const text = `Bad inputs: ${said}, worth ${sayShare(worth)} of ${sayShare(badInputs.share)}.`;
  const next = missed.length === 0 ? {} : { next: 'Refuse what breaks the contract with a 4xx, and never fail on it.' };
  return { share: badInputs.share, worth, at: last.at, reason: { text, evidence: last.id, ...next } };
}
