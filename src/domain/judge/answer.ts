// Reads what a student handed in: JSON or CSV text, of any size up to the limit, into rows or a sentence why not.
import type { Row } from '../text/row.ts';
import { positionAt } from '../text/decode-text.ts';
import { jsonFault } from '../text/json-fault.ts';
import { parseExact } from '../text/parse-exact.ts';
import { cellTypes, readCsvRows, type Unreadable } from '../text/read-csv.ts';
import type { Answer } from './judge.ts';

export type AnswerFormat = 'json' | 'csv';

/** Answers above this many bytes are refused unread; a million rows of twenty columns fit. */
export const ANSWER_LIMIT_BYTES = 256 * 1024 * 1024;
const ROW_LIMIT = 2_000_000;

/** The format by the file's name: `.csv` is CSV, everything else JSON. */
export function answerFormat(path: string): AnswerFormat {
  return /\.csv$/i.test(path) ? 'csv' : 'json';
}

/** The sentence for an answer above the limit, or undefined when it may be read. */
export function answerTooLarge(bytes: number, limit: number = ANSWER_LIMIT_BYTES): string | undefined {
  if (bytes <= limit) return undefined;
  return `The answer has ${megabytes(bytes)} MB; at most ${megabytes(limit)} MB are read. Hand in only the rows asked for, or CSV.`;
}

/** The rows of an answer. `expected` tells how the cells of a CSV are to be read. */
export function readAnswer(text: string, format: AnswerFormat, expected: readonly Row[]): Answer {
  const answer = format === 'csv' ? readCsvRows(text, cellTypes(expected), expected) : readJsonRows(text);
  if ('rows' in answer && answer.rows.length > ROW_LIMIT) {
    return { unreadable: `The answer has ${answer.rows.length} rows; at most ${ROW_LIMIT} are read.` };
  }
  return answer;
}

function readJsonRows(text: string): Answer {
  const json = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  let value: unknown;
  try {
    value = parseExact(json);
  } catch {
    return jsonProblem(json);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, 'rows')) {
    return { unreadable: 'The answer must be an object with a list "rows": {"rows": [{"row": 1, …}]}.' };
  }
  const rows = (value as Row)['rows'];
  if (!Array.isArray(rows)) return { unreadable: '"rows" must be a list.' };
  const odd = rows.findIndex((row) => typeof row !== 'object' || row === null || Array.isArray(row));
  if (odd !== -1) return { unreadable: `Entry ${odd + 1} of "rows" is not an object.` };
  return { rows };
}

/** Where and why, without quoting more of the text than a few characters. */
function jsonProblem(text: string): Unreadable {
  const not = (why: string): string => `The answer is not JSON: ${why}`;
  if (text.trim() === '') return { unreadable: not('the file is empty.') };
  const number = /[[:,]\s*(?=(?:NaN|-?Infinity)\b)/.exec(text);
  const place = number ? number.index + number[0].length : (jsonFault(text) ?? text.length);
  const { line, column } = positionAt(text, place);
  if (number) return { unreadable: not('NaN and Infinity are not JSON; write null.'), line };
  const what = place === text.length ? 'it ends too early,' : 'unexpected text';
  return { unreadable: not(`${what} at line ${line}, column ${column}.`), line };
}

function megabytes(bytes: number): string {
  return (bytes / (1024 * 1024)).toFixed(1);
}
