// Whose failure: every state of GitHub, the database, the disk and the clock against the work's own.
import { expect, test } from 'vitest';
import { classifyFailure, type FailureClass } from '../../../src/domain/jobs/classify-failure.ts';

const failed = (message: string, facts: object = {}): Error => Object.assign(new Error(message), facts);
const github = (code: string, message = code, more: object = {}): Error =>
  failed(message, { name: 'GitHubError', code, ...more });

test.each<[FailureClass, unknown]>([
  ['github', github('github-unavailable', 'Service Unavailable', { status: 503 })],
  ['github', github('github-unreachable', 'connect ECONNREFUSED')],
  ['github', github('rate-limited', 'You have exceeded a secondary rate limit')],
  ['github', github('unauthorised', 'Bad credentials', { status: 401 })],
  ['github', github('installation-away', 'This installation has been suspended', { status: 403 })],
  ['github', failed('Server Error', { name: 'HttpError', status: 502 })],
  [
    'github',
    failed('wrapped', { code: 'course-unfetched', cause: failed('fatal: Could not resolve host: github.com') }),
  ],
  ['github', failed('fatal: unable to access: The requested URL returned error: 503')],
  [
    'github',
    failed('fetch failed', { name: 'TypeError', cause: failed('getaddrinfo EAI_AGAIN', { code: 'EAI_AGAIN' }) }),
  ],
  ['database', failed('terminating connection due to administrator command', { code: '57P01', severity: 'FATAL' })],
  ['database', failed('connect ECONNREFUSED 127.0.0.1:5432', { code: 'ECONNREFUSED', syscall: 'connect' })],
  ['database', failed('Connection terminated unexpectedly')],
  ['database', failed('deadlock detected', { code: '40P01', severity: 'ERROR' })],
  ['database', failed('canceling statement due to statement timeout', { code: '57014', severity: 'ERROR' })],
  ['database', failed('password authentication failed for user "app"', { code: '28P01', severity: 'FATAL' })],
  ['database', failed('no pg_hba.conf entry for host', { code: '28000', severity: 'FATAL' })],
  ['database', failed('database "practicum" does not exist', { code: '3D000', severity: 'FATAL' })],
  ['database', failed('permission denied for table job', { code: '42501', severity: 'ERROR' })],
  [
    'database',
    failed('terminating connection due to idle-in-transaction timeout', { code: '25P03', severity: 'FATAL' }),
  ],
  ['disk', failed('ENOSPC: no space left on device, write', { code: 'ENOSPC', syscall: 'write' })],
  ['disk', failed('git failed', { cause: failed('fatal: write error: No space left on device') })],
  ['disk', failed('ESTALE: stale file handle, open', { code: 'ESTALE', syscall: 'open' })],
  ['disk', failed('git failed', { cause: failed('fatal: read error: Input/output error') })],
  ['disk', failed('could not extend file', { code: '53100', severity: 'ERROR' })],
  ['clock', github('unauthorised', "'Expiration time' claim ('exp') is too far in the future", { status: 401 })],
  ['own', github('not-found', 'Not Found', { status: 404 })],
  ['own', github('unprocessable', 'Could not clone: connection refused', { status: 422 })],
  ['own', github('forbidden', 'Resource not accessible by integration', { status: 403, cause: failed('x') })],
  ['own', failed('duplicate key value violates unique constraint', { code: '23505', severity: 'ERROR' })],
  ['own', failed('column source: not a number', { code: 'source-changed' })],
  ['own', new TypeError('undefined is not a function')],
  ['own', undefined],
])('%s: %o', (expected, error) => {
  expect(classifyFailure(error)).toBe(expected);
});

test('a chain that leads back to itself ends', () => {
  const one = failed('one');
  one.cause = failed('two', { cause: one });
  expect(classifyFailure(one)).toBe('own');
});
