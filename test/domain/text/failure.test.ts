// A failure carries what the queue and people act on, and nothing that was not said.
import { expect, test } from 'vitest';
import { codeOf, Failure, isFailure } from '../../../src/domain/text/failure.ts';

test('a failure has its code, its cause and the facts that were given, and no others', () => {
  const cause = new Error('the line is cut');
  const failure = new Failure('github-unreachable', 'GitHub does not answer', { cause, retryAfter: 30 });
  expect(failure).toBeInstanceOf(Error);
  expect(failure).toMatchObject({ name: 'Failure', code: 'github-unreachable', cause, retryAfter: 30 });
  expect('permanent' in failure || 'status' in failure || 'postpone' in failure).toBe(false);
  expect('cause' in new Failure('gone', 'it is gone')).toBe(false);
});

test('a code is read from whatever was thrown', () => {
  expect(codeOf(Object.assign(new Error('no'), { code: 'ENOENT' }))).toBe('ENOENT');
  for (const thrown of [undefined, null, 'gone', 7, new Error('gone'), { code: 410 }])
    expect(codeOf(thrown), String(thrown)).toBeUndefined();
  expect(isFailure(new Failure('gone', 'it is gone'), 'not-found', 'gone')).toBe(true);
  expect(isFailure(new Failure('gone', 'it is gone'), 'not-found')).toBe(false);
});
