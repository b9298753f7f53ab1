import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RequestRule } from '../../../src/domain/challenge/challenge.ts';
import { readAnswer } from '../../../src/domain/judge/answer.ts';
import type { Row } from '../../../src/domain/text/row.ts';
import { locateEntries } from '../../../src/domain/judge/locate.ts';
import { reportAnswer } from '../../../src/domain/judge/report.ts';
import { judge } from '../../../src/domain/judge/judge.ts';
import {
  drawRows,
  issueRequest,
  metricFor,
  randomTimes,
  requestId,
  typeRows,
} from '../../../src/domain/request/request.ts';
import type { RequestPlace, TextRow } from '../../../src/domain/request/request.ts';

const DAY = 86_400_000;
const rule = (more: Partial<RequestRule> = {}): RequestRule => ({
  on: 'release',
  kind: 'data_validation',
  rows: { min: 5, max: 20 },
  due: 2 * DAY,
  tolerance: 1e-6,
  attempts: 3,
  seed: 7,
  ...more,
});
const place = (more: Partial<RequestPlace> = {}): RequestPlace => ({
  challenge: {
    name: 'weather',
    dataset: { source: 'data.csv', target: 'weather', order: { kind: 'file' }, holdOut: 0.2 },
  },
  rule: rule(),
  ruleIndex: 0,
  owner: 'ada',
  release: 'release-1',
  turn: 0,
  file: 'data/incoming/release-1.csv',
  asked: new Date('2027-01-11T08:00:00Z'),
  zone: 'Europe/Copenhagen',
  ...more,
});
const file: TextRow[] = Array.from({ length: 40 }, (_, i) => ({
  date: `2012-01-${i + 1}`,
  temp_max: String(i / 4),
  wind: i % 7 === 0 ? '' : '1.50',
  weather: i % 3 ? 'sun' : 'rain',
}));

describe('which rows', () => {
  test('distinct, inside, in order, as many as the rule says; the same for the same seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.string(), fc.nat(3), (available, owner, turn) => {
        const drawn = drawRows(place({ owner, turn }), available);
        expect(new Set(drawn).size).toBe(drawn.length);
        expect(drawn).toEqual(drawn.toSorted((a, b) => a - b));
        expect(drawn.length).toBeGreaterThanOrEqual(Math.min(5, available));
        expect(drawn.length).toBeLessThanOrEqual(Math.min(20, available));
        for (const row of drawn) expect(row >= 0 && row < available).toBe(true);
        expect(drawRows(place({ owner, turn }), available)).toEqual(drawn);
      }),
    );
  });
  test('others are asked about other rows, and nothing about an empty file', () => {
    expect(drawRows(place({ owner: 'bob' }), 1000)).not.toEqual(drawRows(place(), 1000));
    expect(requestId(place({ owner: 'bob' }))).not.toBe(requestId(place()));
    expect(drawRows(place(), 0)).toEqual([]);
  });
  test('every row has a like chance', () => {
    const counts = Array.from({ length: 20 }, () => 0);
    for (let turn = 0; turn < 2000; turn++) {
      for (const row of drawRows(place({ turn, rule: rule({ rows: { min: 5, max: 5 } }) }), 20)) counts[row]!++;
    }
    for (const count of counts) expect(Math.abs(count - 500)).toBeLessThan(100);
  });
});

test('random times keep their distance and are the same for every process', () => {
  const from = new Date(0);
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: DAY }), fc.integer({ min: 0, max: DAY }), (seed, min, more) => {
      const every = { min: min + 60_000, max: min + 60_000 + more };
      const to = new Date(20 * DAY);
      const times = randomTimes(seed, every, from, to);
      expect(randomTimes(seed, every, from, to)).toEqual(times);
      for (const [index, time] of times.entries()) {
        const gap = time.getTime() - (times[index - 1] ?? from).getTime();
        expect(gap >= every.min && gap <= every.max).toBe(true);
      }
      expect(to.getTime() - (times.at(-1) ?? from).getTime()).toBeLessThanOrEqual(every.max);
    }),
  );
});

describe('what is asked', () => {
  const issue = (more: Partial<RequestPlace> = {}) => {
    const items = drawRows(place(more), file.length);
    return issueRequest(
      place(more),
      items,
      items.map((item) => file[item]!),
    );
  };
  const valid = (schema: object, value: unknown): boolean =>
    new Ajv2020({ allowUnionTypes: true }).validate(schema, value);

  test('data validation: the rows back, typed', () => {
    const { request, expectation } = issue();
    expect(request).toMatchObject({ kind: 'data_validation', due: '2027-01-13T08:00:00.000Z', attempts: 3 });
    expect(request.ask).toMatch(
      /Hand back the \d+ rows listed in "items" of data\/incoming\/release-1\.csv .* answers\/[0-9a-f]{16}\.json/,
    );
    expect(request.ask).toContain('before Wed 13 Jan 2027 09:00 (CET); you have 3 attempts.');
    expect(request.items).toEqual(expectation.expected.map((row) => row['row']));
    const answer = { rows: expectation.expected };
    expect(valid(request.answer.schema, answer)).toBe(true);
    expect(judge(expectation, answer).verdict).toBe('correct');
    expect(JSON.stringify(request)).not.toContain('2012-01');
  });
  test('the file itself answers it, as CSV', () => {
    const { request, expectation } = issue();
    const lines = request.items!.map((item) => [item, ...Object.values(file[item]!)].join(','));
    const csv = ['row,date,temp_max,wind,weather', ...lines].join('\n');
    expect(judge(expectation, readAnswer(csv, 'csv', expectation.expected)).verdict).toBe('correct');
  });
  test('predictions: no label anywhere in the request, judged by the metric', () => {
    const { request, expectation } = issue({ rule: rule({ kind: 'batch_prediction' }) });
    expect(request).toMatchObject({ metric: 'accuracy', threshold: 0.5, target: 'weather' });
    for (const instance of request.instances!)
      expect(Object.keys(instance)).toEqual(['row', 'date', 'temp_max', 'wind']);
    expect(JSON.stringify(request)).not.toMatch(/rain|sun/);
    const rows = expectation.expected.map(({ row, weather }) => ({ row, prediction: weather }));
    expect(valid(request.answer.schema, { rows })).toBe(true);
    expect(judge(expectation, { rows })).toMatchObject({ verdict: 'correct', quality: { metric: 'accuracy' } });
  });
  test('a feature: computed by us from the stated formula', () => {
    const formula = 'warmth = temp_max * 2 + wind';
    const { request, expectation } = issue({ rule: rule({ kind: 'calculated_feature', formula }) });
    expect(request).toMatchObject({ feature: 'warmth', formula });
    for (const { row, warmth } of expectation.expected as { row: number; warmth: number | null }[]) {
      expect(warmth).toBe(row % 7 === 0 ? null : (row / 4) * 2 + 1.5);
    }
  });
  test('the example has the right shape and is not the answer', () => {
    for (const kind of ['data_validation', 'batch_prediction', 'calculated_feature'] as const) {
      const { request, expectation } = issue({ rule: rule({ kind, formula: 'temp_max + 1' }) });
      const { rows } = request.answer.example as { rows: Row[] };
      expect(judge(expectation, { rows }).verdict).toBe('incorrect');
    }
  });
  test('a column called row, or __proto__, does no harm', () => {
    const rows = [JSON.parse('{"row":"99","__proto__":"x","a":"1"}') as TextRow];
    const { expectation } = issueRequest(place(), [3], rows);
    expect(expectation.expected[0]!['row']).toBe(3);
    expect(judge(expectation, { rows: expectation.expected }).verdict).toBe('correct');
  });
});

test('cells are typed by their column', () => {
  expect(
    typeRows([
      { a: '1', b: '1', c: 'True', d: '' },
      { a: '2.5', b: 'x', c: 'false', d: '' },
    ]),
  ).toEqual([
    { a: 1, b: '1', c: true, d: null },
    { a: 2.5, b: 'x', c: false, d: null },
  ]);
});

test('decimals and thousands are read as the dataset writes them', () => {
  const words = { decimal: ',' as const, thousands: '.', missing: ['-200'] };
  expect(
    typeRows(
      [
        { a: '1.000,5', b: '2,5' },
        { a: '-200', b: 'x' },
      ],
      { words },
    ),
  ).toEqual([
    { a: 1000.5, b: '2,5' },
    { a: null, b: 'x' },
  ]);
  const dataset = { ...place().challenge.dataset, ...words, target: 'co' };
  const asked = { ...place(), challenge: { ...place().challenge, dataset } };
  const rule = { ...asked.rule, kind: 'batch_prediction' as const };
  const { request, expectation } = issueRequest({ ...asked, rule }, [0], [{ t: '3,5', co: '1,25' }]);
  expect(request).toMatchObject({ instances: [{ row: 0, t: 3.5 }], metric: 'r2' });
  expect(expectation.expected).toEqual([{ row: 0, co: 1.25 }]);
});

test('which metric: the rule’s, the challenge’s, or what suits the labels', () => {
  const quality = { metric: 'mae', pass: 2, full: 1 };
  expect(metricFor({ metric: 'f1', threshold: 0.7 }, quality, ['a'])).toEqual({ name: 'f1', threshold: 0.7 });
  expect(metricFor({}, quality, [1])).toEqual({ name: 'mae', threshold: 2 });
  expect(metricFor({}, undefined, [1, 2])).toEqual({ name: 'r2', threshold: 0 });
  expect(metricFor({}, undefined, ['a'])).toEqual({ name: 'accuracy', threshold: 0.5 });
});

describe('the report on an answer', () => {
  const expectation = {
    kind: 'data_validation' as const,
    expected: [1, 2, 3].map((row) => ({ row, a: row * 1000 + 234 })),
  };
  const report = (text: string, more: object = {}) => {
    const answer = readAnswer(text, 'json', []);
    const rows = 'rows' in answer ? answer.rows : [];
    const handed = {
      path: 'answers/x.json',
      text,
      format: 'json' as const,
      rows,
      attempt: 1,
      attempts: 3,
      closed: false,
      ...more,
    };
    return reportAnswer(judge(expectation, answer), handed);
  };
  const wrong =
    '{\n "note": "{\\"rows\\": [{}]}",\n "rows": [\n  {"row": 1, "a": 1234},\n  {"row": 3,\n   "a": "`x`\\n@all"}\n ]\n}';
  test('marks the wrong row on its line, without the expected value', () => {
    const { conclusion, summary, annotations } = report(wrong);
    expect(conclusion).toBe('neutral');
    expect(annotations).toEqual([
      {
        path: 'answers/x.json',
        start_line: 5,
        end_line: 5,
        annotation_level: 'failure',
        message: 'row `3`, column `"a"`: `"?x?\\n@all"` is not right',
      },
    ]);
    expect(summary).toMatch(/missing rows: `2`/);
    expect(summary).toMatch(/2 attempts are left/);
    expect(JSON.stringify([summary, annotations])).not.toMatch(/2234|3234/);
  });
  test('shows it once the request is closed', () => {
    expect(report(wrong, { closed: true }).annotations[0]!.message).toMatch(/expected `3234`$/);
  });
  test('an answer that cannot be read, and one that is right', () => {
    expect(report('{')).toMatchObject({ conclusion: 'failure', annotations: [{ start_line: 1 }] });
    expect(report(JSON.stringify({ rows: expectation.expected }))).toMatchObject({
      conclusion: 'success',
      annotations: [],
    });
  });
  test('lines are found in any layout, and in CSV', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ row: fc.nat(), a: fc.jsonValue() })),
        fc.constantFrom(0, 1, 4),
        (rows, indent) => {
          const lines = locateEntries(JSON.stringify({ rows }, null, indent), 'json', 1000);
          expect(lines).toHaveLength(rows.length);
          if (indent > 0 && rows.length > 0) expect(lines[0]).toBe(3);
        },
      ),
    );
    expect(locateEntries('row,a\n1,"x\ny"\n\n2,z\n', 'csv', 10)).toEqual([2, 5]);
  });
});
