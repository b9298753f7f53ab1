// What a student reads of data, drills, runs, freshness and requests, in full.
import { describe, expect, test } from 'vitest';
import type { DataEvidence, DrillEvidence, Evidence } from '../../../src/domain/evidence/evidence.ts';
import type { ScoreInput } from '../../../src/domain/evidence/criterion.ts';
import type { ScorePolicy } from '../../../src/domain/evidence/policy.ts';
import { after, answer, data, DAY, HOUR, input, milestone, policy, run, shipment } from './inputs.ts';
import { about, alone, first, told } from './told.ts';

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
