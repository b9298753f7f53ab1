// What is wrong with the first line of a CSV, where it is hardly the names of the columns.
import { doubtOfHeader, type NamedColumn } from '../../domain/dataset/doubt-of-header.ts';
import type { Problem } from '../../domain/text/problem.ts';

type Fault = Pick<Problem, 'code' | 'message'> & { hint: string; level?: 'warning' };

/** A file without a header has its first row for one. Where that is certain, it is an error. */
export function faultOfHeader(columns: readonly NamedColumn[], rows: number): Fault | undefined {
  const names = columns.map(({ name }) => name);
  // `150,4,setosa,versicolor,virginica`, as of scikit-learn.
  if (names.length > 2 && Number(names[0]) === rows && Number(names[1]) === names.length - 1) {
    const message = `the first line is no header: it says how many rows (${rows}) and columns there are`;
    return { code: 'csv-preamble', message, hint: 'put the names of the columns there' };
  }
  const doubt = doubtOfHeader(columns);
  if (doubt === 'none') return undefined;
  const message = 'the first line looks like a row, not like the names of the columns';
  if (doubt === 'certain') {
    const hint = 'the file has no header: put a first line with the names of the columns into it';
    return { code: 'header-missing', message, hint };
  }
  const hint = 'if the file has no header, add one: its first line is never released';
  return { code: 'header-missing', level: 'warning', message, hint };
}
