// What is wrong with a whole table, where its rows are out of step with its header: one mistake, and not one in each row.
import type { ProblemCode } from '../../domain/text/problem-codes.ts';
import type { Table } from '../table/open-table.ts';
import { oneMore } from './hint-of-ragged.ts';

/** How many rows there are, are ragged, have one field more than the header, end in a delimiter then, or have too few. */
export type RaggedCounts = Record<'rows' | 'ragged' | 'longer' | 'trailing' | 'shorter', number>;

type Cause = { line: number; code: ProblemCode; message: string; hint: string; isOutOfStep?: true };

/** Undefined where each row is a mistake of its own, or none is. */
export function causeOfRagged(
  counts: RaggedCounts,
  table: Pick<Table, 'format' | 'columns' | 'delimiter'>,
): Cause | undefined {
  return table.format === 'csv' ? causeInCsv(counts, table) : causeInJson(counts);
}

function causeInJson({ rows, ragged }: RaggedCounts): Cause | undefined {
  const hint = 'write one object per line, or an array of objects: `[{…}, {…}]`';
  if (rows > 0 && ragged === rows) {
    return { line: 1, code: 'json-rows', message: 'no line is a JSON object of its own', hint };
  }
  if (rows !== 1) return undefined;
  return { line: 1, code: 'json-rows', message: 'there is but one JSON object, and not one for each row', hint };
}

function causeInCsv(
  { rows, ragged, longer, trailing, shorter }: RaggedCounts,
  { columns, delimiter }: Pick<Table, 'columns' | 'delimiter'>,
): Cause | undefined {
  if (rows > 1 && shorter === rows) {
    const message = 'every row has fewer fields than the header';
    const hint = 'give the header as many names as rows have fields';
    return { line: 2, code: 'ragged-row', message, hint, isOutOfStep: true };
  }
  if (rows > 0 && trailing === rows) {
    const message = 'every row ends in a delimiter, and so has one empty field more than the header';
    const hint = 'take the delimiter at the end of each row away, or add one to the header';
    return { line: 2, code: 'trailing-delimiter', message, hint };
  }
  if (rows > 0 && longer === rows) {
    return { line: 2, code: 'row-names', message: 'every row has one field more than the header', hint: oneMore };
  }
  if (rows <= 3 || ragged <= rows / 2) return undefined;
  const sign = delimiter === 9 ? 'tab' : String.fromCharCode(delimiter);
  const message = `${ragged} of ${rows} rows have not as many fields as the first line (${columns.length}): this is hardly a table divided by \`${sign}\``;
  return {
    line: 1,
    code: 'ragged-row',
    message,
    hint: 'name a table, with a field for each column',
    isOutOfStep: true,
  };
}
