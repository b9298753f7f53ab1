// Inputs for the tests of the score: one challenge of three weekly releases, and short ways to say what happened.
import type {
  AnswerEvidence,
  DataEvidence,
  MilestoneEvidence,
  ProbeEvidence,
  RunEvidence,
} from '../../../src/domain/evidence/evidence.ts';
import type { ScoredShipment, ScoreInput } from '../../../src/domain/evidence/criterion.ts';
import type { ScorePolicy } from '../../../src/domain/evidence/policy.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const start = new Date('2027-01-11T08:00:00Z');
export const after = (ms: number): Date => new Date(start.getTime() + ms);

export const policy: ScorePolicy = {
  challenge: 'weather',
  timezone: 'Europe/Copenhagen',
  ends: after(21 * DAY),
  releases: [0, 1, 2].map((week) => ({ name: `release-${week + 1}`, due: after(week * 7 * DAY) })),
  criteria: {
    data: { points: 20, trust: 'measured' },
    requests: { points: 15, trust: 'measured' },
    pipeline: { points: 20, trust: 'claimed' },
    freshness: { points: 15, trust: 'claimed' },
    endpoint: { points: 15, trust: 'measured' },
    quality: { points: 15, trust: 'measured' },
    hygiene: { points: 10, trust: 'measured' },
  },
  freshness: { full: DAY, zero: 7 * DAY },
  late: { tokens: 0, daysPerToken: 1, thenPerDay: 0.15 },
};

const common = (id: string, at: number) => ({
  id,
  challenge: 'weather',
  owner: 'ada',
  repository: 'org/weather-ada',
  at: after(at),
});

export const shipment = (week: number, more: Partial<ScoredShipment> = {}): ScoredShipment => ({
  id: `shipment-${week}`,
  release: `release-${week}`,
  owner: 'ada',
  due: after((week - 1) * 7 * DAY),
  state: 'dispatched',
  carrier: 'pull_request',
  ...more,
});

export const data = (week: number, event: DataEvidence['event'], at: number): DataEvidence => ({
  ...common(`data-${week}-${event}-${at}`, at),
  trust: 'measured',
  kind: 'data',
  release: `release-${week}`,
  shipment: `shipment-${week}`,
  event,
});

export const run = (weeks: number[], at: number, more: Partial<RunEvidence> = {}): RunEvidence => ({
  ...common(`run-${weeks.join()}-${at}`, at),
  trust: 'claimed',
  kind: 'run',
  commit: 'abc1234def5678',
  conclusion: 'success',
  releases: weeks.map((week) => `release-${week}`),
  ...more,
});

export const answer = (request: string, at: number, more: Partial<AnswerEvidence> = {}): AnswerEvidence => ({
  ...common(`answer-${request}-${at}`, at),
  trust: 'measured',
  kind: 'answer',
  request,
  verdict: 'correct',
  matches: 10,
  expected: 10,
  extra: 0,
  attempt: 1,
  ...more,
});

export const probe = (at: number, more: Partial<ProbeEvidence> = {}): ProbeEvidence => ({
  ...common(`probe-${at}`, at),
  trust: 'measured',
  kind: 'probe',
  ok: true,
  code: 'ok',
  cause: 'student',
  ...more,
});

export const milestone = (name: string, done: number, total: number, at = 0): MilestoneEvidence => ({
  ...common(`milestone-${name}-${at}`, at),
  trust: 'measured',
  kind: 'milestone',
  milestone: name,
  done,
  total,
  missing: done < total ? [`Do the rest of ${name}.`] : [],
});

export const input = (now: number, evidence: ScoreInput['evidence'], more: Partial<ScoreInput> = {}): ScoreInput => ({
  policy,
  evidence,
  shipments: [1, 2, 3].map((week) => shipment(week)),
  now: after(now),
  ...more,
});
