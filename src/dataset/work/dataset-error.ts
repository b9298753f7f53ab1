// Our failures while reading or cutting a dataset: coded, thrown, with a cause where there is one.

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
  | 'drift_invalid'
  | 'contract_broken'
  | 'cache_damaged'
  | 'rows_unreadable';

export class DatasetError extends Error {
  readonly code: DatasetErrorCode;

  constructor(code: DatasetErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'DatasetError';
    this.code = code;
  }
}

/** A file that is no table: what it is and what to do is the teacher's to read, under a code of its own. */
export class NotTableError extends DatasetError {
  readonly problem: string;
  readonly hint: string;

  constructor(message: string, problem: string, hint: string) {
    super('source_not_table', message);
    this.name = 'NotTableError';
    this.problem = problem;
    this.hint = hint;
  }
}
