// The gradebook: for every owner and challenge the score, with a reason behind every point and any override beside it.
import { criteria } from '../challenge/challenge.ts';
import type { Criterion } from '../challenge/challenge.ts';
import type { Member, Owner } from '../course/course.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { Extension } from '../evidence/late.ts';
import { round } from '../evidence/criterion.ts';
import type { CriterionScore, ScoredShipment, ScoreInput } from '../evidence/criterion.ts';
import type { ScorePolicy } from '../evidence/policy.ts';
import { settleContested } from '../endpoint/service-identity.ts';
import { reaches } from './pass-line.ts';
import { score } from '../score/score.ts';
import { settleTogether } from '../score/settle-together.ts';

/** A grade set by a person. Without a criterion it replaces the total, without points it takes an earlier one back. What was computed stays beside it. */
export type Override = {
  /** Of the decision. */
  id: string;
  owner: string;
  challenge: string;
  criterion?: Criterion;
  points: number | null;
  reason: string;
  by: string;
  at: Date;
};

type GradedCriterion = CriterionScore & { reason: string; computed?: number };

/** One owner in one challenge. `computed` is the total without an override, present only where there is one. */
export type GradebookRow = {
  owner: string;
  name: string;
  members: Member[];
  challenge: string;
  total: number;
  of: number;
  worth: number;
  criteria: Partial<Record<Criterion, GradedCriterion>>;
  computed?: number;
  /** Whether the points are enough to pass, where the course says how many are; absent while nothing is due. */
  passes?: boolean;
  overrides: Override[];
  /** Everything counts: the challenge is over for this owner, and nothing waits to be judged. */
  final?: true;
  /** What was graded, once the challenge is over. */
  deadline?: string;
};

export type Gradebook = { at: Date; challenges: { name: string; worth: number }[]; rows: GradebookRow[] };

export type GradebookInput = {
  policies: readonly ScorePolicy[];
  owners: readonly Owner[];
  shipments: readonly (ScoredShipment & { challenge: string })[];
  evidence: readonly Evidence[];
  extensions?: readonly (Extension & { challenge?: string })[];
  overrides?: readonly Override[];
  /** Share of the points that passes. */
  pass?: number;
  now: Date;
};

/** What is to be scored: every owner in every challenge, in the order in which both are given. */
export function* scoreInputs(input: GradebookInput): Generator<{ owner: Owner; scoring: ScoreInput }> {
  const key = (place: { challenge: string; owner: string }): string => JSON.stringify([place.challenge, place.owner]);
  const evidence = Map.groupBy(input.evidence, key);
  const shipments = Map.groupBy(input.shipments, key);
  const extensions = Map.groupBy(input.extensions ?? [], ({ owner }) => owner);
  const inputOf = (policy: ScorePolicy, owner: string): ScoreInput => {
    const place = key({ challenge: policy.challenge, owner });
    const mine = (extensions.get(owner) ?? []).filter(
      (extension) => (extension.challenge ?? policy.challenge) === policy.challenge,
    );
    const seen = {
      evidence: settleContested(evidence.get(place) ?? [], input.now),
      shipments: shipments.get(place) ?? [],
    };
    return { policy, now: input.now, ...seen, extensions: mine };
  };
  const settled = input.owners.map(({ slug }) => settleTogether(input.policies.map((policy) => inputOf(policy, slug))));
  for (const index of input.policies.keys()) {
    for (const [place, owner] of input.owners.entries()) yield { owner, scoring: settled[place]![index]! };
  }
}

/** The gradebook as of `now`. */
export function buildGradebook(input: GradebookInput): Gradebook {
  const rows: GradebookRow[] = [];
  for (const { owner, scoring } of scoreInputs(input)) {
    const scored = score(scoring);
    const { slug, name, members } = owner;
    const row = { owner: slug, name, members, challenge: scoring.policy.challenge, ...scored, overrides: [] };
    const graded = { ...row, criteria: withReason(scored.criteria) };
    rows.push(markPass(applyOverrides(graded, input.overrides ?? [], input.now), input.pass));
  }
  const challenges = input.policies.map((policy) => ({ name: policy.challenge, worth: worthOf(policy) }));
  return { at: input.now, challenges, rows };
}

/** Merges gradebooks of disjoint owners under the same policies; in the order in which they are given. */
export function joinGradebooks(books: readonly Gradebook[]): Gradebook {
  const rows = Map.groupBy(
    books.flatMap((book) => book.rows),
    ({ challenge }) => challenge,
  );
  const { at, challenges } = books[0]!;
  return { at, challenges, rows: challenges.flatMap(({ name }) => rows.get(name) ?? []) };
}

function markPass(row: GradebookRow, pass: number | undefined): GradebookRow {
  return pass === undefined || row.of === 0 ? row : { ...row, passes: reaches(row.total, row.of, pass) };
}

/** A criterion's reasons joined, truncated to 600 characters. */
function sumUp(scored: CriterionScore): string {
  const text = scored.reasons.map((reason) => reason.text).join(' ');
  return text.length <= 600 ? text : `${text.slice(0, 600).replace(/\s+\S*$/, '')} …`;
}

function withReason(scored: Partial<Record<Criterion, CriterionScore>>): GradebookRow['criteria'] {
  const graded: GradebookRow['criteria'] = {};
  for (const criterion of criteria) {
    const criterionScore = scored[criterion];
    if (criterionScore) graded[criterion] = { ...criterionScore, reason: sumUp(criterionScore) };
  }
  return graded;
}

function worthOf({ criteria: rules }: ScorePolicy): number {
  return round(criteria.reduce((sum, criterion) => sum + (rules[criterion]?.points ?? 0), 0));
}

/** The latest override of the same thing holds; one of the total holds over those of criteria. */
function applyOverrides(row: GradebookRow, all: readonly Override[], now: Date): GradebookRow {
  const overrides = all
    .filter((override) => override.owner === row.owner && override.challenge === row.challenge && override.at <= now)
    .toSorted((a, b) => a.at.getTime() - b.at.getTime() || (a.id < b.id ? -1 : 1));
  const latest = new Map(overrides.map((override) => [override.criterion, override]));
  const graded = { ...row.criteria };
  let holds = false;
  for (const { criterion, points, reason, by } of latest.values()) {
    holds ||= points !== null;
    const known = criterion && graded[criterion];
    if (!known || points === null) continue;
    const text = `Set to ${points} by ${by}: ${reason} (computed: ${known.points}).`;
    graded[criterion] = { ...known, points, of: known.worth, computed: known.points, reason: text };
  }
  if (!holds) return { ...row, overrides };
  const list = Object.values(graded);
  const whole = latest.get(undefined)?.points ?? undefined;
  return {
    ...row,
    criteria: graded,
    overrides,
    computed: row.total,
    total: whole ?? round(list.reduce((sum, criterion) => sum + criterion.points, 0)),
    of: whole === undefined ? round(list.reduce((sum, criterion) => sum + criterion.of, 0)) : row.worth,
  };
}
