// What would earn most now: each step is tried on paper, and its gain is the difference of two scores.
import { cutOff, dueReleases, round } from '../evidence/criterion.ts';
import type { ScoreInput } from '../evidence/criterion.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { latenessCosts, mergeBy } from '../evidence/merge-by.ts';
import { orderEvidence } from '../evidence/order-evidence.ts';
import { sayWallTime } from '../time/say-time.ts';
import { buildGradebook, scoreInputs, type GradebookInput } from './gradebook.ts';
import {
  imagineAnswer,
  imagineMerge,
  imagineMilestone,
  imagineProbes,
  imagineRun,
  imagineSilence,
  stateOf,
} from './imagine.ts';

/** `open`: it can still be answered, and what an answer would do to quality is known, namely nothing. `tried`: an attempt was judged. */
export type OpenRequest = {
  id: string;
  name: string;
  challenge: string;
  due: Date;
  rows: number;
  open: boolean;
  tried: boolean;
};

/**
 * `evidence` is what would be on record if it was done, `otherwise` what would be if not, and `at` the moment at which both
 * scores were taken: now; for an answer its deadline; for a service the end of the time over which it is looked at.
 */
export type Step = { gain: number; text: string; by?: Date; at: Date; evidence: Evidence[]; otherwise?: Evidence[] };

type Idea = Omit<Step, 'gain' | 'at'> & { at?: Date };

/** The largest gain first; what gains nothing is left out. `input` is of one owner. */
export function suggestSteps(input: GradebookInput, requests: readonly OpenRequest[], most = 5): Step[] {
  const scorings = [...scoreInputs(input)].map(({ scoring }) => ({
    ...scoring,
    evidence: orderEvidence(scoring.evidence, input.now),
  }));
  const owner = input.owners[0]?.slug;
  if (owner === undefined) return [];
  // Names of releases are those of each challenge.
  const of = (scoring: ScoreInput): string => (scorings.length > 1 ? `${scoring.policy.challenge}: ` : '');
  const ideas = scorings.flatMap((scoring) =>
    ideasFor(scoring, owner, requests).map((idea) => ({ ...idea, text: of(scoring) + idea.text })),
  );
  const steps = ideas.map((idea): Step => {
    const at = idea.at ?? input.now;
    const total = (more: readonly Evidence[] = []): number =>
      totalOf({ ...input, now: at, evidence: [...input.evidence, ...more] });
    const [base, after] = [total(idea.otherwise), total(idea.evidence)];
    return { ...idea, at, gain: round(after - base) };
  });
  return steps
    .filter(({ gain }) => gain > 0)
    .toSorted((a, b) => b.gain - a.gain || (a.text < b.text ? -1 : 1))
    .slice(0, most);
}

/** As the gradebook has it: over all challenges, since late tokens are, and with what people set by hand. */
function totalOf(input: GradebookInput): number {
  return round(buildGradebook(input).rows.reduce((sum, { total }) => sum + total, 0));
}

function ideasFor(scoring: ScoreInput, owner: string, requests: readonly OpenRequest[]): Idea[] {
  const { policy, now } = scoring;
  const place = { challenge: policy.challenge, owner, now };
  const answers = requests
    .filter((request) => request.challenge === policy.challenge && request.open && request.due >= now)
    .map((request): Idea => ({
      text: `answer ${request.name}`,
      by: request.due,
      at: new Date(request.due.getTime() + 1),
      evidence: [imagineAnswer(place, request)],
      otherwise: request.tried ? [] : [imagineSilence(place, request)],
    }));
  // Runs, probes and milestones after the end count for nothing.
  if (now > cutOff(scoring)) return [...mergeIdeas(scoring, owner), ...answers];
  return [
    ...mergeIdeas(scoring, owner),
    ...answers,
    ...runIdeas(scoring, owner),
    ...milestoneIdeas(scoring, owner),
    ...serviceIdeas(scoring, owner),
  ];
}

function mergeIdeas(scoring: ScoreInput, owner: string): Idea[] {
  const place = { challenge: scoring.policy.challenge, owner, now: scoring.now };
  return dueReleases(scoring).flatMap((release): Idea[] => {
    const state = stateOf(scoring, release);
    if (!release.delivered || state === 'there') return [];
    const does = state === 'altered' ? `restore the file of ${release.name}` : `merge ${release.name}`;
    const by = mergeBy(release, scoring.policy);
    const until = by > scoring.now && latenessCosts(scoring.policy) ? { by } : {};
    return [{ text: does, ...until, evidence: [imagineMerge(place, release)] }];
  });
}

/** A green run with what is there, and one with everything that was sent. */
function runIdeas(scoring: ScoreInput, owner: string): Idea[] {
  const place = { challenge: scoring.policy.challenge, owner, now: scoring.now };
  const delivered = dueReleases(scoring).filter((dueRelease) => dueRelease.delivered);
  const there = delivered.filter((dueRelease) => stateOf(scoring, dueRelease) === 'there');
  const waiting = delivered.filter((dueRelease) => !there.includes(dueRelease));
  const name = (all: readonly { name: string }[]): string => all.map((release) => release.name).join(', ');
  const ideas: Idea[] = [];
  if (there.length > 0)
    ideas.push({
      text: `let the pipeline succeed at a commit with ${name(there)}`,
      evidence: [imagineRun(scoring, place, there)],
    });
  if (waiting.length > 0)
    ideas.push({
      text: `get ${name(waiting)} into the default branch as sent, and let the pipeline succeed there`,
      evidence: [
        ...waiting.map((dueRelease) => imagineMerge(place, dueRelease)),
        imagineRun(scoring, place, delivered),
      ],
    });
  return ideas;
}

function milestoneIdeas(scoring: ScoreInput, owner: string): Idea[] {
  const place = { challenge: scoring.policy.challenge, owner, now: scoring.now };
  return imagineMilestone(scoring, place).map(({ step, evidence }) => ({ text: step, evidence: [evidence] }));
}

/** At once where nothing was seen yet; otherwise by what the window would have seen at its end. */
function serviceIdeas(scoring: ScoreInput, owner: string): Idea[] {
  const { policy, now } = scoring;
  if (!policy.criteria.endpoint) return [];
  const place = { challenge: policy.challenge, owner, now };
  const { does, first, all, until } = imagineProbes(scoring, place);
  if (does === undefined) return [];
  if (all === undefined) return [{ text: does, evidence: [first] }];
  const end = sayWallTime(until, policy.timezone);
  return [{ text: `${does}, and keep it answering until ${end}`, at: until, evidence: all }];
}
