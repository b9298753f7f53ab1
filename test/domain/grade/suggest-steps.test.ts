// What a student is told to do next: what would earn most, what each step would put on record, and until when it helps.
import { describe, expect, test } from 'vitest';
import type { Evidence } from '../../../src/domain/evidence/evidence.ts';
import type { GradebookInput } from '../../../src/domain/grade/gradebook.ts';
import { suggestSteps, type OpenRequest } from '../../../src/domain/grade/suggest-steps.ts';
import { after, answer, data, DAY, HOUR, milestone, policy, probe, run, shipment } from '../score/inputs.ts';

const owner = { slug: 'ada', kind: 'student' as const, name: 'Ada', members: [{ login: 'ada' }] };
const given = (now: number, evidence: Evidence[], more: Partial<GradebookInput> = {}): GradebookInput => ({
  policies: [policy],
  owners: [owner],
  shipments: [1, 2, 3].map((week) => ({ ...shipment(week), challenge: 'weather' })),
  evidence,
  now: after(now),
  ...more,
});
const request = (id: string, due: number, more: Partial<OpenRequest> = {}): OpenRequest => ({
  id,
  name: `request ${id}`,
  challenge: 'weather',
  due: after(due),
  rows: 10,
  open: true,
  tried: false,
  ...more,
});
const short = (date: Date): string => date.toISOString().slice(0, 19);
const about = (evidence: Evidence): string => `${evidence.kind} ${evidence.id} ${evidence.trust} ${short(evidence.at)}`;
/** The steps as lines; of many pieces of evidence the number. */
const told = (book: GradebookInput, requests: OpenRequest[] = [], most = 9): string[] =>
  suggestSteps(book, requests, most).map(({ gain, text, by, at, evidence, otherwise }) =>
    [
      `+${gain} ${text}`,
      by && `by ${short(by)}`,
      `at ${short(at)}`,
      evidence.length > 3
        ? `${evidence.length} probes from ${about(evidence[0]!)} to ${about(evidence.at(-1)!)}`
        : evidence.map(about).join(' and '),
      otherwise && `otherwise ${otherwise.map(about).join() || 'nothing'}`,
    ]
      .filter(Boolean)
      .join(' | '),
  );

const late = (tokens: number, thenPerDay: number) => [{ ...policy, late: { tokens, daysPerToken: 1, thenPerDay } }];
const down = probe(7 * DAY, { ok: false, code: 'timeout' });
test.each<[string, GradebookInput, OpenRequest[]?]>([
  ['before anything is due', given(-HOUR, [])],
  ['at first: merge, run, register', given(HOUR, [])],
  ['what was merged needs a run, what was not a merge first', given(8 * DAY, [data(1, 'merged', HOUR)])],
  [
    'what was altered is to be restored',
    given(8 * DAY, [data(1, 'merged', HOUR), data(1, 'altered', 2 * HOUR), data(2, 'shipped', 7 * DAY)]),
  ],
  ['where lateness costs nothing, no time is told', given(HOUR, [], { policies: late(0, 0) })],
  [
    'what is late already has no time',
    given(10 * DAY, [data(2, 'merged', 7 * DAY)], {
      shipments: [1, 2].map((week) => ({ ...shipment(week), challenge: 'weather' })),
    }),
  ],
  [
    'not delivered, nothing to merge',
    given(HOUR, [], { shipments: [{ ...shipment(1, { state: 'failed' }), challenge: 'weather' }] }),
  ],
  ['a green run takes its idea away', given(HOUR, [data(1, 'merged', 0), run([1], HOUR)])],
  [
    'a run is believed as the last that was not rejected',
    given(2 * HOUR, [
      data(1, 'merged', 0),
      run([1], 0, { conclusion: 'failure' }),
      run([1], HOUR, { rejected: { code: 'x', reason: 'no' }, trust: 'measured' }),
    ]),
  ],
  [
    'the next step of each milestone, one at a time',
    given(-HOUR, [
      milestone('tests', 0, 2, -2 * HOUR),
      milestone('ci', 2, 2, -2 * HOUR),
      { ...milestone('docs', 1, 2, -2 * HOUR), missing: [] },
    ]),
  ],
  [
    'the latest state of a milestone',
    given(-HOUR, [
      milestone('tests', 0, 2, -3 * HOUR),
      { ...milestone('tests', 1, 2, -2 * HOUR), missing: ['One test more.', 'And another.'] },
    ]),
  ],
  ['a service that answers', given(-HOUR, [probe(-2 * HOUR)])],
  ['a service that does not answer any more', given(7 * DAY + HOUR, [probe(6 * DAY), down], { shipments: [] })],
  [
    'a service that is not registered any more',
    given(7 * DAY + HOUR, [probe(7 * DAY, { ok: false, code: 'no-endpoint' })], { shipments: [] }),
  ],
  [
    'an outage of ours says nothing',
    given(7 * DAY + HOUR, [probe(6 * DAY), probe(7 * DAY, { ok: false, code: 'network', cause: 'ours' })], {
      shipments: [],
    }),
  ],
  [
    'a challenge without a service',
    given(HOUR, [], { policies: [{ ...policy, criteria: { data: policy.criteria.data! } }] }),
  ],
  ['close to the end', given(20.9 * DAY, [down], { shipments: [] })],
  [
    'after the end',
    given(22 * DAY, [data(1, 'merged', HOUR), data(2, 'shipped', 7 * DAY), milestone('tests', 0, 2), down]),
    [request('a', 23 * DAY)],
  ],
  [
    'two challenges',
    given(HOUR, [{ ...data(1, 'merged', 0), challenge: 'prices' }], {
      policies: [policy, { ...policy, challenge: 'prices' }],
      shipments: ['weather', 'prices'].map((challenge) => ({ ...shipment(1), challenge })),
    }),
  ],
])('%s', (_, book, requests) => expect(told(book, requests)).toMatchSnapshot());

describe('requests', () => {
  const book = given(HOUR, [answer('a', 0, { verdict: 'pending' })], { shipments: [] });
  test('an answer is worth what silence would cost, at the deadline', () => {
    const requests = [
      request('a', 2 * HOUR),
      request('b', HOUR),
      request('c', HOUR - 1),
      request('d', 2 * HOUR, { open: false }),
      request('e', 2 * HOUR, { challenge: 'prices' }),
      request('f', 2 * HOUR, { tried: true }),
    ];
    expect(told(book, requests)).toMatchSnapshot();
  });
  test('what it would put on record', () => {
    const [step] = suggestSteps(book, [request('a', 2 * HOUR)]).filter(({ text }) => text === 'answer request a');
    const place = {
      challenge: 'weather',
      owner: 'ada',
      repository: '',
      trust: 'measured',
      kind: 'answer',
      request: 'a',
    };
    expect(step).toStrictEqual({
      gain: 15,
      text: 'answer request a',
      by: after(2 * HOUR),
      at: after(2 * HOUR + 1),
      evidence: [
        {
          ...place,
          id: '~imagined/answer/a',
          at: after(HOUR),
          verdict: 'correct',
          matches: 10,
          expected: 10,
          extra: 0,
          attempt: 1,
        },
      ],
      otherwise: [
        {
          ...place,
          id: '~imagined/silence/a',
          at: after(2 * HOUR),
          verdict: 'deadline_exceeded',
          matches: 0,
          expected: 10,
          extra: 0,
          attempt: 0,
        },
      ],
    });
  });
});

test('the largest gain first, those of the same gain by their words, and five at most', () => {
  const names = Array.from({ length: 7 }, (_, at) => `m${at}`);
  const steps = given(
    -HOUR,
    names.map((name, at) => milestone(name, 0, at < 2 ? 1 : 2, -2 * HOUR)),
  );
  expect(suggestSteps(steps, []).map(({ gain, text }) => [gain, text])).toEqual([
    [15, 'register a service that answers'],
    [1.43, 'Do the rest of m0.'],
    [1.43, 'Do the rest of m1.'],
    [0.71, 'Do the rest of m2.'],
    [0.71, 'Do the rest of m3.'],
  ]);
  expect(suggestSteps(steps, [], 1)).toHaveLength(1);
  expect(suggestSteps({ ...steps, owners: [] }, [])).toEqual([]);
});

test('a grade set by hand leaves nothing to gain', () => {
  const override = {
    id: 'a',
    owner: 'ada',
    challenge: 'weather',
    points: 7,
    reason: 'seen',
    by: 'grace',
    at: after(0),
  };
  expect(told(given(HOUR, [], { overrides: [override] }))).toEqual([]);
});
