// A term as a file: it names nobody, plays to the same grades, and whatever was done to it is found and named.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Evidence } from '../../../src/domain/evidence/evidence.ts';
import { buildGradebook, type GradebookInput } from '../../../src/domain/grade/gradebook.ts';
import { termLine, termVersion, type TermLine } from '../../../src/domain/term/line.ts';
import { TermWriter } from '../../../src/domain/term/seal.ts';
import { tryRules } from '../../../src/domain/term/try-rules.ts';
import { exported, play, sealedAnew } from './write-term.ts';
import { after, answer, data, DAY, HOUR, milestone, policy, probe, run, shipment } from '../score/inputs.ts';

const owner = (slug: string, name: string) => ({
  slug,
  kind: 'student' as const,
  name,
  members: [{ login: slug, name }],
});
const of = (slug: string, evidence: Evidence): Evidence => ({
  ...evidence,
  id: `${evidence.id}/${slug}`,
  owner: slug,
  repository: `org/weather-${slug}`,
});
const digest = '3f2a1b0c'.padEnd(64, '7');
const classes = [
  ['string:ada lovelace was here', 1, 2, 1],
  ['string:rain', 3, 3, 4],
] as const;

/** Two students, with text of their own wherever there may be text. */
const given: GradebookInput = {
  policies: [
    {
      ...policy,
      endpoint: {
        every: 300_000,
        wait: 800,
        availability: { pass: 0.7, full: 0.99 },
        window: 7 * DAY,
        maintenance: [{ from: after(DAY), to: after(DAY + HOUR), reason: 'grace moves the rack' }],
      },
    },
  ],
  owners: [owner('ada', 'Ada Lovelace'), owner('bob', 'Bob Cratchit')],
  pass: 0.5,
  shipments: ['ada', 'bob'].flatMap((slug) =>
    [1, 2].map((week) => ({
      ...shipment(week, { id: `${week}-${slug}`, owner: slug, dispatchedAt: after((week - 1) * 7 * DAY) }),
      challenge: 'weather',
    })),
  ),
  evidence: [
    ...[
      data(1, 'merged', HOUR),
      run([1], 2 * HOUR, {
        modelDigest: digest,
        modelVersion: 'ada 1.0',
        commit: 'abcdef1234'.repeat(4),
        runId: 99_887_766,
        checkRunUrl: 'https://github.com/org/weather-ada/runs/1',
        unattested: 'ada has no token',
      }),
      run([2], 8 * DAY, { conclusion: 'failure', rejected: { code: 'forged', reason: 'ada wrote it' } }),
      answer('ada-request', 3 * HOUR, {
        verdict: 'partial_correct',
        matches: 7,
        measured: { metric: 'accuracy', of: 'classes', asked: 5, rows: 5, classes },
        quality: { metric: 'accuracy', value: 0.8, rows: 5 },
      }),
      probe(8 * DAY, { modelVersion: `ada-v1+${digest.slice(0, 9)}`, apiVersion: 'ada 2' }),
      milestone('quality', 1, 2, HOUR),
    ].map((one) => of('ada', one)),
    of('bob', run([1], 5 * DAY)),
  ],
  extensions: [{ owner: 'bob', item: 'release-1', by: DAY, reason: 'bob was ill', grantedBy: 'grace' }],
  overrides: [
    {
      id: 'comment/77',
      owner: 'bob',
      challenge: 'weather',
      criterion: 'hygiene',
      points: 4,
      reason: 'shown by bob',
      by: 'grace',
      at: after(8 * DAY),
    },
  ],
  now: after(9 * DAY),
};
const people = [
  'ada',
  'Ada Lovelace',
  'lovelace',
  'bob',
  'Bob Cratchit',
  'cratchit',
  'grace',
  'org/',
  digest.slice(0, 9),
  'abcdef1234',
  '99887766',
  'comment/77',
  ' ill',
  'withheld reason',
];

const lines = exported(given, people);

test('it plays to the same scores and the same gradebook', () => {
  const { replay, problem } = play(lines);
  expect([problem, replay.difference]).toEqual([undefined, undefined]);
  expect([replay.scores, replay.grades]).toEqual([2, 2]);
  const points = (rows: ReturnType<typeof buildGradebook>['rows']) =>
    rows.map(({ total, of: due, worth, passes, criteria }) => [
      total,
      due,
      worth,
      passes,
      Object.entries(criteria).map(([name, criterion]) => [name, criterion.points, criterion.of]),
    ]);
  const sorted = replay.gradebook().rows.toSorted((a, b) => b.of - a.of || b.total - a.total);
  expect(points(sorted)).toEqual(
    points(buildGradebook(given).rows.toSorted((a, b) => b.of - a.of || b.total - a.total)),
  );
  expect(sorted.map(({ total }) => total)).not.toContain(0);
});

test('a service that two owners registered counts for nobody in the replay either', () => {
  const contested = [1, 2].map((hour) => of('bob', probe(8 * DAY + hour * HOUR, { identity: 'contested' })));
  const input = { ...given, evidence: [...given.evidence, ...contested] };
  expect(buildGradebook(input).rows.find(({ owner: slug }) => slug === 'bob')!.criteria.endpoint).toMatchObject({
    points: 0,
  });
  const { replay, problem } = play(exported(input, people));
  expect([problem, replay.difference]).toEqual([undefined, undefined]);
});

test('it names nobody, and repeats nobody’s text', () => {
  const text = lines.join('\n').toLowerCase();
  for (const person of people) expect(text, person).not.toContain(person.toLowerCase());
  // What rules are found by stays.
  expect(text).toContain('"challenge":"weather"');
  expect(text).toContain('"release":"release-1"');
});

test('a challenge that is called after somebody is not kept', () => {
  const named = {
    ...given,
    policies: [{ ...policy, challenge: 'lovelace-cup' }],
    shipments: [],
    evidence: [],
    overrides: [],
    extensions: [],
  };
  expect(exported(named, people).join('\n')).not.toContain('lovelace');
  expect(play(exported(named, people)).replay.difference).toBeUndefined();
});

test('altered evidence is named: which, whose, and what it counts for', () => {
  const at = lines.findIndex((line) => line.includes('"conclusion":"success"'));
  const altered = lines.with(at, lines[at]!.replace('"success"', '"failure"'));
  const { problem } = play(altered);
  const { evidence } = termLine.parse(JSON.parse(lines[at]!)) as Extract<TermLine, { kind: 'evidence' }>;
  expect(problem).toMatchObject({ line: at + 1, code: 'term-altered' });
  expect(problem!.message).toContain(
    `${evidence.id} (run, for pipeline, freshness) of ${evidence.owner} in weather was altered`,
  );
});

test('evidence that was altered and sealed anew shows in the first score that hangs on it', () => {
  let altered: string | undefined;
  const forged = sealedAnew(lines, (line) => {
    if (line.kind !== 'evidence' || line.evidence.kind !== 'run' || line.evidence.conclusion !== 'failure' || altered)
      return line;
    altered = line.evidence.id;
    const { rejected: _, ...rest } = line.evidence;
    return { ...line, evidence: { ...rest, conclusion: 'success' } };
  });
  const { replay, problem } = play(forged);
  expect(problem).toBeUndefined();
  expect(replay.difference).toMatchObject({
    challenge: 'weather',
    criterion: 'pipeline',
    recorded: [10, 20, 20],
    replayed: [20, 20, 20],
  });
  expect(replay.difference!.evidence!.id).toBe(altered);
});

describe('what is not understood is refused', () => {
  const head = (change: object): string[] => lines.with(0, JSON.stringify({ ...JSON.parse(lines[0]!), ...change }));
  test.each([
    ['nothing at all', [], 'term-format'],
    ['another file', ['login,name', 'ada,Ada'], 'term-format'],
    ['another JSON', ['{"kind":"pipeline"}'], 'term-format'],
    ['a newer format', head({ version: termVersion + 1 }), 'term-newer'],
    ['a format of no number', head({ version: 'one' }), 'term-format'],
    ['an end that is missing', lines.slice(0, -1), 'term-cut-off'],
    ['half a line', [...lines.slice(0, 5), lines[5]!.slice(0, 40)], 'term-cut-off'],
    ['a line too few', lines.toSpliced(4, 1), 'term-altered'],
    ['lines that changed places', lines.with(5, lines[6]!).with(6, lines[5]!), 'term-altered'],
    ['something after the end', [...lines, lines[3]!], 'term-altered'],
    ['a number beyond all bounds', lines.with(4, lines[4]!.replace(/"points":\d+/, '"points":1e400')), 'term-altered'],
    ['objects in objects without end', lines.with(4, `{"a":`.repeat(5000) + '1' + '}'.repeat(5000)), 'term-altered'],
    ['two terms in one', [...lines, ...lines], 'term-altered'],
  ])('%s', (_, text, code) => {
    expect(play(text).problem).toMatchObject({ code, level: 'error' });
  });

  test('a byte order mark before it is none of it', () => {
    expect(play(lines.with(0, `\uFEFF${lines[0]}`)).problem).toBeUndefined();
  });

  test('a kind of line that is not known, and a key', () => {
    const writer = new TermWriter();
    const first = JSON.parse(lines[0]!);
    delete first.seal;
    expect(play([writer.line(first), writer.line({ kind: 'dream' } as never), writer.end()]).problem).toMatchObject({
      code: 'term-unknown',
      line: 2,
    });
    const another = new TermWriter();
    expect(play([another.line({ ...first, mood: 1 }), another.end()]).problem).toMatchObject({
      code: 'term-unknown',
      line: 1,
    });
  });
});

test('any one character that is changed is found', () => {
  const text = `${lines.join('\n')}\n`;
  fc.assert(
    fc.property(fc.nat(text.length - 2), fc.constantFrom('0', '1', 'a', 'z', '"', '}', ' '), (place, by) => {
      fc.pre(text[place] !== by && text[place] !== '\n' && text[place] !== ' ');
      const changed = text.slice(0, place) + by + text.slice(place + 1);
      expect(play(changed.trimEnd().split('\n')).problem, changed.slice(place - 20, place + 20)).toBeDefined();
    }),
    { numRuns: 300 },
  );
});

test('whatever was seen, a term plays to the grades it was exported with', () => {
  const hours = fc.integer({ min: 0, max: 20 * 24 }).map((hour) => hour * HOUR);
  const arbitrary = fc.oneof(
    fc
      .tuple(
        fc.integer({ min: 1, max: 3 }),
        fc.constantFrom('merged' as const, 'altered' as const, 'closed' as const),
        hours,
      )
      .map((all) => data(...all)),
    fc
      .tuple(fc.subarray([1, 2, 3]), hours, fc.constantFrom('success' as const, 'failure' as const))
      .map(([weeks, at, conclusion]) => run(weeks, at, { conclusion })),
    fc
      .tuple(
        fc.constantFrom('a', 'b'),
        hours,
        fc.constantFrom('correct' as const, 'incorrect' as const, 'pending' as const),
      )
      .map(([id, at, verdict]) => answer(id, at, { verdict })),
    fc.tuple(hours, fc.boolean()).map(([at, ok]) => probe(at, { ok, code: ok ? 'ok' : 'timeout' })),
    fc
      .tuple(fc.constantFrom('quality', 'inception'), fc.integer({ min: 0, max: 4 }), hours)
      .map(([name, done, at]) => milestone(name, done, 4, at)),
  );
  fc.assert(
    fc.property(fc.array(arbitrary, { maxLength: 30 }), hours, (evidence, now) => {
      const unique = [...new Map(evidence.map((piece) => [piece.id, of('ada', piece)])).values()];
      const { replay, problem } = play(
        exported({ ...given, evidence: unique, overrides: [], now: after(now) }, people),
      );
      expect([problem, replay.difference]).toEqual([undefined, undefined]);
    }),
    { numRuns: 60 },
  );
});

describe('other rules on the term', () => {
  const course = { timezone: 'UTC', late: policy.late, grades: { pass: 0.5, release: 'auto' as const } };
  const rules = (change: object) => {
    const { criteria: score, challenge: name, ...rest } = given.policies[0]!;
    // Of the year after.
    const releases = policy.releases.map(({ name: release, due }) => ({
      name: release,
      due: new Date(due.getTime() + 365 * DAY),
    }));
    return { ...rest, name, score, releases, ends: new Date(policy.ends.getTime() + 365 * DAY), ...change } as never;
  };
  const { replay } = play(lines);

  test('the same rules with next year’s dates change nobody', () => {
    expect(tryRules(replay, course, [rules({})])).toMatchObject({ unknown: [], whatIf: { changed: 0 } });
  });

  test('others change whom they change', () => {
    const score = { ...given.policies[0]!.criteria, freshness: { points: 60, trust: 'claimed' } };
    const { whatIf, unknown } = tryRules(replay, course, [rules({ score })]);
    expect(unknown).toEqual([]);
    expect(whatIf.changed).toBe(2);
  });

  test('what the term did not see is not known, instead of no points', () => {
    const tried = tryRules(replay, course, [
      rules({ quality: { metric: 'f1', pass: 0.5, full: 0.9 } }),
      rules({ name: 'snow' }),
    ]);
    expect(tried.unknown).toEqual([
      'weather, quality: the term measured accuracy, not f1.',
      'snow: the term had no challenge of this name.',
    ]);
    expect(tried.whatIf.changed).toBe(0);
  });
});
