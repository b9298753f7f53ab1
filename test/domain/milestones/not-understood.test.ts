// What the milestones do not understand never counts as good, and what they do understand they know by its content.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { defaultThresholds } from '../../../src/domain/challenge/thresholds.ts';
import { chooseFiles } from '../../../src/domain/milestones/choose-files.ts';
import { checkDeployment } from '../../../src/domain/milestones/deployment.ts';
import type { CheckFact, Practice } from '../../../src/domain/milestones/practice.ts';
import { checkQuality } from '../../../src/domain/milestones/quality.ts';
import { readCard } from '../../../src/domain/milestones/read-card.ts';
import { readEmissions } from '../../../src/domain/milestones/read-emissions.ts';
import { readLint } from '../../../src/domain/milestones/read-lint.ts';
import { isPinned } from '../../../src/domain/milestones/read-requirements.ts';
import { readScores } from '../../../src/domain/milestones/read-scores.ts';

const nothing: Practice = { tree: [], files: new Map(), checks: [], tags: [], shipped: [] };
const quality = (facts: Partial<Practice>) => checkQuality({ ...nothing, ...facts }, defaultThresholds);
const lintText = (name: string): string =>
  readFileSync(new URL(`../../cases/milestones/lint/${name}.txt`, import.meta.url), 'utf8');
const isOpen = (facts: Partial<Practice>, words: string): boolean => quality(facts).missing.join('\n').includes(words);

describe('lint, as the tools print it (ruff 0.14, flake8 7, mypy 1, black 25)', () => {
  test.each([
    ['ruff-concise', 3, 'F401'],
    ['ruff-full', 3, 'F401'],
    ['ruff-grouped', 3, 'F401'],
    ['ruff-github', 3, 'F401'],
    ['ruff-gitlab', 3, 'F401'],
    ['ruff-azure', 3, 'F401'],
    ['ruff-sarif', 3, 'F401'],
    ['ruff-rdjson', 3, 'F401'],
    ['ruff-json-lines', 3, 'F401'],
    ['ruffsyn-full', 2, 'syntax-error'],
    ['ruffsyn-grouped', 2, 'syntax-error'],
    ['ruffsyn-json', 2, 'invalid-syntax'],
    ['flake8-syn', 1, 'E999'],
    ['mypy', 1, 'return-value'],
    ['black', 1, 'would-reformat'],
    ['mypy-clean', 0, undefined],
    ['black-clean', 0, undefined],
  ])('%s: %i findings', (name, count, code) => {
    const lint = readLint(lintText(name));
    expect('findings' in lint && lint.findings.map((finding) => finding.code).slice(0, 1)).toEqual(code ? [code] : []);
    expect('findings' in lint && lint.findings).toHaveLength(count);
  });

  test.each(['notfound', 'nomod', 'black-syn', 'flake8-q', 'flake8-qq'])(
    '%s is no report, and nothing is done',
    (name) => {
      expect(readLint(lintText(name))).toHaveProperty('unreadable');
      const files = new Map([['ruff.txt', lintText(name)]]);
      expect(
        isOpen({ files, checks: [{ name: 'code-validation', conclusion: 'success' }] }, 'ruff.txt: no report'),
      ).toBe(true);
    },
  );

  test.each([
    ['no file', 'warning: No Python files found under the given path(s)\nAll checks passed!\n'],
    ['no run', '{"version":"2.1.0","runs":[]}'],
    ['a run that broke off', '{"runs":[{"results":[],"invocations":[{"executionSuccessful":false}]}]}'],
    ['another linter too', 'a.py:1 at module level:\n        D100: Missing docstring\nAll checks passed!\n'],
    ['bandit too', '>> Issue: [B101:assert_used] Use of assert detected.\nAll checks passed!\n'],
  ])('content with %s is not clean', (_, text) => expect(readLint(text)).toHaveProperty('unreadable'));

  test.each([
    ['reformatted a.py\n\nAll done!\n1 file reformatted, 2 files left unchanged.\n', 'would-reformat'],
    ['Would reformat: src/a.py\n1 file would be reformatted, 3 files already formatted\n', 'would-reformat'],
    ['a.py:3:5:3:9: error: Incompatible types  [assignment]\n', 'assignment'],
    [
      '{"file": "a.py", "line": 1, "column": 4, "message": "m", "code": "assignment", "severity": "error"}\n',
      'assignment',
    ],
    ['/x/a.py\n  /x/a.py:1:8 - error: Import "f" is unknown (reportMissingImports)\n', 'reportMissingImports'],
    ['{"generalDiagnostics":[{"file":"a.py","message":"m","rule":"reportX","range":{"start":{"line":0}}}]}', 'reportX'],
    ['a.py(1): [C0114(missing-module-docstring)] Missing module docstring\n', 'C0114'],
    ['\u001b[1ma.py\u001b[0m:1:8: \u001b[1;31mF401\u001b[0m [*] unused\nFound 1 error.\n', 'F401'],
  ])('%j holds one finding', (text, code) => {
    const lint = readLint(text);
    expect('findings' in lint && lint.findings.map((finding) => finding.code)).toEqual([code]);
  });

  test.each([
    '\u001b[32mAll checks passed!\u001b[0m\n',
    '0 errors, 0 warnings, 0 informations \n',
    '0\n',
    '$ ruff check .\nAll checks passed!\n$ mypy .\nSuccess: no issues found in 3 source files\n',
  ])('%j is clean', (text) => expect(readLint(text)).toEqual({ findings: [] }));

  test.each(['', ' \n', '[1, 2]', '[{"a": 1}]', '{"messages": 1}', 'Traceback (most recent call last):\n'])(
    '%j is unreadable',
    (text) => expect(readLint(text)).toHaveProperty('unreadable'),
  );

  test('UTF-16, read as UTF-8, is still a report', () => {
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('a.py:1:8: F401 unused\r\n', 'utf16le')]);
    expect(readLint(utf16.toString('utf8'))).toMatchObject({ findings: [{ path: 'a.py', code: 'F401' }] });
  });

  test('a count of errors of which none could be read is a finding', () => {
    expect(readLint('something new\nFound 3 errors.\n')).toMatchObject({ findings: [{ code: '3 errors' }] });
  });

  test('a drive letter is part of the path', () => {
    expect(readLint('C:\\a\\b.py:3:1: E302 expected 2 blank lines\n')).toMatchObject({
      findings: [{ path: 'C:\\a\\b.py', line: 3 }],
    });
  });
});

describe('checks', () => {
  const tests = (...checks: CheckFact[]): boolean => !isOpen({ checks }, 'write tests');
  test.each(['test', 'code-testing', 'Tests (3.12)', 'pytest', 'unitTest', 'run_tests'])('%s runs tests', (name) =>
    expect(tests({ name, conclusion: 'success' })).toBe(true),
  );
  test.each([
    'download-test-data',
    'skip tests',
    'make test set',
    'build-latest-image',
    'attestation',
    'contest',
    'fastest',
    'practicum/test',
  ])('%s does not', (name) => expect(tests({ name, conclusion: 'success' })).toBe(false));
  test.each(['file-format', 'information', 'performance information', 'data validation'])('%s is no linter', (name) =>
    expect(isOpen({ checks: [{ name, conclusion: 'success' }] }, 'lint and format')).toBe(true),
  );

  test('the newest run of a name counts, by its number, else by its place', () => {
    expect(tests({ name: 'test', conclusion: 'failure' }, { name: 'test', conclusion: 'success' })).toBe(true);
    expect(tests({ name: 'test', conclusion: 'success' }, { name: 'test', conclusion: 'failure' })).toBe(false);
    expect(tests({ id: 9, name: 'test', conclusion: 'success' }, { id: 2, name: 'test', conclusion: 'failure' })).toBe(
      true,
    );
  });

  test.each(['timed_out', 'cancelled', 'startup_failure', 'action_required', undefined])(
    '%s has not passed',
    (conclusion) =>
      expect(
        tests({ name: 'test (a)', conclusion: 'success' }, { name: 'test (b)', ...(conclusion ? { conclusion } : {}) }),
      ).toBe(false),
  );
});

describe('reports are known by their content', () => {
  const suite = '<testsuite><testcase name="a"/></testsuite>';
  const coverage = '<coverage lines-valid="10" lines-covered="9"/>';
  const names = ['pytest.xml', 'test_results.xml', 'report.xml', 'unittest.xml', 'build/cobertura.xml', 'cov.xml'];

  test('any .xml is looked at', () => expect(chooseFiles(names.map((path) => ({ path, bytes: 9 })))).toHaveLength(6));

  test.each(names.slice(0, 4))('tests in %s', (path) =>
    expect(isOpen({ files: new Map([[path, suite]]) }, 'write tests')).toBe(false),
  );
  test.each(names.slice(4))('coverage in %s', (path) =>
    expect(isOpen({ files: new Map([[path, coverage]]) }, 'measure')).toBe(false),
  );
  test.each([
    ['junit.xml', '<testsuite><testcase name="a">', 'junit.xml: not XML at line 1'],
    ['coverage.xml', '<coverage line-rate="0.9" lines-valid="0" lines-covered="0"/>', 'counts no line of code'],
    ['coverage.json', '{"totals": {"covered_lines": 0, "num_statements": 0}}', 'counts no line of code'],
    ['coverage.json', '{"total": {"lines": {"pct": 90}}}', 'coverage.json: the coverage report has no totals'],
  ])('%s that is none is named with the reason', (path, text, words) => {
    expect(isOpen({ files: new Map([[path, text]]) }, words)).toBe(true);
  });
  test('who finds none says what it looked for', () => {
    expect(isOpen({}, '.xml')).toBe(true);
    expect(isOpen({}, 'coverage*.json')).toBe(true);
  });
  test('one suite that passes hides no other that fails', () => {
    const failing = '<testsuite><testcase name="b"><failure message="no"/></testcase></testsuite>';
    const files = new Map([
      ['a.xml', suite],
      ['b.xml', failing],
    ]);
    expect(isOpen({ files }, '1 of 2 fail, first b')).toBe(true);
  });
  test('the artifact of the commit counts before a report that was committed', () => {
    const failing = '<testsuite><testcase name="b"><failure message="no"/></testcase></testsuite>';
    const files = new Map([
      ['junit.xml', suite],
      ['test-reports/junit.xml', failing],
    ]);
    expect(isOpen({ files }, '1 of 1 fail')).toBe(true);
  });
});

describe('deployment', () => {
  const image = (path: string): boolean =>
    !checkDeployment({ ...nothing, tree: [{ path, bytes: 1 }] }, defaultThresholds)
      .missing.join()
      .includes('an image');
  test.each(['Dockerfile', 'dockerfiles/api.dockerfile', 'Dockerfile.api', 'api/Containerfile', 'dockerfile'])(
    '%s makes an image',
    (path) => expect(image(path)).toBe(true),
  );
  test.each(['.dockerignore', 'Dockerfile.dockerignore', 'docs/dockerfiles.md'])('%s does not', (path) =>
    expect(image(path)).toBe(false),
  );
});

describe('pinned', () => {
  const pinned = (text: string): boolean => isPinned(new Map([['requirements.txt', text]]));
  test.each([
    'numpy==1.26.4\npandas[parquet]==2.2.2 ; python_version > "3.9"\n',
    Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('numpy==1.26.4\r\n', 'utf16le')]).toString('utf8'),
    '# made by pip-compile\nnumpy==1.26.4 \\\n    --hash=sha256:aa\n',
    `pkg @ git+https://example.org/a@${'0'.repeat(40)}\n`,
    '\uFEFFnumpy===1.26.4\n',
  ])('%j', (text) => expect(pinned(text)).toBe(true));
  test.each(['numpy==1.*\n', 'numpy>=1\n', 'numpy\n', 'numpy==1.0,<2\n', 'pkg @ git+https://example.org/a@main\n', ''])(
    'not %j',
    (text) => expect(pinned(text)).toBe(false),
  );
  test('environment.yml', () => {
    const conda = (text: string): boolean => isPinned(new Map([['environment.yml', text]]));
    expect(conda('name: a\ndependencies:\n  - python=3.12\n  - pip:\n    - numpy==1.26.4\n')).toBe(true);
    expect(conda('name: a\ndependencies:\n  - python\n')).toBe(false);
  });
});

describe('emissions', () => {
  const header = 'timestamp,project_name,run_id,experiment_id,duration,emissions\n';
  test('rows of a run are running totals', () => {
    const text = `${header}t,p,A,E,6,0.004\nt,p,A,E,9,0.006\nt,p,A,E,12,0.008\nt,p,B,E,1,0.001\n`;
    expect(readEmissions(text)).toMatchObject({ rows: [{ run: 'A' }, { run: 'B' }], total: { seconds: 13 } });
  });
  test('semicolons of Excel are told as what they are', () =>
    expect(readEmissions('timestamp;duration;emissions\nt;6,5;0,004\n')).toMatchObject({
      unreadable: expect.stringMatching(/semicolons.*Excel/),
    }));
  test('a lost line end is said', () =>
    expect(readEmissions(`${header}t,p,A,E,6,0.004t,p,A,E,9,0.006\n`)).toMatchObject({
      rows: [],
      problems: [expect.stringContaining('Line 2: more cells')],
    }));
});

describe('cards', () => {
  const form = `# Model Card\n\n## Bias, Risks, and Limitations\n\n### Recommendations\n
Users (both direct and downstream) should be made aware of the risks, biases and limitations of the model. More information needed for further recommendations.

## Environmental Impact\n
Carbon emissions can be estimated using the [Machine Learning Impact calculator](https://mlco2.github.io/impact#compute) presented in [Lacoste et al. (2019)](https://arxiv.org/abs/1910.09700).

- **Hardware Type:** \n- **Hours used:** \n- **Cloud Provider:** \n- **Compute Region:** \n- **Carbon Emitted:** \n`;
  test('the sentences of the form count for nothing', () => expect(readCard('model', form).done).toBe(0));
  test.each([
    'TODO: describe here in many words what the model is going to be used for',
    'More information needed. More information needed. More information needed.',
    '{{ direct_use | default("[More Information]", true) and several more words of it }}',
    'Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod',
  ])('%s is not written', (text) =>
    expect(readCard('model', `## Direct Use\n\n${text}\n`).missing).toContain('Direct Use'),
  );
  test('words of the team beside those of the form count', () => {
    const own = `${form}\nTrained for two hours on a laptop, which used about eight grams of CO2.\n`;
    expect(readCard('model', own).missing).not.toContain('Environmental Impact');
  });
});

test('one NaN does not lose the other figures', () => {
  expect(readScores('\uFEFF{"accuracy": 0.9, "f1": NaN, "loss": -Infinity, "note": "NaN"}')).toEqual(
    new Map([['accuracy', 0.9]]),
  );
});

test('CodeQL looks for unsafe code', () => {
  expect(isOpen({ checks: [{ name: 'CodeQL', conclusion: 'success' }] }, 'unsafe code')).toBe(false);
});

test.each([
  'WIP: we describe this in the final report of the whole project',
  '*To be completed by the team before the deadline of the course*',
  'This section describes the evaluation protocols and provides the results.',
])('%j is no section of a card', (text) => {
  expect(readCard('model', `## Results\n\n${text}\n`).done).toBe(0);
});

test('what a trainer writes into a card by itself is nothing', () => {
  const card = '---\ntags: [generated_from_trainer]\nmodel-index:\n- name: out\n  results: []\n---\n# out\n';
  expect(readCard('model', card).done).toBe(0);
});
