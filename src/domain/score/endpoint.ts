// Criterion endpoint: availability over the window, our own outages and announced maintenance left out.
import type { Availability, Span } from '../endpoint/availability.ts';
import { announcedMaintenance } from '../endpoint/announced.ts';
import { measureAvailability } from '../endpoint/availability.ts';
import type { EndpointRule, ScoreRule } from '../challenge/challenge.ts';
import { drillSpans, isWithin } from '../drill/drill-spans.ts';
import { NO_MODEL } from '../endpoint/no-model.ts';
import { NO_ENDPOINT } from '../endpoint/probe-policy.ts';
import { canaryReason, stressParts } from './stress.ts';
import { ANOTHERS_ENDPOINT, SHARED_ENDPOINT, UNPROVEN_ENDPOINT } from '../endpoint/service-identity.ts';
import { sayDuration, sayInstant, sayShare } from '../time/say-time.ts';
import { award, evidenceOf, gradeBetween, isTrusted } from '../evidence/criterion.ts';
import type { CriterionScore, Reason, ScoreInput } from '../evidence/criterion.ts';
import { probesSince, WINDOW } from '../evidence/policy.ts';

const register = 'Register the address of the endpoint; the README of your repository says how.';

const prove = 'Let `/metadata` say which repository the service is of; docs/probes.md of Practicum says how.';
const nextSteps: Partial<Record<string, string>> = {
  [NO_ENDPOINT]: register,
  [SHARED_ENDPOINT]: `Somebody else registered the same address. ${prove}`,
  [ANOTHERS_ENDPOINT]: "The service is somebody else's: register the address of your own.",
  [UNPROVEN_ENDPOINT]: prove,
  [NO_MODEL]: 'The service is up, but has no model yet: run the pipeline, and deploy what it trained.',
};

/** What the rule is while the challenge states none: every 5 minutes, 70% to pass, 99% for all, over a week. */
const defaults: EndpointRule = {
  every: 300_000,
  wait: 800,
  availability: { pass: 0.7, full: 0.99 },
  window: WINDOW,
  maintenance: [],
};

/** Below `pass` nothing, at `pass` 60%, from `full` on everything, in between in proportion. Only the window is looked at. */
export function scoreEndpoint(input: ScoreInput, rule: ScoreRule): CriterionScore {
  const endpoint = input.policy.endpoint ?? defaults;
  const window = probeWindow(input);
  const probes = evidenceOf(input, 'probe').filter(
    (evidence) => isTrusted(evidence, rule) && evidence.at >= window.from && evidence.at <= window.to,
  );
  const last = probes.at(-1);
  if (!last)
    return award(rule, undefined, [{ text: 'Nothing due yet: no probe in the window counts.', next: register }]);
  const { pass, full } = endpoint.availability;
  const spans = [...endpoint.maintenance, ...leftOut(input, endpoint)];
  const measured = measureAvailability(probes, window, { ...endpoint, target: full, maintenance: spans });
  if (measured.share === undefined) {
    return award(rule, undefined, [{ text: 'Nothing due yet: no probe in the window counts.' }]);
  }
  const share = gradeBetween(measured.share, { pass, full });
  const observed = sayDuration(measured.up + measured.down);
  const text =
    `Available ${sayShare(measured.share)} of ${observed} observed, worth ${sayShare(share)} ` +
    `(${sayShare(pass)} passes, ${sayShare(full)} earns all).`;
  const advice = nextSteps[last.code];
  const next = advice === undefined ? {} : { next: advice };
  const { allowed, spent } = measured.budget;
  const budget = `Down for ${sayDuration(spent)} in all; ${sayDuration(allowed)} are allowed while all points are earned.`;
  const reasons = [{ text, evidence: last.id, ...next }, ...(spent > 0 ? [{ text: budget }] : [])];
  const parts = stressParts(
    input,
    endpoint,
    probes.filter(({ at }) => !isWithin(at, spans)),
  );
  const stressed = parts.reduce((sum, part) => sum + part.share, 0);
  const earned = parts.reduce((sum, part) => sum + part.share * part.worth, (1 - stressed) * share);
  const all = [
    ...reasons,
    ...parts.map(({ reason }) => reason),
    ...explain(measured, input.policy.timezone),
    ...canaryReason(input),
  ];
  return award(rule, earned, all);
}

/** Drills, and maintenance that was paid for. */
function leftOut({ evidence, now, policy }: ScoreInput, endpoint: EndpointRule): Span[] {
  return [...drillSpans(evidence, now), ...announcedMaintenance(evidence, endpoint, policy.late.tokens)];
}

/** The time that counts: the last `window` before now, or before the end of the challenge once that has passed. */
function probeWindow({ policy, now }: ScoreInput): Span {
  return { from: probesSince(policy, now), to: now < policy.ends ? now : policy.ends };
}

function explain(measured: Availability, zone: string): Reason[] {
  const reasons: Reason[] = measured.outages.slice(-3).map(({ from, to, code }) => ({
    text: `Down for about ${sayDuration(to.getTime() - from.getTime())} from ${sayInstant(wholeMinute(from), zone)}: ${code}.`,
  }));
  const earlier = measured.outages.length - 3;
  if (earlier > 0) reasons.push({ text: earlier === 1 ? 'One earlier outage.' : `${earlier} earlier outages.` });
  if (measured.excluded > 0) {
    reasons.push({ text: `${sayDuration(measured.excluded)} left out: maintenance, or an outage on our side.` });
  }
  const last = measured.updates.at(-1);
  if (last) {
    const how = last.downtime === 0 ? 'without downtime' : `with ${sayDuration(last.downtime)} of downtime`;
    reasons.push({ text: `Updated to ${last.to} on ${sayInstant(wholeMinute(last.at), zone)}, ${how}.` });
  }
  return reasons;
}

// Edges of an outage are not known to the second, so they are not told to the second.
function wholeMinute(date: Date): Date {
  return new Date(Math.round(date.getTime() / 60_000) * 60_000);
}
