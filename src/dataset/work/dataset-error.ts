// Our failures while reading or cutting a dataset: coded, thrown, with a cause where there is one.

export type DatasetErrorCode =
  | 'source_missing'
  | 'source_changed'
  | 'source_unreadable'
  | 'source_empty'
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
