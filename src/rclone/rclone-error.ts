// Failures of rclone: coded, with what it said. None of them says that the copy did not arrive.

import { Failure } from '../domain/text/failure.ts';

export type RcloneErrorCode =
  | 'rclone_missing'
  | 'remote_missing'
  | 'bad_target'
  | 'copy_failed'
  | 'not_verified'
  | 'fetch_failed'
  | 'timeout';

export class RcloneError extends Failure<RcloneErrorCode> {
  /** True when trying again later may help. */
  readonly retryable: boolean;

  constructor(code: RcloneErrorCode, message: string, retryable = false, cause?: unknown) {
    super(code, message, { cause, name: 'RcloneError' });
    this.retryable = retryable;
  }
}
