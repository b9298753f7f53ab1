// A failure of a machine, of the network or of our own: thrown, with a code and its cause. A person's mistake is a `Problem`.

/** People and stored rows know these words: their spelling stays. */
export type FailureCode =
  | 'answer-too-large'
  | 'app-not-ready'
  | 'asset-damaged'
  | 'bad-path'
  | 'bad_target'
  | 'cache_damaged'
  | 'carrier-missing'
  | 'clock-silent'
  | 'column_missing'
  | 'conflict'
  | 'copy_failed'
  | 'course-missing'
  | 'course-not-in-force'
  | 'course-public'
  | 'course-unreadable'
  | 'deadline'
  | 'disk-full'
  | 'fetch_failed'
  | 'forbidden'
  | 'github-away'
  | 'github-refused'
  | 'github-unavailable'
  | 'github-unreachable'
  | 'gone'
  | 'graphql-error'
  | 'installation-away'
  | 'issuer-unreachable'
  | 'lease-lost'
  | 'no-free-port'
  | 'no-rows'
  | 'not-found'
  | 'not-installed'
  | 'not-ready'
  | 'not_verified'
  | 'payload-unreadable'
  | 'set-up-refused'
  | 'staff-channel'
  | 'placement-generate'
  | 'placement-invalid-plan'
  | 'placement-invalid-start'
  | 'placement-model'
  | 'placement-placer'
  | 'placement-stuck'
  | 'plan-refused'
  | 'postgres-unavailable'
  | 'push-failed'
  | 'push-refused'
  | 'rate-held'
  | 'rate-limited'
  | 'rclone_missing'
  | 'reading-exceeded'
  | 'reading-failed'
  | 'record_too_long'
  | 'rehearsal-stuck'
  | 'release_unknown'
  | 'remote-missing'
  | 'remote_missing'
  | 'repository-archived'
  | 'repository-refused'
  | 'repository-empty'
  | 'repository-missing'
  | 'repository-too-large'
  | 'repository-unreadable'
  | 'rows_out_of_range'
  | 'rows_unreadable'
  | 'settings-unreadable'
  | 'slice-too-large'
  | 'source_changed'
  | 'source_empty'
  | 'source_missing'
  | 'source_not_table'
  | 'source_unreadable'
  | 'stale-data'
  | 'timeout'
  | 'unauthorised'
  | 'unknown-job'
  | 'unprocessable'
  | 'upload-refused'
  | 'upload-too-large'
  | 'unstorable';

export type FailureFacts = {
  cause?: unknown;
  /** Trying again cannot help. */
  permanent?: boolean;
  /** Seconds that GitHub asks us to wait. */
  retryAfter?: number;
  /** Seconds to wait without counting it as a failure. */
  postpone?: number;
  /** The status of an answer over HTTP. */
  status?: number;
  name?: string;
  /** Where it is a state of GitHub, of which installation: the scope of a hold. */
  scope?: string;
};

export class Failure<Code extends FailureCode = FailureCode> extends Error {
  readonly code: Code;
  declare readonly permanent?: boolean;
  declare readonly retryAfter?: number;
  declare readonly postpone?: number;
  declare readonly status?: number;
  declare readonly scope?: string;

  constructor(code: Code, message: string, { cause, ...facts }: FailureFacts = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'Failure';
    this.code = code;
    Object.assign(this, facts);
  }
}

/** The code of whatever was thrown: ours, or that of Node, PostgreSQL or a library. */
export function codeOf(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

export function isFailure(error: unknown, ...codes: readonly FailureCode[]): boolean {
  return codes.some((code) => code === codeOf(error));
}
