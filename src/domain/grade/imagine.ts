// Evidence that would be on record if a student did something now: for scores on paper, never stored.
import type {
  AnswerEvidence,
  DataEvidence,
  Evidence,
  MilestoneEvidence,
  ProbeEvidence,
  RunEvidence,
} from '../evidence/evidence.ts';
import { cutOff, evidenceOf, type DueRelease, type ScoreInput } from '../evidence/criterion.ts';
import { WINDOW } from '../evidence/policy.ts';
import { NO_ENDPOINT } from '../endpoint/probe-policy.ts';

type Place = { challenge: string; owner: string; now: Date };
type Common = Pick<Evidence, 'id' | 'challenge' | 'owner' | 'repository' | 'at' | 'trust'>;

function common({ challenge, owner, now }: Place, id: string, trust: Evidence['trust'] = 'measured'): Common {
  // The last of this moment, in whatever order they are read.
  return { id: `~imagined/${id}`, challenge, owner, repository: '', at: now, trust };
}

/** What became of a release in the default branch, by what was seen. */
export function stateOf(input: ScoreInput, release: DueRelease): 'there' | 'altered' | 'absent' {
  const direct = release.shipments.some(
    ({ state, carrier = 'pull_request' }) => state === 'dispatched' && carrier !== 'pull_request',
  );
  const events = evidenceOf(input, 'data').filter((dataEvidence) => dataEvidence.release === release.name);
  const last = events.findLast(({ event }) => event === 'altered' || event === 'merged');
  if (last?.event === 'altered') return 'altered';
  return last || direct ? 'there' : 'absent';
}

export function imagineMerge(place: Place, { name, shipments }: DueRelease): DataEvidence {
  const shipment = shipments.find(({ state }) => state === 'dispatched')?.id ?? shipments[0]!.id;
  return { kind: 'data', ...common(place, `merged/${name}`), release: name, shipment, event: 'merged' };
}

/** Believed as the student's runs were so far; by the course's own workflow where there was none. */
export function imagineRun(input: ScoreInput, place: Place, releases: readonly DueRelease[]): RunEvidence {
  const last = evidenceOf(input, 'run').findLast(({ rejected }) => !rejected);
  return {
    kind: 'run',
    ...common(place, 'run', last?.trust ?? 'attested'),
    commit: 'f'.repeat(40),
    conclusion: 'success',
    releases: releases.map(({ name }) => name),
  };
}

export function imagineAnswer(place: Place, { id, rows }: { id: string; rows: number }): AnswerEvidence {
  return {
    kind: 'answer',
    ...common(place, `answer/${id}`),
    request: id,
    verdict: 'correct',
    matches: rows,
    expected: rows,
    extra: 0,
    attempt: 1,
  };
}

/** The deadline passes, and nobody has answered. */
export function imagineSilence(
  place: Place,
  { id, rows, due }: { id: string; rows: number; due: Date },
): AnswerEvidence {
  const counts = { matches: 0, expected: rows, extra: 0, attempt: 0 };
  const verdict = 'deadline_exceeded' as const;
  return { kind: 'answer', ...common({ ...place, now: due }, `silence/${id}`), request: id, verdict, ...counts };
}

/** The next step of each milestone that is not complete. */
export function imagineMilestone(input: ScoreInput, place: Place): { step: string; evidence: MilestoneEvidence }[] {
  const latest = new Map(evidenceOf(input, 'milestone').map((evidence) => [evidence.milestone, evidence]));
  return [...latest.values()].flatMap(({ milestone, done, total, missing, trust }) => {
    const [step, ...others] = missing;
    if (step === undefined || done >= total) return [];
    const counts = { milestone, done: done + 1, total, missing: others };
    return [
      { step, evidence: { kind: 'milestone' as const, ...common(place, `milestone/${milestone}`, trust), ...counts } },
    ];
  });
}

type Imagined = { does?: string; first: ProbeEvidence; all?: ProbeEvidence[]; until: Date };

/** More would cost a page more than it tells. */
const mostProbes = 25_000;

/** Absent `does`: the service answers, or there is too much of it. `all`: where earlier failures weigh, every probe until then. */
export function imagineProbes(input: ScoreInput, place: Place): Imagined {
  const { policy, now } = input;
  const every = policy.endpoint?.every ?? 300_000;
  const window = policy.endpoint?.window ?? WINDOW;
  const probe = (at: Date, index: number): ProbeEvidence => ({
    kind: 'probe',
    ...common({ ...place, now: at }, `probe/${index}`),
    ok: true,
    code: 'ok',
    cause: 'student',
  });
  const first = probe(now, 0);
  const until = new Date(Math.min(cutOff(input).getTime(), policy.ends.getTime(), now.getTime() + window));
  const known = evidenceOf(input, 'probe').filter(({ cause }) => cause === 'student');
  const last = known.at(-1);
  if (last?.ok) return { first, until };
  const does = !last || last.code === NO_ENDPOINT ? 'register a service that answers' : 'make the service answer again';
  if (!last) return { does, first, until };
  const count = Math.floor((until.getTime() - now.getTime()) / every) + 1;
  if (count > mostProbes) return { first, until };
  const all = Array.from({ length: count }, (_, index) => probe(new Date(now.getTime() + index * every), index));
  return { does, first, all, until };
}
