// From a shipment to the service: what is proven stands without gaps, and where it breaks off it is said which link and why.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Evidence } from '../../../src/domain/evidence/evidence.ts';
import { links, type Link, type Proof } from '../../../src/domain/proof/proof.ts';
import { proveReleases } from '../../../src/domain/proof/prove-use.ts';
import { sayProof } from '../../../src/domain/proof/say-proof.ts';
import type { ScoreInput } from '../../../src/domain/evidence/criterion.ts';
import { score } from '../../../src/domain/score/score.ts';
import { data, DAY, HOUR, input, policy, probe, run, shipment } from '../score/inputs.ts';

const oldModel = 'a'.repeat(64);
const newModel = `3f2a1b0c4d5e${'b'.repeat(52)}`;
const withService = { ...policy, endpoint: {} as NonNullable<typeof policy.endpoint> };
const prove = (evidence: Evidence[], more: Partial<ScoreInput> = {}): Proof =>
  proveReleases(input(6 * DAY, evidence, { shipments: [shipment(1)], ...more }))[0]!;
const merged = data(1, 'merged', HOUR);
const used = run([1], 2 * HOUR, { commit: '3f2a0000000', modelDigest: newModel, modelVersion: '1.1.0' });

test('the whole way: shipment, commit, run, model, and the version that the endpoint reports', () => {
  const proof = prove([merged, used, probe(3 * HOUR, { modelVersion: '1.1.0' })], { policy: withService });
  expect(proof).toMatchObject({
    shipment: { id: 'shipment-1' },
    run: { commit: '3f2a0000000' },
    model: { digest: newModel },
    service: { version: '1.1.0' },
    took: 2 * HOUR,
  });
  expect(proof.missing).toBeUndefined();
  expect(sayProof(proof, 'UTC').map(({ state }) => state)).toEqual(Array(5).fill('proven'));
});

test('without a service in the challenge the proof ends at the model; a version that carries the digest needs no other', () => {
  expect(prove([merged, used])).not.toHaveProperty('missing');
  const named = probe(3 * HOUR, { modelVersion: '9.9+3f2a1b0c4d5e' });
  expect(prove([merged, used, named], { policy: withService })).toMatchObject({
    service: { version: '9.9+3f2a1b0c4d5e' },
  });
});

describe('which link is missing', () => {
  const stale = run([], HOUR / 2, { commit: '1111111', modelDigest: oldModel, modelVersion: '1.0.0' });
  test.each<[string, Link, RegExp, Evidence[], Partial<ScoreInput>?]>([
    ['not sent yet', 'shipment', /on our side/, [], { shipments: [shipment(1, { state: 'failed' })] }],
    ['waits in its pull request', 'commit', /not reached the default branch/, [data(1, 'shipped', 0)]],
    ['was closed', 'commit', /was closed/, [data(1, 'closed', HOUR)]],
    ['was altered', 'commit', /was altered/, [merged, data(1, 'altered', 2 * HOUR)]],
    ['nothing ran', 'run', /no run with it was reported/, [merged]],
    [
      'ran before the data came',
      'run',
      /^The run at 1111111 used no release; release-1 reached the branch later, and no/,
      [stale, merged],
    ],
    [
      'ran on another branch since',
      'run',
      /has been in the branch since .* not in the commit/,
      [merged, { ...stale, at: used.at }],
    ],
    ['failed', 'run', /had release-1, but ended with failure/, [merged, { ...used, conclusion: 'failure' }]],
    ['read something else', 'run', /none of its tasks reads it/, [merged, { ...used, unread: ['release-1'] }]],
    [
      'is only claimed',
      'run',
      /had release-1\. Not counted: .* is claimed/,
      [merged, used],
      { policy: { ...policy, criteria: { freshness: { points: 15, trust: 'attested' } } } },
    ],
    ['made no model', 'model', /reported no model/, [merged, run([1], 2 * HOUR)]],
    ['made a model without it', 'model', /not on the way to its model/, [merged, { ...used, modelFrom: [] }]],
    ['nobody asked the service', 'service', /No service has reported/, [merged, used], { policy: withService }],
    [
      'the old model is served',
      'service',
      /^The endpoint still serves model 1\.0\.0 of the run at 1111111, made without release-1\./,
      [stale, merged, used, probe(3 * HOUR, { modelVersion: '1.0.0' })],
    ],
    [
      'an unknown model is served',
      'service',
      /serves model 7, which no run has reported/,
      [merged, used, probe(3 * HOUR, { modelVersion: '7' })],
    ],
    [
      'two models bear one version',
      'service',
      /says model 1\.1\.0, and 2 runs made different models/,
      [{ ...stale, modelVersion: '1.1.0' }, merged, used, probe(3 * HOUR, { modelVersion: '1.1.0' })],
    ],
  ])('%s: %s', (_what, link, text, evidence, more) => {
    const { missing } = prove(evidence, more);
    expect(missing?.link).toBe(link);
    expect(missing?.text).toMatch(text);
    expect(missing?.text).not.toMatch(/undefined|NaN|\.\./);
  });
});

test('freshness says what the proof says, and counts the time to the run that used the release', () => {
  const of = (evidence: Evidence[]) => {
    const { freshness } = score(input(6 * DAY, evidence, { shipments: [shipment(1)] })).criteria;
    return { points: freshness!.points, text: freshness!.reasons[0]!.text };
  };
  expect(of([merged, used, probe(3 * HOUR, { modelVersion: '1.0.0' })])).toEqual({
    points: 15,
    text: expect.stringMatching(/succeeded 2 hours after the release, worth 100%\. The endpoint serves model 1\.0\.0/),
  });
  expect(of([merged, { ...used, unread: ['release-1'] }])).toEqual({
    points: 0,
    text: expect.stringMatching(/no green run yet, 6 days after the release\. .* none of its tasks reads it/),
  });
});

// ---- laws ----

const at = fc.integer({ min: 0, max: 20 }).map((days) => days * DAY);
const weeks = fc.subarray([1, 2, 3]);
const anyRun = fc
  .record({
    weeks,
    at,
    conclusion: fc.constantFrom('success' as const, 'failure' as const),
    trust: fc.constantFrom('claimed' as const, 'attested' as const),
    digest: fc.option(fc.constantFrom(oldModel, newModel), { nil: undefined }),
    version: fc.constantFrom('1.0.0', '1.1.0'),
    unread: fc.option(weeks, { nil: undefined }),
    from: fc.option(weeks, { nil: undefined }),
  })
  .map((one): Evidence => {
    const names = (list: number[]): string[] => list.map((week) => `release-${week}`);
    const id = `run-${JSON.stringify(one)}`;
    return run(one.weeks, one.at, {
      id,
      conclusion: one.conclusion,
      trust: one.trust,
      ...(one.digest ? { modelDigest: one.digest, modelVersion: one.version } : {}),
      ...(one.unread ? { unread: names(one.unread) } : {}),
      ...(one.digest && one.from ? { modelFrom: names(one.from) } : {}),
    });
  });
const anyProbe = fc
  .record({ at, ok: fc.boolean(), version: fc.constantFrom('1.0.0', '1.1.0', `2+${newModel.slice(0, 12)}`) })
  .map(({ at: when, ok, version }): Evidence =>
    probe(when, { id: `p-${when}-${ok}-${version}`, ok, modelVersion: version }),
  );
const anyData = fc
  .record({
    week: fc.constantFrom(1, 2, 3),
    at,
    event: fc.constantFrom('merged' as const, 'altered' as const, 'closed' as const),
  })
  .map((one): Evidence => data(one.week, one.event, one.at));
const history = fc.array(fc.oneof({ weight: 3, arbitrary: anyRun }, anyProbe, anyData), { maxLength: 12 });
const policies = fc.constantFrom(policy, withService, {
  ...withService,
  criteria: { freshness: { points: 15, trust: 'attested' as const } },
});
const proofsOf = (evidence: Evidence[], given: ScoreInput['policy']): Proof[] =>
  proveReleases(input(20 * DAY, evidence, { policy: given }));

test('links stand without gaps: all before the missing one are proven, none after it', () => {
  fc.assert(
    fc.property(history, policies, (evidence, given) => {
      for (const proof of proofsOf(evidence, given)) {
        const present = links.map((link) => proof[link] !== undefined);
        const broken = proof.missing ? links.indexOf(proof.missing.link) : links.length;
        expect(present.slice(0, broken).every((there, index) => there || links[index] === 'service')).toBe(true);
        expect(present.slice(broken).some(Boolean)).toBe(false);
        expect(proof.took !== undefined).toBe(proof.run !== undefined);
        expect(sayProof(proof, 'UTC').filter(({ state }) => state === 'missing')).toHaveLength(proof.missing ? 1 : 0);
      }
    }),
  );
});

test('what is proven rests on what counts: a green, trusted run at a commit that holds the release and reads it', () => {
  fc.assert(
    fc.property(history, policies, (evidence, given) => {
      for (const { release, run: proven, model } of proofsOf(evidence, given)) {
        if (!proven) continue;
        expect(proven).toMatchObject({ conclusion: 'success' });
        expect(proven.releases).toContain(release);
        expect(proven.unread ?? []).not.toContain(release);
        if (given.criteria.freshness!.trust === 'attested') expect(proven.trust).toBe('attested');
        if (model) expect(model.of.modelFrom ?? [release]).toContain(release);
      }
    }),
  );
});

test('neither the order of the evidence nor hearing something twice changes a proof', () => {
  fc.assert(
    fc.property(history, policies, fc.infiniteStream(fc.nat()), (evidence, given, draws) => {
      const key = new Map(evidence.map((one) => [one, draws.next().value]));
      const mixed = [...evidence, ...evidence].toSorted((a, b) => key.get(a)! - key.get(b)!);
      expect(proofsOf(mixed, given)).toEqual(proofsOf(evidence, given));
    }),
  );
});

test('one more run never makes freshness worse, nor takes a run away', () => {
  fc.assert(
    fc.property(history, anyRun, policies, (evidence, more, given) => {
      const before = proofsOf(evidence, given);
      for (const [index, proof] of proofsOf([...evidence, more], given).entries()) {
        const { took } = before[index]!;
        if (took !== undefined) expect(proof.took).toBeLessThanOrEqual(took);
      }
    }),
  );
});
