// Figures of a service: what it counts itself, and percentiles.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countRequests } from '../../../src/domain/pipeline/read-counters.ts';
import { percentile } from '../../../src/domain/pipeline/show/summarise-latency.ts';

test('requests are counted over all statuses of one path', () => {
  const text = `# HELP requests_total x
# TYPE requests_total counter
requests_total{path="/predict",status="200"} 12
requests_total{path="/predict",status="422"} 3.0
requests_total{path="/health",status="200"} 99
http_requests_total{handler="/predict",method="POST"} 1e1
requests_created{path="/predict"} 1700000000
`;
  expect(countRequests(text, '/predict')).toBe(25);
  expect(countRequests(text, '/other')).toBeUndefined();
  expect(countRequests('python_info{version="3.12"} 1', '/predict')).toBeUndefined();
});

test('percentiles by nearest rank', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect([0.5, 0.95, 0.99].map((share) => percentile(hundred, share))).toEqual([50, 95, 99]);
  expect(percentile([], 0.5)).toBeNull();
  expect(percentile([7], 0.99)).toBe(7);
});

test('a percentile is one of the values and grows with its share', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1 }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      (values, a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        expect(values).toContain(percentile(values, low));
        expect(percentile(values, low)!).toBeLessThanOrEqual(percentile(values, high)!);
      },
    ),
  );
});
