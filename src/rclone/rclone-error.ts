// Failures of rclone: coded, with what it said. None of them says that the copy did not arrive.

export type RcloneErrorCode =
  | 'rclone_missing'
  | 'remote_missing'
  | 'bad_target'
  | 'copy_failed'
  | 'not_verified'
  | 'fetch_failed'
  | 'timeout';

export class RcloneError extends Error {
  readonly code: RcloneErrorCode;
  /** True when trying again later may help. */
  readonly retryable: boolean;

  constructor(code: RcloneErrorCode, message: string, retryable = false, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'RcloneError';
    this.code = code;
    this.retryable = retryable;
  }
}
