// Requirements that come from a repository: a commit is one version, a branch moves.
import { expect, test } from 'vitest';
import { isPinned } from '../../../src/domain/milestones/read-requirements.ts';

const commit = '0123456789abcdef0123456789abcdef01234567';

test.each([
  [`git+https://github.com/a/b@${commit}`, true],
  [`git+ssh://git@github.com/a/b.git@${commit}#egg=b`, true],
  [`-e git+https://github.com/a/b@${commit}#egg=b`, true],
  [`b @ git+https://github.com/a/b@${commit}`, true],
  ['-e .', true],
  ['git+https://github.com/a/b@main', false],
  ['git+https://github.com/a/b', false],
  ['-e git+https://github.com/a/b@main#egg=b', false],
  ['--editable=git+https://github.com/a/b#egg=b', false],
])('%s', (line, pinned) => {
  expect(isPinned(new Map([['requirements.txt', `numpy==1.26.4\n${line}\n`]]))).toBe(pinned);
});
