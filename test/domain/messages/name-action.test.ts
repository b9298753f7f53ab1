// Workflows call the Action by the name that the app gives it, at a commit.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nameAction, ownAction, readActionName } from '../../../src/domain/messages/name-action.ts';
import { root } from '../../project-files.ts';

const workflow = (name: string): string => readFileSync(join(root, 'templates/course/.github/workflows', name), 'utf8');
const sha = 'a1b2c3d4'.repeat(5);

test('every place of the templates that calls the Action is named by repository and commit', () => {
  const mine = { repository: 'uni/practicum', ref: 'v1.4.0' };
  const named = ['practicum.yml', 'check.yml'].map((name) => nameAction(workflow(name), mine, sha)).join('\n');
  expect(named.match(/uses: uni\/practicum\/action(\/course)?@[0-9a-f]{40} # v1\.4\.0$/gm)).toHaveLength(3);
  expect(named).not.toContain('practicum/practicum/');
  // Nothing else of the file changes.
  expect(named.split('\n')).toHaveLength(`${workflow('practicum.yml')}\n${workflow('check.yml')}`.split('\n').length);
});

test('a commit in the setting stays as it is; without a known commit the version stands alone', () => {
  expect(nameAction('uses: practicum/practicum/action@v1', { repository: 'a/b', ref: sha }, sha)).toBe(
    `uses: a/b/action@${sha}`,
  );
  expect(nameAction('uses: practicum/practicum/action@v1', ownAction, undefined)).toBe(
    'uses: practicum/practicum/action@v1',
  );
  expect(nameAction('uses: practicum/practicum/other@v1', ownAction, sha)).toBe('uses: practicum/practicum/other@v1');
});

test('what is no name of an Action is told', () => {
  expect(readActionName('uni/practicum@v1')).toEqual({ repository: 'uni/practicum', ref: 'v1' });
  for (const bad of [
    'practicum',
    'uni/practicum',
    'uni/practicum@',
    '@v1',
    'uni/practicum@v1 x',
    'a/b/c@v1',
    'a/b@$(x)',
  ])
    expect(readActionName(bad), bad).toBeUndefined();
});
