// The laws of grading: in whatever order things arrive, and whenever it is graded again, the same grades and the same late marks.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CutEvidence, Evidence } from '../../../src/domain/evidence/evidence.ts';
import { decideGrades, type GradeAct } from '../../../src/domain/grade/grade-act.ts';
import { buildGradebook, scoreInputs, type GradebookInput } from '../../../src/domain/grade/gradebook.ts';
import { settleLateness, type Extension, type Received } from '../../../src/domain/evidence/late.ts';
import { answer, after, data, DAY, HOUR, milestone, policy, probe, run, shipment } from './inputs.ts';

const challenges = ['weather', 'avocado'];
const owners = ['ada', 'bob'];
const policies = challenges.map((challenge) => ({
  ...policy,
  challenge,
  late: { tokens: 3, daysPerToken: 1, thenPerDay: 0.15 },
}));
const shipments = challenges.flatMap((challenge) =>
  owners.flatMap((owner) =>
    [1, 2, 3].map((week) => ({ ...shipment(week, { owner, id: `${challenge}/${owner}/${week}` }), challenge })),
  ),
);

/** Often at the very same moment as something else: then the order of arrival must not decide either. */
const at = fc.oneof(
  fc.integer({ min: 0, max: 30 * DAY }),
  fc.constantFrom(3, 10, 17).map((days) => days * DAY),
);
const week = fc.integer({ min: 1, max: 3 });
const cut = (t: number): CutEvidence => ({
  ...milestone('x', 0, 1, t),
  kind: 'cut',
  id: `cut-${t}`,
  at: policy.ends,
  commit: 'abc1234def5678',
});
const seen: fc.Arbitrary<Evidence> = fc
  .tuple(
    fc.oneof(
      fc
        .tuple(week, fc.constantFrom('merged' as const, 'altered' as const, 'closed' as const), at)
        .map(([w, event, t]) => data(w, event, t)),
      fc
        .tuple(fc.subarray([1, 2, 3]), at, fc.constantFrom('success' as const, 'failure' as const))
        .map(([weeks, t, conclusion]) => run(weeks, t, { conclusion })),
      fc
        .tuple(fc.constantFrom('a', 'b'), at, fc.integer({ min: 0, max: 10 }))
        .map(([name, t, matches]) => answer(name, t, { verdict: 'partial_correct', matches })),
      fc.tuple(at, fc.boolean()).map(([t, ok]) => probe(t, { ok })),
      fc
        .tuple(fc.constantFrom('x', 'y'), fc.integer({ min: 0, max: 3 }), at)
        .map(([name, done, t]) => milestone(name, done, 3, t)),
      at.map(cut),
    ),
    fc.constantFrom(...challenges),
    fc.constantFrom(...owners),
  )
  .map(([one, challenge, owner]) => {
    const id = `${challenge}/${owner}/${one.id}`;
    return one.kind === 'data'
      ? { ...one, id, challenge, owner, shipment: `${challenge}/${owner}/${one.shipment.slice(-1)}` }
      : { ...one, id, challenge, owner };
  });
const decided: fc.Arbitrary<GradeAct> = fc.oneof(
  fc
    .tuple(
      fc.nat(9999),
      at,
      fc.constantFrom(...owners),
      fc.constantFrom(undefined, ...challenges),
      fc.constantFrom(undefined, 'release-1', 'release-2'),
      fc.integer({ min: 0, max: 5 }),
    )
    .map(([id, t, owner, challenge, item, days]): GradeAct => ({
      id: `comment/${id}`,
      at: after(t),
      kind: 'extension',
      ...(challenge === undefined ? {} : { challenge }),
      extension: { owner, ...(item === undefined ? {} : { item }), by: days * DAY, reason: 'ill', grantedBy: 'grace' },
    })),
  fc
    .tuple(
      fc.nat(9999),
      at,
      fc.constantFrom(...owners),
      fc.constantFrom(...challenges),
      fc.constantFrom(undefined, 'data' as const, 'pipeline' as const),
      fc.constantFrom(null, 0, 7, 12),
    )
    .map(([id, t, owner, challenge, criterion, points]): GradeAct => ({
      id: `command/${id}`,
      at: after(t),
      kind: 'override',
      override: {
        owner,
        challenge,
        ...(criterion === undefined ? {} : { criterion }),
        points,
        reason: 'seen',
        by: 'grace',
      },
    })),
);
const uniqueActs = fc.uniqueArray(decided, { maxLength: 8, selector: ({ id }) => id });

function grade(evidence: readonly Evidence[], acts: readonly GradeAct[], now: Date) {
  return buildGradebook(toInput(evidence, acts, now));
}

function toInput(evidence: readonly Evidence[], acts: readonly GradeAct[], now: Date): GradebookInput {
  const { extensions, overrides } = decideGrades(acts, challenges, now);
  const people = owners.map((slug) => ({ slug, kind: 'student' as const, name: slug, members: [{ login: slug }] }));
  return { policies, owners: people, shipments, evidence, extensions, overrides, now };
}

function shuffle<T>(list: readonly T[], random: Iterator<number>): T[] {
  const shuffled = [...list];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = random.next().value % (i + 1);
    [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
  }
  return shuffled;
}

const log = fc.array(seen, { maxLength: 80, size: 'max' });

test('pushes, reports, probes, answers, cuts, extensions and overrides in any order, some of them twice: the same gradebook', () => {
  fc.assert(
    fc.property(log, uniqueActs, at, fc.infiniteStream(fc.nat()), (events, acts, now, random) => {
      const again = shuffle([...events, ...events.slice(0, 9)], random);
      expect(grade(again, shuffle(acts, random), after(now))).toEqual(grade(events, acts, after(now)));
    }),
    { numRuns: 300 },
  );
});

test('grading again later, with whatever came in between, moves no late mark of what had been received', () => {
  const marks = (input: GradebookInput): Map<string, unknown> =>
    new Map(
      [...scoreInputs(input)].flatMap(({ owner, scoring }) =>
        [...scoring.lateness!].map(([release, { deadline, late, tokens, lost }]) => [
          `${scoring.policy.challenge}/${owner.slug}/${release}`,
          { deadline, late, tokens, lost },
        ]),
      ),
    );
  fc.assert(
    fc.property(log, uniqueActs, at, fc.nat(60 * DAY), (events, acts, now, more) => {
      const early = acts.filter((act) => act.at <= after(now));
      const before = marks(toInput(events, early, after(now)));
      const later = marks(toInput(events, early, after(now + more)));
      for (const [item, mark] of before) expect(later.get(item), item).toEqual(mark);
    }),
  );
});

describe('an extension', () => {
  const items: fc.Arbitrary<Received[]> = fc.uniqueArray(
    fc
      .tuple(fc.nat(20), at, at)
      .map(([id, due, received]) => ({ id: `item-${id}`, deadline: after(due), receivedAt: after(received) })),
    { maxLength: 10, selector: ({ id }) => id },
  );
  const late = { tokens: 3, daysPerToken: 1, thenPerDay: 0.15 };

  test('moves the mark of its own item only, and costs nobody anything', () => {
    fc.assert(
      fc.property(items, fc.nat(20), fc.integer({ min: 1, max: 200 }), (list, which, hours) => {
        const extension: Extension = {
          owner: 'ada',
          item: `item-${which}`,
          by: hours * HOUR,
          reason: 'ill',
          grantedBy: 'grace',
        };
        const before = settleLateness(list, late, 'UTC');
        const with_ = settleLateness(list, late, 'UTC', [extension]);
        for (const [id, mark] of before) {
          const now = with_.get(id)!;
          if (id === extension.item) expect(now.late).toBeLessThanOrEqual(mark.late);
          else expect([now.deadline, now.late]).toEqual([mark.deadline, mark.late]);
        }
        const lost = (marks: typeof before): number => [...marks.values()].reduce((sum, mark) => sum + mark.lost, 0);
        expect(lost(with_)).toBeLessThanOrEqual(lost(before) + 1e-9);
      }),
    );
  });
});
