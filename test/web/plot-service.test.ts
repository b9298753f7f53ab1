// The plot of a student's service: quality over time with its thresholds, and a strip in which no outage is lost.
import { expect, test } from 'vitest';
import type { Challenge } from '../../src/domain/challenge/challenge.ts';
import type { Evidence, ProbeEvidence } from '../../src/domain/evidence/evidence.ts';
import type { StudentView } from '../../src/flows/pages/show-student.ts';
import { plotService } from '../../src/web/pages/plots/plot-service.ts';

const minute = 60_000;
const starts = new Date('2027-01-11T08:00:00Z');
const ends = new Date('2027-02-08T08:00:00Z');
const challenge = { name: 'heat', starts, ends } as Challenge;

function draw(evidence: Evidence[], more: Partial<Challenge> = {}): string {
  const course = { timezone: 'Europe/Copenhagen' };
  // As the view has it: newest first.
  const view = { evidence: evidence.toReversed(), course, now: ends, owner: { name: '<b>Ada' } };
  return String(plotService(view as unknown as StudentView, { ...challenge, ...more }));
}

const probe = (minutes: number, more: Partial<ProbeEvidence> = {}): ProbeEvidence => ({
  kind: 'probe',
  id: `probe/${minutes}`,
  challenge: 'heat',
  owner: 'ada',
  repository: 'mlops/heat-ada',
  at: new Date(starts.getTime() + minutes * minute),
  trust: 'measured',
  ok: true,
  code: 'ok',
  cause: 'student',
  ...more,
});
const count = (text: string, part: string): number => text.split(part).length - 1;

test('without a probe or a measurement there is nothing to draw', () => {
  expect(draw([])).toBe('');
  expect(draw([probe(1, { challenge: 'another' })])).toBe('');
});

test('four weeks of probes stay a few hundred marks, and one failure among them is seen', () => {
  const all = Array.from({ length: 4 * 7 * 288 }, (_, index) => probe(index * 5));
  const svg = draw(all.with(4000, probe(20_000, { ok: false, code: 'timeout' })));
  expect(count(svg, 'class="is-up"')).toBeGreaterThan(200);
  expect(count(svg, 'class="is-up"')).toBeLessThan(300);
  expect(count(svg, 'class="is-down"')).toBe(1);
  expect(svg).toContain('Mon 25 Jan 2027 06:20 (CET): down: timeout');
  expect(svg).toContain('8063 of 8064 probes passed.');
});

test('what does not count is no outage; where only that is known it is drawn as such', () => {
  const svg = draw([
    probe(0, { ok: false, cause: 'ours', code: 'dns' }),
    probe(1, { ok: false, cause: 'maintenance' as ProbeEvidence['cause'], code: 'timeout' }),
    probe(20_000, { ok: false, cause: 'ours' }),
    probe(20_001),
  ]);
  expect([count(svg, 'class="is-out"'), count(svg, 'class="is-up"'), count(svg, 'class="is-down"')]).toEqual([1, 1, 0]);
});

test('quality is drawn where it was measured, from probes and answers, between its thresholds', () => {
  const quality = (value: number) => ({ quality: { metric: 'accuracy' as const, value, rows: 20 } });
  const evidence = [probe(0, quality(0.5)), probe(10_000, quality(0.75)), probe(20_000, quality(1))];
  const svg = draw(evidence);
  expect(svg).toMatch(/class="quality" d="M\S+ \S+L\S+ \S+L\S+ \S+"/);
  const heights = [...svg.matchAll(/class="dot" cx="(\S+)" cy="(\S+)"/g)].map(([, , y]) => Number(y));
  expect(heights).toHaveLength(3);
  expect(heights[0]).toBeGreaterThan(heights[1]!);
  expect(heights[1]).toBeGreaterThan(heights[2]!);
  expect(svg).toContain('accuracy 1 at last, in 3 measurements.');
  expect(svg).toMatch(/pass 0\.5</);
  expect(draw(evidence, { quality: { metric: 'accuracy', pass: 0.6, full: 0.8 } })).toMatch(/full 0\.8</);
  // Another metric than the challenge's has no place in its curve.
  expect(draw(evidence, { quality: { metric: 'f1', pass: 0.6, full: 0.8 } })).not.toContain('class="quality"');
  expect(svg).toContain('&lt;b&gt;Ada');
});
