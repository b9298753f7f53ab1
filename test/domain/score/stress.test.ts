// Stages of stress earn for one's own service alone: what a classmate's service holds is worth nothing.
import { describe, expect, test } from 'vitest';
import {
  ANOTHERS_ENDPOINT,
  SHARED_ENDPOINT,
  UNPROVEN_ENDPOINT,
} from '../../../src/domain/endpoint/service-identity.ts';
import type { ProbeEvidence, StressEvidence } from '../../../src/domain/evidence/evidence.ts';
import { stressParts } from '../../../src/domain/score/stress.ts';
import { after, HOUR, input } from './inputs.ts';

const rule = {
  every: HOUR,
  wait: 800,
  availability: { pass: 0.7, full: 0.99 },
  window: 168 * HOUR,
  maintenance: [],
  load: { at: [], share: 0.25, ramp: [{ rate: 5, seconds: 20 }] },
  latency: {
    percentile: 95,
    share: 0.25,
    curve: [
      { at: 200, worth: 1 },
      { at: 800, worth: 0 },
    ],
  },
};
const about = { challenge: 'prices', owner: 'ada', repository: 'org/prices-ada', trust: 'measured' } as const;
const probe = (id: number, code: string): ProbeEvidence => ({
  ...about,
  id: `probe-${id}`,
  kind: 'probe',
  at: after(id * HOUR),
  ok: code === 'ok',
  code,
  cause: 'student',
  latencyMs: 50,
});
const stage: StressEvidence = {
  ...about,
  id: 'stage',
  kind: 'stress',
  stage: 'load',
  announced: after(2.5 * HOUR).toISOString(),
  at: after(2.5 * HOUR),
  cause: 'student',
  steps: [{ rate: 5, wanted: 5, sent: 100, good: 100, p95: 40 }],
};
const worths = (probes: ProbeEvidence[]): number[] =>
  stressParts(input(10 * HOUR, [...probes, stage]), rule, probes).map(({ worth }) => worth);

describe('a fast service that holds the load', () => {
  test('of one’s own earns all of it', () => expect(worths([probe(1, 'ok'), probe(2, 'ok')])).toEqual([1, 1]));
  test.each([SHARED_ENDPOINT, ANOTHERS_ENDPOINT, UNPROVEN_ENDPOINT])('with %s earns nothing', (code) => {
    expect(worths([probe(1, 'ok'), probe(2, code)])).toEqual([0, 0]);
    expect(worths([probe(3, code)])).toEqual([0, 0]);
  });
  test('that was another’s long before the stage earns for the stage', () =>
    expect(worths([probe(1, SHARED_ENDPOINT), probe(2, 'ok')])).toEqual([0, 1]));
});
