// Paths that a pipeline may name, whichever way they are spelt.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ancestors, checkPath, overlaps } from '../../../src/domain/pipeline/pipeline-path.ts';

test.each([
  ['data/in.csv', 'data/in.csv'],
  ['./data//in.csv', 'data/in.csv'],
  ['data\\windows\\in.csv', 'data/windows/in.csv'],
  ['a/../b/', 'b'],
  ['.', '.'],
  ['.gitignore', '.gitignore'],
  ['...', '...'],
])('%s is %s', (text, path) => expect(checkPath(text)).toEqual({ ok: true, path }));

test.each([
  '',
  ' ',
  '/etc/passwd',
  '~/x',
  'C:\\x',
  'c:x',
  '\\\\server\\share',
  '..',
  'a/../..',
  '.git',
  '.GIT/config',
  'a/.git/hooks',
  'a\nb',
  'a\0b',
])('%j is refused', (text) => {
  expect(checkPath(text).ok).toBe(false);
});

test('.. reaches as far as the root of the repository, and no further', () => {
  expect(checkPath('../../x', 2)).toEqual({ ok: true, path: '../../x' });
  expect(checkPath('../../../x', 2).ok).toBe(false);
  expect(checkPath('../x', 0, 'sub')).toEqual({ ok: true, path: 'x' });
});

test('whatever is accepted stays inside, in one spelling', () => {
  const part = fc.constantFrom('a', 'b', '.', '..', '', 'c d', '.git', 'x.csv');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
      const checked = checkPath(parts.join('/'));
      if (!checked.ok) return;
      expect(checked.path.split('/')).not.toContain('..');
      expect(checkPath(checked.path)).toEqual(checked);
      for (const folder of ancestors(checked.path)) expect(overlaps(folder, checked.path)).toBe(true);
    }),
  );
});
