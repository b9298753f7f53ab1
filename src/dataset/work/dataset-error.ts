// Our failures while reading or cutting a dataset: coded, thrown, with a cause where there is one.

import { Failure } from '../../domain/text/failure.ts';
import type { ProblemCode } from '../../domain/text/problem-codes.ts';

export type DatasetErrorCode =
  | 'source_missing'
  | 'source_changed'
  | 'source_unreadable'
  | 'source_empty'
  | 'source_not_table'
  | 'column_missing'
  | 'record_too_long'
  | 'rows_out_of_range'
  | 'release_unknown'
  | 'cache_damaged'
  | 'rows_unreadable';

export class DatasetError extends Failure<DatasetErrorCode> {
  constructor(code: DatasetErrorCode, message: string, cause?: unknown) {
    super(code, message, { cause, name: 'DatasetError' });
  }
}

/** A file that is no table: what it is and what to do is the teacher's to read, under a code of its own. */
export class NotTableError extends DatasetError {
  readonly problem: ProblemCode;
  readonly hint: string;

  constructor(message: string, problem: ProblemCode, hint: string) {
    super('source_not_table', message);
    this.name = 'NotTableError';
    this.problem = problem;
    this.hint = hint;
  }
}

type Kebab<T extends string> = T extends `${infer Head}_${infer Tail}` ? `${Head}-${Kebab<Tail>}` : T;

/** As a person reads it: a failure that is the teacher's mistake becomes a problem. */
export function problemCodeOf(code: DatasetErrorCode): ProblemCode {
  return kebab(code);
}

function kebab<T extends string>(code: T): Kebab<T> {
  return code.replaceAll('_', '-') as Kebab<T>;
}
