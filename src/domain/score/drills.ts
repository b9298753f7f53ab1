// Criterion drills: how soon incidents were noticed and mitigated, and whether they were written up.
import type { ScoreRule } from '../challenge/challenge.ts';
import type { DrillEvidence } from '../evidence/evidence.ts';
import { sayDuration, sayInstant, sayShare } from '../time/say-time.ts';
import { award, evidenceOf, isTrusted } from '../evidence/criterion.ts';
import type { CriterionScore, Reason, ScoreInput } from '../evidence/criterion.ts';

/** What each part of a drill is worth. */
const worth = { detected: 0.3, mitigated: 0.4, reviewed: 0.3 };
/** Noticed while the fault was there, but late. */
const late = 0.5;

type Events = Partial<Record<DrillEvidence['event'], DrillEvidence>>;

/** The mean over the drills that are closed. One that runs says nothing yet, and one for practice never counts. */
export function scoreDrills(input: ScoreInput, rule: ScoreRule): CriterionScore {
  const drills = new Map<string, Events>();
  for (const evidence of evidenceOf(input, 'drill')) {
    if (!isTrusted(evidence, rule)) continue;
    const events = drills.get(evidence.drill) ?? {};
    events[evidence.event] ??= evidence;
    drills.set(evidence.drill, events);
  }
  const begun = [...drills.values()].filter(({ began }) => began);
  const closed = begun.filter((events) => events.closed && !events.began!.practice);
  const shares = closed.map(shareOf);
  const share = shares.length === 0 ? undefined : shares.reduce((sum, value) => sum + value, 0) / shares.length;
  return award(
    rule,
    share,
    begun.map((events) => explain(events, input.policy.timezone)),
  );
}

function shareOf(events: Events): number {
  const { detectWithin } = events.began!.terms!;
  const detected = after(events, 'detected');
  const noticed = detected === undefined ? 0 : detected <= detectWithin ? 1 : late;
  return (
    worth.detected * noticed +
    worth.mitigated * Number(events.mitigated !== undefined) +
    worth.reviewed * Number(events.reviewed !== undefined)
  );
}

function after({ began, ...events }: Events, event: 'detected' | 'mitigated' | 'reviewed'): number | undefined {
  const at = events[event]?.at;
  return at && at.getTime() - began!.at.getTime();
}

function explain(events: Events, zone: string): Reason {
  const { began, closed } = events;
  const where = began!.issue === undefined ? '' : `, issue #${began!.issue}`;
  const name = `Incident of ${sayInstant(began!.at, zone)}${where}${began!.practice ? ' (for practice)' : ''}`;
  const evidence = (closed ?? began!).id;
  if (!closed)
    return { text: `${name} is not closed yet: nothing is due.`, evidence, next: 'The issue says what to do.' };
  const said = (event: 'detected' | 'mitigated' | 'reviewed', words: string, never: string): string => {
    const time = after(events, event);
    return time === undefined ? never : `${words} after ${sayDuration(time)}`;
  };
  const parts = [
    said('detected', 'detected', 'never detected'),
    said('mitigated', 'mitigated', 'never mitigated'),
    said('reviewed', 'post-mortem', 'no post-mortem'),
  ];
  const lacks = closed.lacks && closed.lacks.length > 0 ? ` (it lacks ${closed.lacks.join('; ')})` : '';
  const points = began!.practice ? 'it earns nothing' : `worth ${sayShare(shareOf(events))}`;
  return { text: `${name}: ${closed.fault ?? 'unknown'}; ${parts.join(', ')}${lacks}; ${points}.`, evidence };
}
