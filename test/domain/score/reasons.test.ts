// What a student reads of each criterion, in full: the points, every sentence, what it rests on, and the next step.
import { describe, expect, test } from 'vitest';
import type { Criterion, EndpointRule } from '../../../src/domain/challenge/challenge.ts';
import { tally } from '../../../src/domain/challenge/statistics.ts';
import type {
  DataEvidence,
  DrillEvidence,
  Evidence,
  JudgementEvidence,
  ProbeEvidence,
  StressEvidence,
} from '../../../src/domain/evidence/evidence.ts';
import type { ScoreInput } from '../../../src/domain/evidence/criterion.ts';
import type { ScorePolicy } from '../../../src/domain/evidence/policy.ts';
import { ANOTHERS_ENDPOINT } from '../../../src/domain/endpoint/service-identity.ts';
import { qualityThresholds } from '../../../src/domain/score/quality.ts';
import { pointsOf, score } from '../../../src/domain/score/score.ts';
import { settleTogether } from '../../../src/domain/score/settle-together.ts';
import { after, answer, data, DAY, HOUR, input, milestone, policy, probe, run, shipment } from './inputs.ts';

/** A criterion by itself, as lines. */
function told(criterion: Criterion, given: ScoreInput): string[] {
  const { points, of, worth, reasons } = score(given).criteria[criterion]!;
  return [
    `${points} of ${of} of ${worth}`,
    ...reasons.map(
      ({ text, evidence, next }) => text + (evidence ? ` [${evidence}]` : '') + (next ? ` Next: ${next}` : ''),
    ),
  ];
}
const alone = (criterion: Criterion, more: Partial<ScorePolicy> = {}): ScorePolicy => ({
  ...policy,
  criteria: { [criterion]: policy.criteria[criterion] ?? { points: 10, trust: 'measured' } },
  ...more,
});
const about = { challenge: 'weather', owner: 'ada', repository: 'org/weather-ada', trust: 'measured' } as const;
const first = { shipments: [shipment(1)] };

describe('data', () => {
  const spoilt = (how?: string): DataEvidence => ({ ...data(1, 'altered', 2 * HOUR), ...(how ? { how } : {}) });
  const commit = (more: object = {}) => ({ shipments: [shipment(1, { carrier: 'commit', ...more })] });
  // oxfmt-ignore
  test.each<[string, Evidence[], Partial<ScoreInput>]>([
    ['nothing yet', [], first],
    ['offered', [data(1, 'shipped', 0)], first],
    ['offered and closed', [data(1, 'shipped', 0), data(1, 'closed', HOUR)], first],
    ['merged', [data(1, 'merged', HOUR)], first],
    ['merged at the last moment', [data(1, 'merged', 7 * DAY)], first],
    ['merged a moment late', [data(1, 'merged', 7 * DAY + 1)], first],
    ['merged, then altered', [data(1, 'merged', HOUR), spoilt()], first],
    ['merged, then altered in a known way', [data(1, 'merged', HOUR), spoilt('line ends')], first],
    ['a commit that was seen', [data(1, 'shipped', HOUR)], commit()],
    ['a commit that was not seen', [], commit()],
    ['a commit on its way beside a pull request', [], { shipments: [shipment(1), shipment(1, { id: 'other', carrier: 'commit', state: 'planned' })] }],
    ['a commit that was late, which nobody had to merge', [], commit({ dispatchedAt: after(8 * DAY) })],
    ['carried in a way that is not known', [], { shipments: [{ id: 's', release: 'release-1', owner: 'ada', due: after(0), state: 'dispatched' }] }],
    ['claimed only', [{ ...data(1, 'merged', HOUR), trust: 'claimed' }], first],
    ['claimed twice', [HOUR, 2 * HOUR].map((at) => ({ ...data(1, 'merged', at), trust: 'claimed' as const })), first],
    ['not delivered', [], { shipments: [shipment(1, { state: 'failed' }), shipment(2)] }],
  ])('%s', (_, evidence, more) =>
    expect(told('data', input(10 * DAY, evidence, { policy: alone('data'), ...more }))).toMatchSnapshot(),
  );
});

describe('drills', () => {
  const event = (event: DrillEvidence['event'], at: number, more: Partial<DrillEvidence> = {}): DrillEvidence => ({
    ...about,
    id: `${more.drill ?? 'one'}-${event}`,
    kind: 'drill',
    drill: 'one',
    turn: 1,
    event,
    at: after(at),
    ...(event === 'began' ? { terms: { detectWithin: HOUR, lasts: 4 * HOUR, postMortemWithin: DAY } } : {}),
    ...(event === 'closed' ? { fault: 'labels that were flipped' } : {}),
    ...more,
  });
  const began = event('began', 0, { issue: 7 });
  const whole = [began, event('detected', HOUR), event('mitigated', 2 * HOUR), event('reviewed', 5 * HOUR)];
  const closed = event('closed', 30 * HOUR);
  // oxfmt-ignore
  test.each<[string, Evidence[]]>([
    ['none', []],
    ['still running', whole.slice(0, 3)],
    ['all of it, at the last moment', [...whole, closed]],
    ['noticed a moment late', [began, event('detected', HOUR + 1), closed]],
    ['mitigated only', [began, event('mitigated', HOUR), closed]],
    ['written up only, with gaps', [event('began', 0), event('reviewed', HOUR), event('closed', DAY, { lacks: ['the cause', 'the times'] })]],
    ['a fault that was not said, and nothing lacking', [began, event('closed', DAY, { fault: undefined, lacks: [] } as object)]],
    ['for practice', [{ ...began, practice: true }, event('detected', HOUR), closed]],
    ['the mean of two, and the first of what came twice', [...whole, event('detected', 3 * HOUR), closed, event('began', DAY, { drill: 'two' }), event('closed', 2 * DAY, { drill: 'two' })]],
    ['of a drill whose begin is not known', [event('detected', HOUR), closed]],
    ['claimed only', [...whole, closed].map((evidence) => ({ ...evidence, trust: 'claimed' as const }))],
  ])('%s', (_, evidence) =>
    expect(told('drills', input(10 * DAY, evidence, { policy: alone('drills') }))).toMatchSnapshot(),
  );
});

describe('endpoint', () => {
  const endpoint: EndpointRule = {
    every: HOUR,
    wait: 800,
    availability: { pass: 0.5, full: 0.9 },
    window: DAY,
    maintenance: [],
  };
  const look = (hour: number, more: Partial<ProbeEvidence> = {}) => probe(hour * HOUR, more);
  const down = (hour: number, code = 'timeout') => look(hour, { ok: false, code });
  const hours = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => look(from + at));
  const at = (now: number, evidence: Evidence[], more: Partial<EndpointRule> = {}) =>
    told(
      'endpoint',
      input(now, evidence, {
        policy: alone('endpoint', { endpoint: { ...endpoint, ...more }, late: { ...policy.late, tokens: 1 } }),
      }),
    );
  // oxfmt-ignore
  // oxfmt-ignore
  test.each<[string, number, Evidence[], Partial<EndpointRule>?]>([
    ['no probe', DAY, []],
    ['probes at both edges of the window count, those outside do not', 2 * DAY, [down(23), look(24), look(48), down(49)]],
    ['after the end the window is the last before it', 30 * DAY, [down(480), look(503), down(505)]],
    ['claimed only', DAY, [look(1, { trust: 'claimed' })]],
    ['nothing but our own outage', DAY, [look(1, { ok: false, code: 'network', cause: 'ours' })]],
    ['our own outage for a while', DAY, [look(1), look(2), look(3, { ok: false, code: 'network', cause: 'ours' }), look(4)]],
    ['three outages', DAY, [look(1), down(2), look(3), down(4, 'refused'), look(5), down(6), look(7)]],
    ['five outages', DAY, [look(1), down(2), look(3), down(4), look(5), down(6), look(7), down(8), look(9), down(10), look(11)]],
    ['four outages', DAY, [look(1), down(2), look(3), down(4), look(5), down(6), look(7), down(8), look(9)]],
    ['maintenance', DAY, hours(1, 5).with(2, down(3)), { maintenance: [{ from: after(2.5 * HOUR), to: after(3.5 * HOUR) }] }],
    ['maintenance that was paid for', DAY, [...hours(1, 5).with(2, down(3)), { ...about, id: 'paid', kind: 'maintenance', at: after(HOUR), from: after(2.5 * HOUR).toISOString(), to: after(3.5 * HOUR).toISOString(), tokens: 1 }]],
    ['updated without downtime', DAY, [look(1, { modelVersion: '1' }), look(2, { modelVersion: '2' })]],
    ['updated with downtime', DAY, [look(1, { modelVersion: '1' }), down(2), look(3, { modelVersion: '2' })]],
    ['nothing registered', DAY, [look(1), down(2, 'no-endpoint')]],
    ['a service without a model', DAY, [look(1), down(2, 'no-model')]],
    ['a canary', DAY, [look(1), { ...about, id: 'canary', kind: 'canary', at: after(HOUR), stable: { ok: true, code: 'ok', latencyMs: 12, apiVersion: '1', modelVersion: 'a' }, canary: { ok: false, code: 'timeout' } }]],
  ])('%s', (_, now, evidence, more) => expect(at(now, evidence, more)).toMatchSnapshot());

  const latency = {
    percentile: 90,
    share: 0.2,
    curve: [
      { at: 100, worth: 1 },
      { at: 300, worth: 0 },
    ],
  };
  const load = { at: [], share: 0.3, ramp: [{ rate: 5, seconds: 20 }] };
  const badInputs = { at: [], share: 0.1 };
  type Step = Extract<StressEvidence, { stage: 'load' }>['steps'][number];
  const stage = (steps: Step[], more: Partial<StressEvidence> = {}): Evidence =>
    ({
      ...about,
      id: 'load',
      kind: 'stress',
      stage: 'load',
      announced: '',
      cause: 'student',
      at: after(2 * HOUR),
      steps,
      ...more,
    }) as Evidence;
  const refusals = (inputs: { name: string; ok: boolean; got: string }[]): Evidence => ({
    ...about,
    id: 'bad',
    kind: 'stress',
    stage: 'bad_inputs',
    announced: '',
    cause: 'student',
    at: after(3 * HOUR),
    inputs,
  });
  const steps: Step[] = [
    { rate: 5, wanted: 5, sent: 100, good: 95, p95: 40 },
    { rate: 10, wanted: 20, sent: 200, good: 200 },
    { rate: 40, wanted: 40, sent: 800, good: 10, p95: 900 },
  ];
  const text = { name: 'text in place of a number', ok: false, got: '500' };
  const fine = { name: 'a missing column', ok: true, got: '422' };
  const timed = (hour: number, latencyMs: number, more: Partial<ProbeEvidence> = {}) =>
    look(hour, { latencyMs, ...more });
  // oxfmt-ignore
  // oxfmt-ignore
  test.each<[string, Evidence[], Partial<EndpointRule>]>([
    ['answer times, also of answers that came too late', [timed(1, 50), timed(2, 200, { ok: false, code: 'slow' }), timed(3, 999, { ok: false, code: 'network', cause: 'ours' }), look(4)], { latency }],
    ['no answer times', [look(1)], { latency }],
    ['answer times in maintenance', [timed(1, 50), timed(3, 999)], { latency, maintenance: [{ from: after(2.5 * HOUR), to: after(4 * HOUR) }] }],
    ['a load, partly held', [look(1), stage(steps)], { load }],
    ['a load that was on our side', [look(1), stage(steps, { cause: 'ours' })], { load }],
    ['a load of which no step came about', [look(1), stage([])], { load }],
    ['a load that the challenge does not ask for', [look(1), stage(steps)], {}],
    ['the last load counts', [look(1), stage([steps[2]!]), stage([steps[0]!], { id: 'again', at: after(4 * HOUR) })], { load }],
    ['bad inputs, all refused', [look(1), refusals([fine])], { badInputs }],
    ['bad inputs, some taken', [look(1), refusals([fine, text, { ...text, name: 'an endless text', got: '200' }])], { badInputs }],
    ['bad inputs, none sent', [look(1), refusals([])], { badInputs }],
    ['bad inputs that the challenge does not ask for', [look(1), refusals([fine])], { load }],
    ['all of it', [timed(1, 150), stage(steps), refusals([fine, text])], { latency, load, badInputs }],
    ['all of it, of a service that is another’s', [timed(1, 150, { ok: false, code: ANOTHERS_ENDPOINT }), stage(steps), refusals([fine])], { latency, load, badInputs }],
    ['bad inputs, asked before the first probe', [refusals([fine]), look(4)], { badInputs }],
  ])('%s', (_, evidence, more) => expect(at(DAY, evidence, more)).toMatchSnapshot());

  test('a stage at the end of the challenge counts, one after it does not', () => {
    const ends = policy.ends.getTime() - after(0).getTime();
    const around = [look(500), stage([steps[0]!], { at: after(ends) }), stage([steps[2]!], { at: after(ends + 1) })];
    expect(at(30 * DAY, around, { load }).filter((line) => line.includes('Load'))).toMatchSnapshot();
  });
});

describe('freshness', () => {
  const at = (now: number, evidence: Evidence[], more: Partial<ScorePolicy> = {}) =>
    told('freshness', input(now, evidence, { ...first, policy: alone('freshness', more) }));
  const merged = data(1, 'merged', HOUR);
  const drill = (event: DrillEvidence['event'], at: number): DrillEvidence => ({
    ...about,
    id: `drill-${event}`,
    kind: 'drill',
    drill: 'one',
    turn: 1,
    event,
    at: after(at),
  });
  // oxfmt-ignore
  test.each<[string, number, Evidence[], Partial<ScorePolicy>?]>([
    ['nothing, as long as all can be had', DAY, []],
    ['nothing, a moment later', DAY + 1, []],
    ['merged, and no run', 4 * DAY, [merged]],
    ['nothing, when nothing can be had any more', 7 * DAY, [merged]],
    ['a run at the last moment for all', 8 * DAY, [merged, run([1], DAY)]],
    ['a run in between', 8 * DAY, [merged, run([1], 4 * DAY)]],
    ['a run that made a model', 8 * DAY, [merged, run([1], HOUR, { modelDigest: 'sha256:1' })]],
    ['a run that does not count, told where no other criterion tells', 8 * DAY, [run([1], HOUR, { rejected: { code: 'x', reason: 'it is forged' } })]],
    ['the same beside the criterion that tells', 8 * DAY, [run([1], HOUR, { rejected: { code: 'x', reason: 'it is forged' } })], { criteria: { freshness: policy.criteria.freshness!, pipeline: policy.criteria.pipeline! } }],
    ['a run that a drill held up', 8 * DAY, [merged, drill('began', DAY), drill('over', DAY + HOUR), run([1], 4 * DAY)]],
    ['no run, while a drill holds up', 3 * DAY, [merged, drill('began', 2 * DAY)]],
  ])('%s', (_, now, evidence, more) => expect(at(now, evidence, more)).toMatchSnapshot());
});

test('hygiene: the latest state of each milestone up to the end, in order of their names', () => {
  const ends = 21 * DAY;
  const states = [
    milestone('tests', 0, 2),
    milestone('docs', 0, 0),
    milestone('ci', 3, 2),
    milestone('tests', 1, 2, ends),
    milestone('tests', 2, 2, ends + 1),
    { ...milestone('docs', 0, 4, HOUR), trust: 'claimed' as const },
  ];
  expect(told('hygiene', input(30 * DAY, states, { policy: alone('hygiene') }))).toMatchSnapshot();
  expect(told('hygiene', input(DAY, [], { policy: alone('hygiene') }))).toEqual(['0 of 0 of 10', 'Nothing due yet.']);
});

describe('pipeline', () => {
  // oxfmt-ignore
  test.each<[string, Partial<ScoreInput>]>([
    ['not delivered', { shipments: [shipment(1, { state: 'planned' })] }],
    ['a commit that is on its way', { shipments: [shipment(1), shipment(1, { id: 'other', carrier: 'commit', state: 'planned' })] }],
    ['a commit', { shipments: [shipment(1), shipment(1, { id: 'other', carrier: 'commit' })] }],
    ['carried in a way that is not known', { shipments: [{ id: 's', release: 'release-1', owner: 'ada', due: after(0), state: 'dispatched' }] }],
    ['another release merged', { ...first, evidence: [data(2, 'merged', HOUR)] }],
    ['merged', { ...first, evidence: [data(2, 'shipped', HOUR), data(1, 'merged', HOUR)] }],
  ])('%s', (_, more) =>
    expect(told('pipeline', input(DAY, [], { policy: alone('pipeline'), ...more }))).toMatchSnapshot(),
  );
});

describe('quality', () => {
  const labels = [0, 1, 0, 1, 0, 1, 0, 1];
  const rows = (metric: string, predictions: unknown[]) => {
    const sums = tally(
      metric as 'mae',
      predictions.map((prediction, at) => ({ label: labels[at], prediction: prediction ?? undefined })),
    );
    return { quality: { metric, value: 0, rows: sums.rows }, measured: sums };
  };
  const old = (metric: string, value: number, rows: number) => ({ quality: { metric, value, rows } });
  const at = (now: number, evidence: Evidence[], more: Partial<ScorePolicy> = {}) =>
    told('quality', input(now, evidence, { policy: alone('quality', more) }));
  const mae = { quality: { metric: 'mae', pass: 0.5, full: 0.25 } } as const;
  const end = 21 * DAY;
  // oxfmt-ignore
  // oxfmt-ignore
  test.each<[string, number, Evidence[], Partial<ScorePolicy>?]>([
    ['nothing measured', DAY, [probe(HOUR), run([1], HOUR)]],
    ['no thresholds for the metric', DAY, [probe(HOUR, old('mae', 1, 5))]],
    ['the usual thresholds', DAY, [probe(HOUR, rows('accuracy', [0, 1, 0, 0]))]],
    ['everything right', DAY, [probe(HOUR, rows('accuracy', [0, 1, 0, 1]))]],
    ['silence counts as wrong where the metric says so', DAY, [probe(HOUR, rows('accuracy', [0, 1, 0, null]))]],
    ['silence costs its share where the metric does not', DAY, [probe(HOUR, rows('mae', [0, 1, 0, null]))], mae],
    ['silence alone', DAY, [probe(HOUR, rows('mae', [null, null]))], mae],
    ['two measurements as one', DAY, [probe(HOUR, rows('mae', [0, 1, 0, 0])), probe(2 * HOUR, rows('mae', [0, 1, 0, 1]))], mae],
    ['measurements from before sums were kept, by their rows', DAY, [probe(HOUR, old('mae', 0.5, 30)), probe(2 * HOUR, old('mae', 9, 0)), probe(3 * HOUR, rows('mae', [0, 1, 0, 1]))], mae],
    ['such of no rows alone', DAY, [probe(HOUR, old('mae', 0.5, 0))], mae],
    ['labels that say nothing', DAY, [probe(HOUR, rows('auc', [0.5])), probe(2 * HOUR, old('auc', 0, 0))]],
    ['the last metric counts', DAY, [probe(HOUR, rows('f1', [0, 0, 0, 0])), probe(2 * HOUR, rows('accuracy', [0, 1, 0, 0]))]],
    ['exact figures after the end', end + 1, [probe(20 * DAY, rows('accuracy', [0, 1, 0, 0, 0, 1, 0]))]],
    ['about so much up to the end', end, [probe(20 * DAY, rows('accuracy', [0, 1, 0, 0, 0, 1, 0]))]],
    ['silence alone after the end', end + 1, [probe(20 * DAY, rows('mae', [null, null]))], mae],
    ['from the begin of the window to its end', end + DAY, [probe(14 * DAY - 1, rows('accuracy', [1])), probe(14 * DAY, rows('accuracy', [0])), probe(end, rows('accuracy', [1, 1])), probe(end + 1, rows('accuracy', [1]))]],
    ['claimed only', DAY, [probe(HOUR, { ...rows('accuracy', [0]), trust: 'claimed' })]],
    ['of a request the first attempt', DAY, [answer('a', 1, rows('accuracy', [0, 0])), answer('a', 2, rows('accuracy', [0, 1])), answer('b', 3, rows('accuracy', [0, 1]))]],
    ['an answer that came too late is none', DAY, [answer('a', 1, { ...old('accuracy', 1, 5), verdict: 'deadline_exceeded' }), answer('b', 2, { ...rows('accuracy', [null, null]), verdict: 'deadline_exceeded' }), answer('c', 3, rows('accuracy', [0, 1]))]],
    ['a late answer with sums has no quality', DAY, [answer('b', 2, { quality: { metric: 'mae', value: 0.1, rows: 9 }, measured: tally('mae', [{ label: 1 }]), verdict: 'deadline_exceeded' })], mae],
    ['what a drill may have spoilt does not count, nor a second attempt at it', 2 * DAY, [{ ...about, id: 'drill', kind: 'drill', drill: 'one', turn: 1, event: 'began', at: after(2 * HOUR) }, { ...about, id: 'over', kind: 'drill', drill: 'one', turn: 1, event: 'over', at: after(3 * HOUR) }, probe(HOUR, rows('accuracy', [0, 1])), answer('a', 2.5 * HOUR, rows('accuracy', [1])), answer('a', 30 * HOUR, rows('accuracy', [1])), probe(31 * HOUR, rows('accuracy', [0, 0]))]],
  ])('%s', (_, now, evidence, more) => expect(at(now, evidence, more)).toMatchSnapshot());

  test('the thresholds are those of the challenge, or the usual ones', () => {
    const own = { metric: 'mae' as const, pass: 2, full: 1 };
    expect(qualityThresholds({ quality: own }, 'accuracy')).toEqual(own);
    expect(qualityThresholds({}, 'auc')).toEqual({ metric: 'auc', pass: 0.6, full: 0.9 });
    for (const metric of ['mae', 'toString']) expect(qualityThresholds({}, metric)).toBeUndefined();
  });
});

test('requests: the best attempt of each, by its name where it has one', () => {
  const evidence = [
    answer('a', 1, { verdict: 'partial_correct', matches: 5, extra: 2, name: 'prices of May' }),
    answer('b', 2, { verdict: 'partial_correct', matches: 5, id: 'first' }),
    answer('b', 3, { verdict: 'partial_correct', matches: 5, id: 'second' }),
    answer('c', 4, { verdict: 'deadline_exceeded' }),
    answer('c', 5, { verdict: 'incorrect', matches: 0 }),
    answer('d', 6, { verdict: 'syntax_error', matches: 9 }),
    answer('e', 7, { verdict: 'pending' }),
    answer('f', 8, { verdict: 'pending' }),
    answer('f', 9, { verdict: 'deadline_exceeded', matches: 9 }),
    answer('g', 10, { verdict: 'partial_correct', matches: 0, expected: 0 }),
    answer('h', 11),
    answer('i', 12, { trust: 'claimed' }),
  ];
  expect(told('requests', input(DAY, evidence, { policy: alone('requests') }))).toMatchSnapshot();
});

describe('rubric', () => {
  const rubric = [
    { name: 'report', levels: [0, 2, 4] },
    { name: 'talk', levels: [0, 6] },
  ];
  const given = alone('rubric', { rubric });
  const judged = (criterion: string, level: number | null, at: number, comment = ''): JudgementEvidence => ({
    ...about,
    id: `${criterion}-${at}`,
    kind: 'judgement',
    criterion,
    level,
    said: `What ${level} means.`,
    comment,
    by: 'grace',
    at: after(at),
  });
  // oxfmt-ignore
  test.each<[string, Evidence[], Partial<ScorePolicy>?]>([
    ['nothing judged', []],
    ['a part judged, with a comment', [judged('report', 2, HOUR, 'Well done.')]],
    ['all judged', [judged('report', 4, HOUR), judged('talk', 6, HOUR)]],
    ['the latest counts', [judged('report', 4, HOUR), judged('report', 0, 2 * HOUR)]],
    ['taken back', [judged('report', 4, HOUR), judged('report', null, 2 * HOUR)]],
    ['a level that is gone', [judged('report', 3, HOUR)]],
    ['claimed only', [{ ...judged('report', 4, HOUR), trust: 'claimed' }]],
    ['no questions', [judged('report', 4, HOUR)], { rubric: undefined } as object],
  ])('%s', (_, evidence, more) =>
    expect(told('rubric', input(DAY, evidence, { policy: { ...given, ...more } }))).toMatchSnapshot(),
  );
  test('a score is final when all is judged', () => {
    const final = (evidence: Evidence[]) => score(input(30 * DAY, evidence, { policy: given })).final;
    expect(final([judged('report', 2, HOUR)])).toBeUndefined();
    expect(final([judged('report', 2, HOUR), judged('talk', 0, HOUR)])).toBe(true);
    expect(told('rubric', input(30 * DAY, [], { policy: given }))).toEqual([
      '0 of 0 of 10',
      'Not judged yet: report, talk.',
    ]);
  });
});

describe('the whole', () => {
  test('after the end all counts; what can still be done is said, what cannot is not', () => {
    const scored = score(input(22 * DAY, [data(1, 'merged', HOUR), answer('a', HOUR, { verdict: 'incorrect' })]));
    expect(pointsOf(scored)).toMatchSnapshot();
    for (const criterion of Object.keys(scored.criteria))
      expect(
        told(
          criterion as Criterion,
          input(22 * DAY, [data(1, 'merged', HOUR), answer('a', HOUR, { verdict: 'incorrect' })]),
        ),
      ).toMatchSnapshot(criterion);
  });
  test('what reached an owner after the end asks nothing of them', () => {
    const late = { dispatchedAt: after(22 * DAY) };
    const of = (...shipments: ScoreInput['shipments']) =>
      Object.entries(score(input(30 * DAY, [], { shipments })).criteria).flatMap(([name, { of }]) =>
        of > 0 ? [name] : [],
      );
    expect(of(shipment(1, late))).toEqual(['requests', 'endpoint', 'quality', 'hygiene']);
    expect(of(shipment(1, late), shipment(2))).toEqual(Object.keys(policy.criteria));
    expect(of()).toEqual(Object.keys(policy.criteria));
  });
  test('tokens of one purse pay for all challenges of an owner, with the extensions of each', () => {
    const late = { tokens: 3, daysPerToken: 1, thenPerDay: 0.1 };
    const one = input(20 * DAY, [data(1, 'merged', 9 * DAY)], { ...first, policy: { ...policy, late } });
    const other = {
      ...one,
      policy: { ...one.policy, challenge: 'prices' },
      evidence: [data(1, 'merged', 9 * DAY + HOUR)],
    };
    const settled = (...inputs: ScoreInput[]) =>
      settleTogether(inputs).map(({ lateness }) =>
        [...lateness!].map(([release, { late, tokens, lost }]) => [release, late / HOUR, tokens, lost]),
      );
    expect(settled()).toEqual([]);
    expect(settled(one, other)).toEqual([[['release-1', 48, 2, 0]], [['release-1', 49, 1, 0.2]]]);
    const more = (item?: string) => [
      { owner: 'ada', by: DAY, reason: 'ill', grantedBy: 'grace', ...(item ? { item } : {}) },
    ];
    const extended = (item?: string) => settled({ ...one, extensions: more(item) }, other);
    expect(extended()).toEqual([[['release-1', 24, 1, 0]], [['release-1', 49, 2, 0.1]]]);
    expect(extended('release-1')).toEqual(extended());
    expect(extended('release-2')).toEqual(settled(one, other));
  });
});
