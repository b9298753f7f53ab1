// Evidence on paper: what would be on record of a merge, a run and a service, and what is there already.
import { describe, expect, test } from 'vitest';
import type { DueRelease } from '../../../src/domain/evidence/criterion.ts';
import type { Evidence, ProbeEvidence } from '../../../src/domain/evidence/evidence.ts';
import { imagineMerge, imagineProbes, imagineRun, stateOf } from '../../../src/domain/grade/imagine.ts';
import { after, data, DAY, HOUR, input, policy, probe, run, shipment } from '../score/inputs.ts';

const down = probe(7 * DAY, { ok: false, code: 'timeout' });

describe('on paper', () => {
  const place = { challenge: 'weather', owner: 'ada', now: after(HOUR) };
  const release = (...shipments: DueRelease['shipments']): DueRelease => ({
    name: 'release-1',
    due: after(0),
    shipments,
    failed: false,
  });
  test.each<[string, Evidence[], DueRelease['shipments'], string]>([
    ['nothing seen', [], [shipment(1)], 'absent'],
    ['a commit', [], [shipment(1, { carrier: 'commit' })], 'there'],
    ['a commit on its way', [], [shipment(1, { carrier: 'commit', state: 'planned' })], 'absent'],
    [
      'carried in a way that is not known',
      [],
      [{ id: 's', release: 'release-1', owner: 'ada', due: after(0), state: 'dispatched' }],
      'absent',
    ],
    ['one of two a commit', [], [shipment(1), shipment(1, { carrier: 'commit' })], 'there'],
    ['offered', [data(1, 'shipped', 0)], [shipment(1)], 'absent'],
    ['merged', [data(1, 'merged', 0), data(2, 'altered', 1)], [shipment(1)], 'there'],
    ['a commit that was altered', [data(1, 'altered', 0)], [shipment(1, { carrier: 'commit' })], 'altered'],
    ['restored', [data(1, 'altered', 0), data(1, 'merged', 1), data(1, 'closed', 2)], [shipment(1)], 'there'],
  ])('%s', (_, evidence, shipments, state) => expect(stateOf(input(DAY, evidence), release(...shipments))).toBe(state));
  test('a merge is of the shipment that was sent, or else of the first', () => {
    const merged = (...shipments: DueRelease['shipments']) => imagineMerge(place, release(...shipments));
    const [first, second] = [shipment(1, { id: 'a', state: 'failed' }), shipment(1, { id: 'b' })];
    expect(merged(first, second)).toStrictEqual({
      kind: 'data',
      id: '~imagined/merged/release-1',
      challenge: 'weather',
      owner: 'ada',
      repository: '',
      at: after(HOUR),
      trust: 'measured',
      release: 'release-1',
      shipment: 'b',
      event: 'merged',
    });
    expect(merged(first).shipment).toBe('a');
  });
  test('a run is believed like the last that counted, or as one by the course’s own workflow', () => {
    const imagined = (...evidence: Evidence[]) => imagineRun(input(DAY, evidence), place, [release()]);
    expect(imagined()).toStrictEqual({
      kind: 'run',
      id: '~imagined/run',
      challenge: 'weather',
      owner: 'ada',
      repository: '',
      at: after(HOUR),
      trust: 'attested',
      commit: 'f'.repeat(40),
      conclusion: 'success',
      releases: ['release-1'],
    });
    const forged = run([1], 1, { trust: 'measured', rejected: { code: 'x', reason: 'no' } });
    expect(imagined(run([1], 0), forged).trust).toBe('claimed');
  });
  test('a service is looked at to the end of the window or of the challenge, in too many looks not at all', () => {
    const looks = (now: number, evidence: ProbeEvidence[], every?: number, window = DAY) => {
      const endpoint = {
        every: every ?? HOUR,
        wait: 800,
        availability: { pass: 0.7, full: 0.9 },
        window,
        maintenance: [],
      };
      const scoring = input(now, evidence, { policy: { ...policy, ...(every ? { endpoint } : {}) } });
      const { does, first, all, until } = imagineProbes(scoring, { ...place, now: after(now) });
      return [does, first.id, all?.length, (until.getTime() - after(now).getTime()) / HOUR];
    };
    expect(looks(8 * DAY, [down], HOUR)).toEqual(['make the service answer again', '~imagined/probe/0', 25, 24]);
    expect(looks(21 * DAY - HOUR, [down], HOUR)).toEqual(['make the service answer again', '~imagined/probe/0', 2, 1]);
    expect(looks(8 * DAY, [down])).toEqual(['make the service answer again', '~imagined/probe/0', 2017, 168]);
    expect(looks(8 * DAY, [down], 1000, 24_999_000)).toEqual([
      'make the service answer again',
      '~imagined/probe/0',
      25_000,
      6.944_166_666_666_667,
    ]);
    expect(looks(8 * DAY, [down], 1000, 25_000_000)).toEqual([
      undefined,
      '~imagined/probe/0',
      undefined,
      6.944_444_444_444_445,
    ]);
    expect(looks(8 * DAY, [], HOUR)).toEqual(['register a service that answers', '~imagined/probe/0', undefined, 24]);
    expect(looks(8 * DAY, [probe(0)], HOUR)).toEqual([undefined, '~imagined/probe/0', undefined, 24]);
    const moved = { owner: 'ada', by: DAY, reason: 'ill', grantedBy: 'grace' };
    const { until } = imagineProbes(input(21 * DAY - HOUR, [down], { extensions: [moved] }), place);
    expect(until).toEqual(policy.ends);
  });
});
