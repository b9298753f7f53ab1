// What the ledger says of people, as a line of a term that names none of them.
import type { ScorePolicy } from '../evidence/policy.ts';
import type { Gradebook, Override } from '../grade/gradebook.ts';
import type { LedgerBody } from '../ledger/ledger.ts';
import type { Score } from '../score/score.ts';
import type { Scored, Unsealed } from './line.ts';
import { redactEvidence, some, type LineOf } from './redact-evidence.ts';
import type { Known, Pseudonyms } from './pseudonyms.ts';

/** Undefined for what is about nothing but the ledger. */
export function redactBody(body: LedgerBody, at: Date, names: Pseudonyms): Unsealed | undefined {
  switch (body.kind) {
    case 'observation':
      return { kind: 'evidence', at, evidence: redactEvidence(body.evidence, names) };
    case 'calculation': {
      const { challenge, owner, asOf, score } = body;
      // As of when it was computed, which a replay must know: the entry may have waited.
      return { kind: 'score', at: asOf, ...scoredOf(challenge, owner, score, names) };
    }
    case 'override':
      return redactOverride(body.override, names);
    case 'forgetting':
      return undefined;
    case 'fact':
      return redactFact(body, at, names);
  }
}

function redactFact(body: Extract<LedgerBody, { kind: 'fact' }>, at: Date, names: Pseudonyms): Unsealed {
  if (body.fact === 'challenges') {
    const challenges = body.names.map((name) => names.word('challenge', name));
    return { kind: 'in-force', at, challenges, rules: body.rules };
  }
  if (body.fact === 'policy') return { kind: 'policy', at, policy: redactPolicy(body.policy, names) };
  const challenge = names.word('challenge', body.challenge);
  if (body.fact === 'extension') {
    const { owner, item, by } = body.extension;
    const about = item === undefined ? {} : { item: names.word('release', item) };
    return { kind: 'extension', at, challenge, student: names.student(owner), ...about, by };
  }
  const { id, release, owner, due, state, dispatchedAt, carrier } = body.shipment;
  const shipment = {
    id: names.token('shipment', id),
    release: names.word('release', release),
    owner: names.student(owner),
    due,
    state,
    ...some({ dispatchedAt, carrier }),
  };
  return { kind: 'shipment', at, challenge, shipment };
}

export function redactPolicy(policy: ScorePolicy, names: Pseudonyms): LineOf<'policy'>['policy'] {
  const { challenge, timezone, ends, releases, criteria, freshness, endpoint, quality, rubric, late } = policy;
  const maintenance = endpoint?.maintenance.map(({ from, to }) => ({ from, to })) ?? [];
  return {
    challenge: names.word('challenge', challenge),
    timezone,
    ends,
    releases: releases.map(({ name, due }) => ({ name: names.word('release', name), due })),
    criteria,
    freshness,
    ...(endpoint ? { endpoint: { ...endpoint, maintenance } } : {}),
    ...(quality ? { quality: quality as NonNullable<LineOf<'policy'>['policy']['quality']> } : {}),
    ...(rubric ? { rubric: rubric.map(({ name, levels }) => ({ name: names.word('rubric', name), levels })) } : {}),
    late,
  };
}

function redactOverride({ id, owner, challenge, criterion, points, at }: Override, names: Pseudonyms): Unsealed {
  const about = { student: names.student(owner), challenge: names.word('challenge', challenge) };
  return { kind: 'override', at, id: names.ranked('decision', id), ...about, ...some({ criterion }), points };
}

export function scoredOf(
  challenge: string,
  owner: string,
  score: Pick<Score, 'total' | 'of' | 'worth' | 'criteria'>,
  names: Pseudonyms,
): Scored {
  const points = Object.entries(score.criteria).map(([name, criterionScore]) => [
    name,
    [criterionScore.points, criterionScore.of, criterionScore.worth],
  ]);
  const { total, of, worth } = score;
  const criteria = Object.fromEntries(points) as Scored['criteria'];
  return { challenge: names.word('challenge', challenge), student: names.student(owner), total, of, worth, criteria };
}

export function* gradesOf(book: Gradebook, names: Pseudonyms): Generator<Unsealed> {
  for (const { challenge, owner, passes, ...row } of book.rows)
    yield { kind: 'grade', ...scoredOf(challenge, owner, row, names), ...some({ passes }) };
}

/** Takes down what pseudonyms must know before the first of them is given. */
export function noteBody(
  body: LedgerBody,
  known: Record<Exclude<keyof Known, 'secret' | 'people'>, Set<string>>,
): void {
  if (body.kind === 'override') {
    known.ordered.add(body.override.id);
    known.students.add(body.override.owner);
  } else if (body.kind === 'calculation') known.students.add(body.owner);
  else if (body.kind === 'observation') {
    const { evidence } = body;
    known.ordered.add(evidence.id);
    known.students.add(evidence.owner);
    if (evidence.kind === 'run' && evidence.modelDigest) known.digests.add(evidence.modelDigest);
    const measured = 'measured' in evidence ? evidence.measured : undefined;
    if (measured?.of === 'classes') for (const [name] of measured.classes) known.ordered.add(name);
  } else if (body.kind === 'fact') {
    if (body.fact === 'shipment') known.students.add(body.shipment.owner);
    if (body.fact === 'extension') known.students.add(body.extension.owner);
    if (body.fact === 'policy') {
      known.words.add(body.policy.challenge);
      for (const { name } of body.policy.releases) known.words.add(name);
    }
  }
}
