// Answers that are handed in, for the tests of what is said of them.
import { judgeFile, type FileAsked } from '../../../src/domain/judge/judge-file.ts';
import type { Expectation } from '../../../src/domain/judge/judge.ts';

export const due = new Date('2027-01-13T09:00:00Z');
const expected = [1, 2, 3].map((row) => ({ row, a: row / 4, b: 'x' }));
/** Three rows to be answered. */
export const rows: Expectation = { kind: 'data_validation', expected, due };
/** The answer, an entry a line. */
export const right = expected.map((row) => JSON.stringify(row));

export const read = (text: string, more: Partial<FileAsked> = {}) =>
  judgeFile(new TextEncoder().encode(text), {
    expectation: rows,
    path: 'answers/1.json',
    at: due,
    attempt: 1,
    attempts: 3,
    closed: false,
    ...more,
  });
export const json = (entries: readonly string[], more?: Partial<FileAsked>) =>
  read(`{"rows":[\n${entries.join(',\n')}\n]}`, more);
export const mark = (line: number, message: string) => ({
  path: 'answers/1.json',
  start_line: line,
  end_line: line,
  annotation_level: 'failure',
  message,
});
