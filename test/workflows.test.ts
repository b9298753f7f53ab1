// Every workflow and action.yml of the product and of its templates, held to GitHub's own rules and to five of ours.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkWorkflow } from './check-workflow.ts';
import { projectFiles, root } from './project-files.ts';

const files = projectFiles().filter((file) => /(^|\/)(\.github\/workflows\/[^/]+|action)\.ya?ml$/.test(file));

test('there is something to check', () => {
  expect(files).toContain('action/action.yml');
  expect(files.filter((file) => file.startsWith('templates/')).length).toBeGreaterThan(2);
});

test.each(files)('%s', async (file) => {
  expect(await checkWorkflow(readFileSync(join(root, file), 'utf8'), file)).toEqual([]);
});

describe('the gate closes', () => {
  const job = (steps: string, more = '') =>
    `on: push\npermissions: { contents: read }\njobs:\n  a:\n    runs-on: ubuntu-latest\n${more}    steps:\n${steps}`;
  test.each([
    ['an unknown key', job('      - step: x\n'), 'language-service'],
    [
      'an unknown input of our Action',
      job('      - uses: practicum/practicum/action@v1\n        with: { modus: run }\n'),
      'language-service',
    ],
    ['needs of an unknown job', job('      - run: x\n', '    needs: b\n'), 'language-service'],
    ['an unknown step in an expression', job('      - run: echo ${{ steps.nope.outputs.x }}\n'), 'language-service'],
    ['script injection', job('      - run: echo ${{ github.event.pull_request.title }}\n'), 'script-injection'],
    ['old commands', job('      - run: echo "::set-output name=x::y"\n'), 'old-command'],
    [
      'a version that is a number',
      job('      - uses: actions/setup-python@v6\n        with: { python-version: 3.10 }\n'),
      'version-float',
    ],
    ['an old action', job('      - uses: actions/checkout@v2\n'), 'old-action'],
    ['all rights', job('      - run: x\n').replace('{ contents: read }', 'write-all'), 'permissions'],
    ['no word on rights', job('      - run: x\n').replace('permissions: { contents: read }\n', ''), 'permissions'],
  ])('%s', async (_name, text, rule) => {
    expect((await checkWorkflow(text, 'x.yml')).map((finding) => finding.rule)).toContain(rule);
  });
  test('and stays open for a good one', async () => {
    expect(await checkWorkflow(job('      - uses: actions/checkout@v7\n      - run: echo hi\n'), 'x.yml')).toEqual([]);
  });
  test('a bad action.yml', async () => {
    const text = 'name: x\ndescription: y\nruns: { using: node24 }\n';
    expect((await checkWorkflow(text, 'action.yml')).length).toBeGreaterThan(0);
  });
});
