import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { JobLog } from '../../src/actions/workflow/job-log.ts';
import type { JobOutcome, JobServices } from '../../src/actions/workflow/job-types.ts';
import { readWorkflow } from '../../src/actions/workflow/read-workflow.ts';
import { knownActions } from '../../src/actions/workflow/resolve-known.ts';
import { runJob } from '../../src/actions/job/run-job.ts';

let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'practicum-job-'))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

type Result = JobOutcome & { log: string };
type Options = {
  cancel?: AbortSignal;
  kill?: AbortSignal;
  onLog?: (log: JobLog) => void;
  speed?: number;
  actions?: Record<string, string>;
  masks?: string[];
};

/** Runs the only job of a workflow, outside any sandbox. */
async function run(jobYaml: string, options: Options = {}): Promise<Result> {
  const indented = jobYaml.replace(/^/gm, '    ');
  const workflow = readWorkflow(
    `on: push\njobs:\n  it:\n    runs-on: ubuntu-latest\n${indented}`,
    '.github/workflows/x.yml',
  );
  const definition = workflow.jobs.get('it');
  if (!definition) throw new Error('no job');
  const actionFolder = join(root, 'action-repository');
  for (const [path, text] of Object.entries(options.actions ?? {})) {
    mkdirSync(dirname(join(actionFolder, path)), { recursive: true });
    writeFileSync(join(actionFolder, path), text);
  }
  const uploads: { name: string; zip: Buffer }[] = [];
  const services: JobServices = {
    findCommit: async () => undefined,
    fetchAction: async (repository, ref) => {
      if (repository !== 'org/tool' || ref !== 'v1')
        throw new Error(`Unable to resolve action \`${repository}@${ref}\`, repository not found`);
      return actionFolder;
    },
    uploadArtifact: async ({ name, zip }) => ({ id: uploads.push({ name, zip }), digest: 'd', url: 'u' }),
    downloadArtifacts: async () => uploads,
  };
  const log = new JobLog(() => new Date('2027-01-01T00:00:00Z'));
  options.onLog?.(log);
  const outcome = await runJob(
    {
      definition,
      name: 'it',
      workflowDefaults: workflow.defaults,
      contexts: {
        github: {
          repository: 'org/repo',
          sha: 'a'.repeat(40),
          ref: 'refs/heads/main',
          token: 'ghs_secret_token',
          api_url: 'http://x/api/v3',
          server_url: 'http://x',
        },
        inputs: { who: 'world' },
        secrets: { KEY: 'hunter22' },
        vars: { COLOUR: 'red' },
        matrix: {},
        needs: {},
      },
      workflowEnv: { FROM_WORKFLOW: 'w' },
      event: { ref: 'refs/heads/main', head_commit: { message: 'hello' } },
      runner: { name: 'r1', environment: 'github-hosted', speed: options.speed ?? 1 },
      extraEnv: {},
      masks: options.masks ?? ['ghs_secret_token', 'hunter22'],
      services,
      root,
      path: process.env['PATH'] ?? '',
      cancel: options.cancel ?? new AbortController().signal,
      kill: options.kill ?? new AbortController().signal,
      log,
      now: () => new Date('2027-01-01T00:00:00Z'),
      onSteps: () => {},
    },
    1,
  );
  return { ...outcome, log: log.text() };
}

const conclusions = (result: Result): [string, string | null][] =>
  result.steps.map((step) => [step.name, step.conclusion]);

describe('run steps', () => {
  test('hand values on by files, outputs, paths and expressions', async () => {
    const result = await run(`env: { FROM_JOB: "j-\${{ vars.COLOUR }}" }
outputs: { answer: "\${{ steps.one.outputs.answer }}", lines: "\${{ steps.one.outputs.lines }}" }
steps:
  - id: one
    run: |
      echo "answer=42" >> "$GITHUB_OUTPUT"
      printf 'lines<<EOF\\na\\nb\\nEOF\\n' >> "$GITHUB_OUTPUT"
      echo "LATER=\${{ inputs.who }}" >> "$GITHUB_ENV"
      mkdir bin && printf '#!/bin/sh\\necho tool ran\\n' > bin/tool && chmod +x bin/tool
      echo "$PWD/bin" >> "$GITHUB_PATH"
      echo "# summary" >> "$GITHUB_STEP_SUMMARY"
  - run: echo "$LATER $FROM_JOB $FROM_WORKFLOW $GITHUB_REPOSITORY $RUNNER_NAME \${{ env.LATER }}" && tool
  - name: never
    if: github.event.head_commit.message != 'hello'
    run: exit 1
`);
    expect(result.conclusion).toBe('success');
    expect(result.outputs).toEqual({ answer: '42', lines: 'a\nb' });
    expect(result.log).toContain('world j-red w org/repo r1 world');
    expect(result.log).toContain('tool ran');
    expect(result.summary).toBe('# summary\n');
    expect(conclusions(result)).toEqual([
      ['Set up job', 'success'],
      ['Run echo "answer=42" >> "$GITHUB_OUTPUT"', 'success'],
      ['Run echo "$LATER $FROM_JOB $FROM_WORKFLOW $GITHUB_REPOSITORY $RUNNER_NAME world" && tool', 'success'],
      ['never', 'skipped'],
      ['Complete job', 'success'],
    ]);
  });

  test('a failing step skips what follows, except what asks to run', async () => {
    const result = await run(`steps:
  - { name: forgiven, id: f, run: exit 3, continue-on-error: true }
  - { name: bad, run: "echo '::error file=a.py,line=7,title=Oh::it broke' && exit 2" }
  - { name: after, run: echo no }
  - { name: always, if: always(), run: "echo outcome \${{ steps.f.outcome }} \${{ steps.f.conclusion }} \${{ job.status }}" }
  - { name: failing, if: failure(), run: echo yes }
`);
    expect(result.conclusion).toBe('failure');
    expect(conclusions(result).slice(1, -1)).toEqual([
      ['forgiven', 'success'],
      ['bad', 'failure'],
      ['after', 'skipped'],
      ['always', 'success'],
      ['failing', 'success'],
    ]);
    expect(result.log).toContain('outcome failure success failure');
    expect(result.annotations).toContainEqual(
      expect.objectContaining({
        path: 'a.py',
        start_line: 7,
        title: 'Oh',
        message: 'it broke',
        annotation_level: 'failure',
      }),
    );
    expect(result.annotations.map((annotation) => annotation.message)).toContain('Process completed with exit code 2.');
  });

  test('secrets never reach the log, nor does the environment of the host reach the step', async () => {
    process.env['HOST_SECRET_FOR_TEST'] = 'leak-me';
    const result = await run(`steps:
  - run: |
      echo "token=\${{ github.token }} key=\${{ secrets.KEY }}"
      made=made-up; made="$made-secret"
      echo "::add-mask::$made"
      echo "$made"
      echo "::error::with \${{ secrets.KEY }} inside"
      env
`);
    delete process.env['HOST_SECRET_FOR_TEST'];
    expect(result.log).toContain('token=*** key=***');
    expect(result.log).not.toMatch(/hunter22|made-up-secret|ghs_secret_token|leak-me/);
    expect(JSON.stringify(result.annotations)).not.toContain('hunter22');
  });

  test('stop-commands makes output harmless until its token', async () => {
    const result = await run(`steps:
  - run: |
      echo "::stop-commands::pause"
      echo "::error::not an error"
      echo "::pause::"
      echo "::warning::a warning"
`);
    expect(result.annotations.map(({ annotation_level, message }) => [annotation_level, message])).toEqual([
      ['warning', 'a warning'],
    ]);
  });
});

describe('cancelling', () => {
  test('ends the whole group of the running step; always() still runs; nothing is left', async () => {
    const cancel = new AbortController();
    const mark = `PRACTICUM_TEST_${Math.round(performance.now() * 1e6)}`;
    const started = run(
      `steps:
  - run: |
      trap '' TERM
      sh -c "exec sleep 300 # ${mark}" &
      (setsid sh -c 'sleep 301' > /dev/null 2>&1 &)
      echo started
      wait
  - { name: after, run: echo no }
  - { name: cleanup, if: always(), run: echo cleaning }
`,
      {
        cancel: cancel.signal,
        onLog: (log) => {
          const write = log.write.bind(log);
          log.write = (line) => {
            write(line);
            if (line === 'started') cancel.abort();
          };
        },
      },
    );
    const result = await started;
    expect(result.conclusion).toBe('cancelled');
    expect(result.steps.find((step) => step.name === 'after')?.conclusion).toBe('skipped');
    expect(result.log).toContain('cleaning');
    const left = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
    expect(left).not.toContain(mark);
    expect(left).not.toContain('sleep 301');
    expect(readdirSync(root)).toEqual([]);
  });

  test('a step beyond its timeout fails', async () => {
    const result = await run(`steps:
  - { name: slow, run: sleep 60, timeout-minutes: 0.003 }
`);
    expect(result.conclusion).toBe('failure');
    expect(result.log).toContain("The action 'slow' has timed out after 0.003 minutes.");
  });

  test('a job beyond its timeout is cancelled', async () => {
    const result = await run(`timeout-minutes: 0.003
steps:
  - { name: slow, run: sleep 60 }
`);
    expect(result.conclusion).toBe('cancelled');
    expect(result.log).toContain('has exceeded the maximum execution time');
  });
});

describe('actions', () => {
  const actions = {
    'node/action.yml': `name: t
inputs:
  who-to-greet: { default: "\${{ github.repository }}" }
  other name: {}
runs: { using: node24, main: main.js, post: post.js }
`,
    'node/main.js': `const fs = require('node:fs');
console.log('hello ' + process.env['INPUT_WHO-TO-GREET'] + ' ' + process.env['INPUT_OTHER_NAME']);
console.log('event ' + JSON.parse(fs.readFileSync(process.env.GITHUB_EVENT_PATH, 'utf8')).head_commit.message);
fs.appendFileSync(process.env.GITHUB_OUTPUT, 'greeting=hi\\n');
fs.appendFileSync(process.env.GITHUB_STATE, 'kept=7\\n');
`,
    'node/post.js': `console.log('post sees ' + process.env.STATE_kept);`,
    'composite/action.yml': `name: c
inputs: { n: { default: "1" } }
outputs: { doubled: { value: "\${{ steps.d.outputs.v }}" } }
runs:
  using: composite
  steps:
    - { id: d, shell: bash, run: 'echo "v=$((\${{ inputs.n }} * 2)) from $FLAG $GITHUB_ACTION_PATH" && echo "v=$((\${{ inputs.n }} * 2))" >> "$GITHUB_OUTPUT"' }
    - { uses: org/tool/node@v1, with: { other name: nested } }
`,
  };

  test('a JavaScript action has its inputs, state and post step; a composite one its steps and outputs', async () => {
    const result = await run(
      `outputs: { g: "\${{ steps.n.outputs.greeting }}", d: "\${{ steps.c.outputs.doubled }}" }
steps:
  - { id: n, uses: org/tool/node@v1, with: { other name: x } }
  - { id: c, uses: org/tool/composite@v1, with: { n: 21 }, env: { FLAG: f } }
`,
      { actions },
    );
    expect(result.log).toContain('hello org/repo x');
    expect(result.log).toContain('event hello');
    expect(result.log).toContain('v=42 from f');
    expect(result.log).toContain('hello org/repo nested');
    expect(result.log.match(/post sees 7/g)).toHaveLength(2);
    expect(result.outputs).toEqual({ g: 'hi', d: '42' });
    expect(result.conclusion).toBe('success');
  });

  test('an action that is nowhere fails the set-up', async () => {
    const result = await run('steps:\n  - { uses: nobody/nothing@v9 }\n');
    expect(conclusions(result)[0]).toEqual(['Set up job', 'failure']);
    expect(result.log).toContain('Unable to resolve action `nobody/nothing@v9`, repository not found');
    expect(result.conclusion).toBe('failure');
  });

  test.each(['astral-sh/setup-uv@v10', 'actions/checkout@v99', `actions/checkout@${'a'.repeat(40)}`])(
    '%s fails the set-up, even behind an if that is false',
    async (uses) => {
      const result = await run(`steps:\n  - { if: false, uses: ${uses} }\n  - run: echo ran\n`);
      expect(conclusions(result)[0]).toEqual(['Set up job', 'failure']);
      expect(result.log).toContain(`Unable to resolve action \`${uses}\`, unable to find version`);
      expect(result.log).not.toContain('echo ran');
      expect(result.conclusion).toBe('failure');
    },
  );

  test('a commit that a tag points to is served, and an input that it does not have is warned of', async () => {
    const { sha } = knownActions.get('actions/setup-node')!;
    const result = await run(`steps:\n  - { uses: actions/setup-node@${sha}, with: { node-versoin: 24 } }\n`);
    expect(result.log).toContain("Unexpected input(s) 'node-versoin'");
    expect(result.conclusion).toBe('success');
  });

  test('artifacts keep their folders and come back', async () => {
    const result = await run(`steps:
  - run: mkdir -p out/a .hidden && echo 1 > out/a/one.txt && echo 2 > out/two.txt && echo 3 > out/skip.log && echo h > out/.secret
  - uses: actions/upload-artifact@v7
    with:
      name: results
      path: |
        out
        !out/*.log
  - { uses: actions/download-artifact@v8, with: { name: results, path: back } }
  - run: cd back && find . -type f | sort | tr '\\n' ' '
`);
    expect(result.log).toContain('./a/one.txt ./two.txt ');
    expect(result.conclusion).toBe('success');
  });
});

test('hashFiles is empty where nothing matches, and the same for the same files', async () => {
  const result = await run(`steps:
  - run: echo "[\${{ hashFiles('pyproject.toml') }}]" && echo x > pyproject.toml
  - run: echo "[\${{ hashFiles('**/pyproject.toml', 'uv.lock') }}]"
`);
  expect(result.log).toContain(' []\n');
  expect(result.log).toMatch(/ \[[0-9a-f]{64}\]\n/);
});

test('the environment of a job names only its own folders', () => {
  expect(readFileSync(join(import.meta.dirname, '../../src/actions/job/make-environment.ts'), 'utf8')).not.toContain(
    'process.env',
  );
});
