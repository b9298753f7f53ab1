// The words and the shape of a request: what is asked in a sentence, the schema of the answer, and an example of one.
import type { RequestRule } from '../challenge/challenge.ts';
import type { Row } from '../text/row.ts';
import type { StudentRequest } from './student-request.ts';
import { sayInstant } from '../time/say-time.ts';

type Kind = RequestRule['kind'];

/** JSON Schema of the answer. For predictions the target may also be called `prediction`. */
export function answerSchema(expected: readonly Row[], kind: Kind): object {
  const columns = Object.keys(expected[0] ?? { row: 0 });
  const strict = kind !== 'batch_prediction';
  const properties = Object.fromEntries(columns.map((column) => [column, { type: typesOf(expected, column) }]));
  const row = { type: 'object', properties, required: strict ? columns : ['row'], additionalProperties: !strict };
  const rows = { type: 'array', minItems: expected.length, maxItems: expected.length, items: row };
  const $schema = 'https://json-schema.org/draft/2020-12/schema';
  return { $schema, type: 'object', properties: { rows }, required: ['rows'] };
}

function typesOf(rows: readonly Row[], column: string): string[] {
  const types = rows.map((row) => (row[column] === null ? 'null' : typeof row[column]));
  return [...new Set(types)].sort();
}

/** An answer of the right shape with made-up values: nothing in it is right by more than chance. */
export function answerExample(expected: readonly Row[], kind: Kind): object {
  const first = expected[0];
  if (!first) return { rows: [] };
  const cells = Object.keys(first).map((column) => [
    column,
    column === 'row' ? first['row'] : placeholder(first[column]),
  ]);
  return { rows: [Object.fromEntries(kind === 'batch_prediction' ? cells.slice(0, 2) : cells)] };
}

function placeholder(value: unknown): unknown {
  if (typeof value === 'number') return 0;
  if (typeof value === 'boolean') return false;
  return value === null ? null : '…';
}

/** What is asked, and how to answer, for people. */
export function describeRequest(request: Omit<StudentRequest, 'ask'>, zone: string): string {
  const { id, file, items, instances, target, metric, threshold, feature, formula, due, attempts } = request;
  const answer = `Push your answer as answers/${id}.json (or answers/${id}.csv) before ${sayInstant(new Date(due), zone)}; you have ${attempts} attempt${attempts === 1 ? '' : 's'}.`;
  if (request.kind === 'batch_prediction') {
    const better = metric === 'mae' || metric === 'rmse' ? 'at most' : 'at least';
    return `Predict ${target} for the ${instances?.length} rows in "instances"; ${metric} must be ${better} ${threshold}. ${answer}`;
  }
  const which = `the ${items?.length} rows listed in "items" of ${file} (0 is the first row below the header)`;
  if (request.kind === 'calculated_feature') return `Compute ${feature} by ${formula} for ${which}. ${answer}`;
  return `Hand back ${which}, with all their columns. ${answer}`;
}
