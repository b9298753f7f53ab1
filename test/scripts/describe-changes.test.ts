// The notes of a release come from the changelog, and there is none without something to notice.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeChanges } from '../../scripts/describe-changes.ts';

const subjects = ['Do this', 'Do that'];

test('what is unreleased, without older versions, and the commits below', () => {
  const changelog = '# Changelog\n\n## Unreleased\n\n### For teachers\n- New.\n\n## 1.2.2\n\n- Old.\n';
  expect(describeChanges({ version: '1.2.3', changelog, subjects, last: 'v1.2.2' })).toBe(
    '# 1.2.3\n\n### For teachers\n- New.\n\n<details><summary>Commits since v1.2.2</summary>\n\n- Do this\n- Do that\n\n</details>\n',
  );
});

test.each(['# Changelog\n', '# Changelog\n\n## Unreleased\n\n## 1.2.2\n\n- Old.\n'])(
  'nothing to notice: %j',
  (changelog) => {
    expect(() => describeChanges({ version: '1.2.3', changelog, subjects })).toThrow('write what people will notice');
  },
);

test('our own changelog has something to say', () => {
  const changelog = readFileSync(join(import.meta.dirname, '../../CHANGELOG.md'), 'utf8');
  const notes = describeChanges({ version: '1.0.0', changelog, subjects });
  expect(notes).toContain('### For teachers');
  expect(notes).toContain('### For who runs it');
});
