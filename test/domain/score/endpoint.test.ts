// What a student reads of their service, in full: availability, answer times, stages of stress.
import { describe, expect, test } from 'vitest';
import type { EndpointRule } from '../../../src/domain/challenge/challenge.ts';
import type { Evidence, ProbeEvidence, StressEvidence } from '../../../src/domain/evidence/evidence.ts';
import { ANOTHERS_ENDPOINT } from '../../../src/domain/endpoint/service-identity.ts';
import { after, DAY, HOUR, input, policy, probe } from './inputs.ts';
import { about, alone, told } from './told.ts';

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
