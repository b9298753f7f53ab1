// Every workflow and action.yml of the product and of its templates, held to GitHub's own rules and to some of ours.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { knownActions } from '../packages/sandbox/src/actions/workflow/resolve-known.ts';
import { pipelineStep } from '../src/domain/report/confirm-report.ts';
import { checkWorkflow } from './check-workflow.ts';
import { projectFiles, root } from './project-files.ts';

const checkout = knownActions.get('actions/checkout')!;
const files = projectFiles().filter((file) => /(^|\/)(\.github\/workflows\/[^/]+|action)\.ya?ml$/.test(file));

test('there is something to check', () => {
  expect(files).toContain('action/action.yml');
  expect(files.filter((file) => file.startsWith('templates/')).length).toBeGreaterThan(2);
});

test.each(files)('%s', async (file) => {
  expect(await checkWorkflow(readFileSync(join(root, file), 'utf8'), file)).toEqual([]);
});

/** Fenced YAML in documents that is a workflow: people copy it. */
const examples = projectFiles()
  .filter((file) => file.endsWith('.md'))
  .flatMap((file) => {
    const blocks = readFileSync(join(root, file), 'utf8').matchAll(/```ya?ml\n([\s\S]*?)```/g);
    return [...blocks].flatMap(([, text]) => (/^ *(- )?uses: /m.test(text!) ? [[file, text!] as const] : []));
  });

test('there are examples', () => expect(examples.length).toBeGreaterThan(0));

test.each(examples)('an example in %s', async (_file, text) => {
  expect(await checkWorkflow(text, 'x.yml')).toEqual([]);
});

test('every version on the list is a tag of the repository, at its commit', () => {
  for (const [name, { version, sha, tags }] of knownActions) {
    expect(tags[version], name).toBe(sha);
    expect(sha).toMatch(/^[0-9a-f]{40}$/);
  }
});

test('the step that runs the pipeline has the name by which Action and app know it', () => {
  const workflow = parse(readFileSync(join(root, 'templates/course/.github/workflows/practicum.yml'), 'utf8'));
  const names = workflow.jobs.run.steps.map(({ name }: { name?: string }) => name);
  expect(names).toContain(pipelineStep);
  const action = parse(readFileSync(join(root, 'action/action.yml'), 'utf8'));
  expect(action.inputs['run-step'].default).toBe(pipelineStep);
});

test('a job that may have anything signed keeps no credentials and gives no others on', () => {
  for (const file of files) {
    const text = readFileSync(join(root, file), 'utf8');
    expect(text, file).not.toContain('secrets: inherit');
    const workflow = parse(text) as { permissions?: Record<string, string>; jobs?: Record<string, Job> };
    expect(workflow.permissions ?? {}, file).not.toHaveProperty('id-token');
    for (const job of Object.values(workflow.jobs ?? {}))
      for (const step of job.steps ?? [])
        if (step.uses?.startsWith('actions/checkout@'))
          expect(step.with?.['persist-credentials'], `${file}: ${step.uses}`).toBe(false);
  }
});

type Job = { steps?: { uses?: string; with?: Record<string, unknown> }[] };

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
    ['an old action', job(`      - uses: actions/checkout@${checkout.tags['v4.0.0']} # v4.0.0\n`), 'old-action'],
    ['a tag', job('      - uses: actions/checkout@v7\n'), 'unpinned'],
    ['a commit without its version', job(`      - uses: actions/checkout@${checkout.sha}\n`), 'unpinned'],
    ['another version beside the commit', job(`      - uses: actions/checkout@${checkout.sha} # v6\n`), 'unpinned'],
    ['an action of strangers', job('      - uses: someone/action@v1\n'), 'unknown-action'],
    [
      'an unknown input of a listed action',
      job(`      - uses: actions/checkout@${checkout.sha} # ${checkout.version}\n        with: { depth: 1 }\n`),
      'language-service',
    ],
    [
      'commands of which the first may fail unseen',
      job('      - run: uv venv && uv pip install x\n'),
      'hidden-failure',
    ],
    ['all rights', job('      - run: x\n').replace('{ contents: read }', 'write-all'), 'permissions'],
    ['no word on rights', job('      - run: x\n').replace('permissions: { contents: read }\n', ''), 'permissions'],
  ])('%s', async (_name, text, rule) => {
    expect((await checkWorkflow(text, 'x.yml')).map((finding) => finding.rule)).toContain(rule);
  });
  test('and stays open for a good one', async () => {
    const good = `      - uses: actions/checkout@${checkout.sha} # ${checkout.version}\n      - run: echo hi\n`;
    expect(await checkWorkflow(job(good), 'x.yml')).toEqual([]);
  });
  test('a bad action.yml', async () => {
    const text = 'name: x\ndescription: y\nruns: { using: node24 }\n';
    expect((await checkWorkflow(text, 'action.yml')).length).toBeGreaterThan(0);
  });
});
