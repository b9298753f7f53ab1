// All that a student reads about an answer: the judgement, its sentence, and the marks in the file.
import { describe, expect, test } from 'vitest';
import { readAnswer } from '../../../src/domain/judge/answer.ts';
import { judge, judgeSilence } from '../../../src/domain/judge/judge.ts';
import { judgeFile } from '../../../src/domain/judge/judge-file.ts';
import { due, json, mark, read, right, rows } from './handed-in.ts';

describe('rows', () => {
  test('all right', () => {
    expect(json(right)).toStrictEqual({
      verdict: 'correct',
      matches: 3,
      expected: 3,
      extra: 0,
      report: {
        conclusion: 'success',
        title: 'correct: attempt 1 of 3',
        summary: '3 of 3 rows are right.\n\n\nNothing more to do.',
        annotations: [],
      },
    });
  });

  const mixed = ['{"row":1,"a":9,"b":"x"}', '{"row":1,"a":7,"b":"x"}', '{"row":2,"b":"x"}', '{"row":9}'];
  test('wrong, twice, missing and not asked for, each by its name and at its line', () => {
    expect(json(mixed)).toStrictEqual({
      verdict: 'incorrect',
      matches: 0,
      expected: 3,
      extra: 2,
      report: {
        conclusion: 'failure',
        title: 'incorrect: attempt 1 of 3',
        summary: [
          '0 of 3 rows are right, 2 differ, 1 missing, 1 not asked for, 1 given more than once.',
          '',
          '- missing rows: `3`',
          '- rows that were not asked for: `9`',
          '- rows given more than once: `1`',
          '- rows that differ: 2; the first 2 are marked in the file',
          '',
          'Correct the answer and push it again: 2 attempts are left.',
        ].join('\n'),
        annotations: [
          // Of a row given twice the last one is compared.
          mark(3, 'row `1`, column `"a"`: `7` is not right'),
          mark(4, 'row `2`, column `"a"`: the column is missing'),
        ],
      },
    });
  });

  test('what was expected is told when the request is closed, and only then', () => {
    const wrong = [right[0]!, '{"row":2,"a":9,"b":"x"}', '{"row":3,"a":0.75,"b":"x","c":1}'];
    const { report } = json(wrong, { closed: true, attempt: 3 });
    expect(report).toStrictEqual({
      conclusion: 'neutral',
      title: 'partial correct: attempt 3 of 3',
      summary: [
        '1 of 3 rows are right, 2 differ.',
        '',
        '- rows that differ: 2; the first 2 are marked in the file',
        '',
        'The request is closed. Expected values are shown on the marked rows.',
      ].join('\n'),
      annotations: [
        mark(3, 'row `2`, column `"a"`: `9` is not right, expected `0.5`'),
        mark(4, 'row `3`, column `"c"`: `1` is not right'),
      ],
    });
    expect(json(wrong).report.annotations).toEqual([
      mark(3, 'row `2`, column `"a"`: `9` is not right'),
      mark(4, 'row `3`, column `"c"`: `1` is not right or was not asked for'),
    ]);
  });

  test.each([
    ['attempts are left', { attempt: 1 }, 'Correct the answer and push it again: 2 attempts are left.'],
    ['one attempt is left', { attempt: 2 }, 'Correct the answer and push it again: 1 attempt is left.'],
    ['no attempt is left', { attempt: 3 }, 'The request is closed.'],
    ['more were made than there are', { attempt: 4 }, 'The request is closed.'],
    ['it is closed, and nothing expected can be shown', { closed: true }, 'The request is closed.'],
    ['it came too late', { at: new Date(due.getTime() + 1) }, 'The request is closed: this answer does not count.'],
  ])('the next step when %s', (_, more, step) => {
    expect(json(right.slice(0, 2), more).report.summary.split('\n').at(-1)).toBe(step);
  });

  test('no more than 50 rows are marked, and no more than 50 listed', () => {
    const many = Array.from({ length: 60 }, (_, row) => ({ row, a: 1, b: 'x' }));
    const expectation = { ...rows, expected: many };
    const { report } = json(
      many.map(({ row }) => `{"row":${row},"a":2,"b":"x"}`),
      { expectation },
    );
    expect(report.annotations.map(({ start_line }) => start_line)).toEqual(many.slice(0, 50).map(({ row }) => row + 2));
    expect(report.summary).toContain('rows that differ: 60; the first 50 are marked in the file');
    const listed = many
      .slice(0, 50)
      .map(({ row }) => `\`${row}\``)
      .join(', ');
    expect(read('{"rows":[]}', { expectation }).report.summary).toContain(`- missing rows: ${listed} and 10 more\n`);
    const fifty = read('{"rows":[]}', { expectation: { ...rows, expected: many.slice(0, 50) } }).report.summary;
    expect(fifty).toContain(`- missing rows: ${listed}\n`);
  });

  test('what a cell says cannot break out of the mark, and is cut short', () => {
    const cell = (value: unknown): string =>
      json([`{"row":1,"a":${JSON.stringify(value)},"b":"x"}`]).report.annotations[0]!.message;
    expect(cell('`\u202e\u0007')).toBe('row `1`, column `"a"`: `"??\\u0007"` is not right');
    expect(cell('\u007f`')).toBe('row `1`, column `"a"`: `"??"` is not right');
    expect(cell('y'.repeat(58))).toBe(`row \`1\`, column \`"a"\`: \`"${'y'.repeat(58)}"\` is not right`);
    expect(cell('y'.repeat(59))).toBe(`row \`1\`, column \`"a"\`: \`"${'y'.repeat(59)}…\` is not right`);
  });

  test('CSV is marked at its lines, the header and cells of several lines counted', () => {
    const text = 'row,a,b\n1,0.25,"x\n"\n2,9,x\n3,0.75,x\n';
    const { verdict, report } = read(text, { path: 'a.CSV' });
    expect([verdict, report.annotations.map(({ start_line }) => start_line)]).toEqual(['partial_correct', [2, 4]]);
    expect(report.annotations[0]!.path).toBe('a.CSV');
    expect(read(text, { path: 'a.csv.json' }).verdict).toBe('syntax_error');
  });
});

describe('what is not judged', () => {
  test.each([
    ['a comma too many', 'a.json', '{"rows": [\n{"row": 1},\n]}', 3],
    ['an early end', 'a.json', '{"rows": [\n{"row": 1}', 2],
    ['a NaN', 'a.json', '{"rows": [\n{"row": 1,\n"a": NaN}]}', 3],
    ['a row of another length', 'a.csv', 'row,a,b\n1,2,x\n2,3\n', 3],
    ['an open quote', 'a.csv', 'row,a,b\n1,2,x\n2,3,"y\n', 3],
    ['no column of rows', 'a.csv', 'a,b\n1,2\n', 1],
  ])('%s is marked at its line', (_, path, text, line) => {
    const { report } = read(text, { path });
    expect(report.annotations.map(({ start_line, end_line }) => [start_line, end_line])).toEqual([[line, line]]);
  });

  test('an answer that cannot be read is marked at its beginning', () => {
    const cannot = {
      conclusion: 'failure',
      title: 'syntax error: attempt 1 of 3',
      summary:
        'The answer is not JSON: the file is empty.\n\n\nCorrect the answer and push it again: 2 attempts are left.',
      annotations: [mark(1, 'The answer is not JSON: the file is empty.')],
    };
    const nothing = { verdict: 'syntax_error', matches: 0, expected: 3, extra: 0 };
    expect(read(' ')).toStrictEqual({ ...nothing, report: cannot });
    const refused = judgeFile(
      { unreadable: 'too large' },
      { expectation: rows, path: 'answers/1.json', at: due, attempt: 3, attempts: 3, closed: true },
    );
    expect(refused.report).toStrictEqual({
      conclusion: 'failure',
      title: 'syntax error: attempt 3 of 3',
      summary: 'too large\n\n\nThe request is closed.',
      annotations: [mark(1, 'too large')],
    });
  });

  test.each([
    ['{"rows":[{"a":1}]}', 'Entry 1 has no "row": each one must say which row it answers.'],
    ['{"rows":[{"row":1},{"row":true}]}', 'Entry 2 has a "row" that is neither text nor an exact number.'],
    ['{"rows":[{"row":1},[]]}', 'Entry 2 of "rows" is not an object.'],
    ['{"rows":[null]}', 'Entry 1 of "rows" is not an object.'],
    ['{"rows":["x"]}', 'Entry 1 of "rows" is not an object.'],
    ['{"rows":{}}', '"rows" must be a list.'],
    ['{"Rows":[]}', 'The answer must be an object with a list "rows": {"rows": [{"row": 1, …}]}.'],
    ['7', 'The answer must be an object with a list "rows": {"rows": [{"row": 1, …}]}.'],
    ['{"rows":[{"row":1,"a":-Infinity}]}', 'The answer is not JSON: NaN and Infinity are not JSON; write null.'],
    ['{"rows":[Infinity]}', 'The answer is not JSON: NaN and Infinity are not JSON; write null.'],
    ['{"rows":[\n{"row":1,,}]}', 'The answer is not JSON: unexpected text at line 2, column 10.'],
    ['{"rows":[', 'The answer is not JSON: it ends too early, at line 1, column 10.'],
    ['{"rows":[\n{"row":1},\n]}', 'The answer is not JSON: unexpected text at line 3, column 1.'],
  ])('%s', (text, message) => {
    const line = Number(/ line (\d+)/.exec(message)?.[1] ?? 1);
    expect(read(text).report.annotations).toEqual([mark(line, message)]);
  });

  test('JSON that begins with a byte order mark is read', () => {
    expect(read(`\ufeff{"rows":[${right.join()}]}`).verdict).toBe('correct');
    expect(readAnswer('\ufeff{"rows":[]}', 'json', [])).toEqual({ rows: [] });
  });

  test('what came late is told by how much, in the zone of the course; what did not come, what is waited for', () => {
    const zoned = { ...rows, zone: 'Europe/Berlin' };
    const at = (ms: number) => judge(zoned, { rows: [] }, new Date(due.getTime() + ms)).message;
    expect(at(1)).toBe(
      'GitHub received the answer on Wed 13 Jan 2027 10:00:00 (CET), 1 second after the deadline Wed 13 Jan 2027 10:00 (CET).',
    );
    expect(at(3_600_000)).toBe(
      'GitHub received the answer on Wed 13 Jan 2027 11:00 (CET), 1 hour after the deadline Wed 13 Jan 2027 10:00 (CET).',
    );
    const { due: _, ...always } = rows;
    expect(judge(always, { rows: [] }, due).message).toBe('0 of 3 rows are right, 3 missing.');
    const silent = { matches: 0, expected: 3, submitted: 0, missing: [], extra: [], duplicates: [], mismatches: [] };
    expect(judgeSilence(rows, due)).toStrictEqual({
      ...silent,
      verdict: 'pending',
      wrong: 0,
      message: 'Waiting for an answer.',
    });
    expect(judgeSilence(always, due).verdict).toBe('pending');
    expect(judgeSilence(zoned, new Date(due.getTime() + 1))).toStrictEqual({
      ...silent,
      verdict: 'deadline_exceeded',
      wrong: 0,
      message: 'No answer arrived before the deadline Wed 13 Jan 2027 10:00 (CET).',
    });
  });
});

describe('what is kept of wrong cells', () => {
  const kept = (value: unknown): unknown =>
    judge({ kind: 'data_validation', expected: [{ row: 1, a: 1 }] }, { rows: [{ row: 1, a: value }] }).mismatches[0]!
      .submitted;
  const deep = (depth: number): unknown => (depth === 0 ? 'x' : { k: [deep(depth - 1)] });
  const text = 'y'.repeat(200);
  test.each<[string, unknown, unknown]>([
    ['a text of 200 characters', text, text],
    ['the beginning of a longer one', `${text}z`, `${text}…`],
    ['twenty cells of a list', Array.from({ length: 21 }, (_, at) => at), Array.from({ length: 20 }, (_, at) => at)],
    [
      'twenty cells of a dictionary',
      Object.fromEntries(Array.from({ length: 21 }, (_, at) => [`k${at}`, at])),
      Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`k${at}`, at])),
    ],
    ['the beginning of a name', { [`${text}z`]: 1 }, { [text]: 1 }],
    ['four levels', deep(3), { k: [{ k: ['…'] }] }],
    ['nothing', { a: null }, { a: null }],
    ['a text at the fourth level', [[[['x']]]], [[[['x']]]]],
  ])('%s', (_, value, shown) => expect(kept(value)).toStrictEqual(shown));

  test('a thousand of them, and the number of all', () => {
    const expected = Array.from({ length: 1002 }, (_, row) => ({ row, a: 1 }));
    const rows = expected.map(({ row }) => ({ row, a: 2 }));
    const { wrong, mismatches } = judge({ kind: 'data_validation', expected }, { rows });
    expect([wrong, mismatches.length]).toEqual([1002, 1000]);
  });
});
