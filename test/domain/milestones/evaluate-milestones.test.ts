import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { chooseFiles } from '../../../src/domain/milestones/choose-files.ts';
import { checkDvc, lockedPaths } from '../../../src/domain/milestones/check-dvc.ts';
import { describeMilestones } from '../../../src/domain/milestones/describe-milestones.ts';
import { evaluateMilestones, toMilestoneEvidence } from '../../../src/domain/milestones/evaluate-milestones.ts';
import { findBigFiles } from '../../../src/domain/milestones/find-big-files.ts';
import type { Milestone, MilestoneProgress, Practice } from '../../../src/domain/milestones/practice.ts';
import type { Report } from '../../../src/domain/report/report.ts';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

const report: Report = {
  version: 1,
  repository: 'org/weather-ada-l',
  repository_id: '1',
  sha: 'a'.repeat(40),
  head_sha: 'a'.repeat(40),
  event: 'push',
  workflow: 'org/course/.github/workflows/practicum.yml@main',
  job: 'report',
  run_id: 1,
  run_attempt: 1,
  mode: 'report',
  conclusion: 'success',
  pipeline: { file: 'pipeline.yml', form: 'practicum', sha256: 'b'.repeat(64) },
  tasks: [{ name: 'train', state: 'succeeded', started: null, ended: null, exit: 0 }],
  tasks_omitted: 0,
  data: {
    manifest: null,
    releases: [
      {
        release: 'release-1',
        challenge: 'weather',
        path: 'data/incoming/release-1.csv',
        sha256: 'c'.repeat(64),
        state: 'intact',
      },
    ],
  },
  model: { path: 'models/model.joblib', sha256: 'd'.repeat(64), verified: true },
  outputs: {},
  metrics: { accuracy: 0.85, f1_macro: 0.73 },
  endpoint: {
    ok: true,
    level: 'job',
    ready_ms: 1800,
    requests: 20,
    failed: 0,
    p50_ms: 5,
    p95_ms: 9,
    p99_ms: 12,
    per_second: 150,
    api_version: '1.0.0',
    model_version: '1.0.0',
    problems: [],
  },
};

/** The student template after its first release, before anybody has written a word. */
const untouched: Practice = {
  tree: ['pipeline.yml', 'Dockerfile', 'requirements.txt', 'data/schema.yml'].map((path) => ({ path, bytes: 1000 })),
  files: new Map(
    ['MODEL_CARD.md', 'DATASET_CARD.md', 'requirements.txt', 'pipeline.yml', 'data/schema.yml'].map((path) => [
      path,
      read(`templates/student/${path}`),
    ]),
  ),
  checks: ['code-testing', 'code-validation', 'code-security'].map((name) => ({ name, conclusion: 'success' })),
  tags: [],
  issues: { total: 0, closed: 0, onBoard: 0 },
  shipped: [{ release: 'release-1', path: 'data/incoming/release-1.csv', merged: true }],
  report,
};

const of = (milestone: Milestone, practice: Practice, thresholds = {}): MilestoneProgress =>
  evaluateMilestones(practice, thresholds).find((evaluateMilestone) => evaluateMilestone.milestone === milestone)!;
const withFile = (path: string, text: string, practice = untouched): Practice => ({
  ...practice,
  files: new Map([...practice.files, [path, text]]),
});
const caseFile = (name: string): string => read(`test/cases/milestones/${name}`);

test('the template as it comes: what is done, what is next', () => {
  expect(evaluateMilestones(untouched).map(({ milestone, done, total, next }) => [milestone, done, total, next]))
    .toMatchInlineSnapshot(`
      [
        [
          "inception",
          6,
          26,
          "MODEL_CARD.md: 4 of 13, missing datasets, model-index, Direct Use, Out-of-Scope Use, Bias, Risks, and Limitations, Training Data, Metrics, Results, Environmental Impact",
        ],
        [
          "reproducibility",
          5,
          6,
          "re-run the last workflow: a second run shows that the first can be repeated",
        ],
        [
          "quality",
          4,
          5,
          "measure what the tests run: no coverage report was found among .xml files (Cobertura), coverage*.json and lcov files (60% of lines suffice)",
        ],
        [
          "deployment",
          5,
          6,
          "release the API with a tag: the answers say 1.0.0, so api-1.0.0",
        ],
      ]
    `);
});

test('nothing known is nothing done, and never more than everything', () => {
  const nothing: Practice = { tree: [], files: new Map(), checks: [], tags: [], shipped: [] };
  for (const { done, total, reached, missing } of evaluateMilestones(nothing)) {
    expect(done).toBeLessThan(total);
    expect(reached).toBe(false);
    expect(missing.length).toBeGreaterThan(0);
  }
});

describe('inception', () => {
  test('a challenge may ask for less than everything', () => {
    expect(of('inception', untouched).reached).toBe(false);
    expect(of('inception', untouched, { inception: 0.2 }).reached).toBe(true);
    expect(of('inception', untouched, { inception: Number.NaN, nonsense: 1 }).reached).toBe(false);
  });

  test('a figure of the card that the last run contradicts is pointed out', () => {
    const card = '---\nmodel-index: [{ results: [{ metrics: [{ type: accuracy, value: 0.92 }] }] }]\n---\n';
    expect(of('inception', withFile('MODEL_CARD.md', card)).notes).toEqual([
      'MODEL_CARD.md says accuracy 0.92, the last run got 0.85',
    ]);
  });

  test('issues count where they were looked up', () => {
    const { issues: _, ...without } = untouched;
    expect(of('inception', without).total).toBe(24);
    const used = of('inception', { ...untouched, issues: { total: 3, closed: 1, onBoard: 2 } });
    expect([used.done, used.total]).toEqual([8, 26]);
    expect(used.notes).toEqual(['2 of 3 issues are on a project board']);
  });

  test('a board is asked for where the challenge says so, and of nobody where it cannot be seen', () => {
    const wanted = { board: 3 };
    const some = of('inception', { ...untouched, issues: { total: 3, closed: 1, onBoard: 2 } }, wanted);
    expect([some.done, some.total]).toEqual([8, 27]);
    expect(some.missing.at(-1)).toBe('put 3 issues on a project board of the organisation: 2 so far');
    const all = of('inception', { ...untouched, issues: { total: 3, closed: 1, onBoard: 3 } }, wanted);
    expect([all.done, all.total]).toEqual([9, 27]);
    const unseen = of('inception', { ...untouched, issues: { total: 3, closed: 1 } }, wanted);
    expect([unseen.done, unseen.total]).toEqual([8, 26]);
    expect(unseen.notes.join()).toMatch(/could not be seen/);
  });
});

describe('reproducibility', () => {
  const step = (practice: Practice): string => of('reproducibility', practice).missing.join('\n');

  test('a second run that keeps every task, or does all again to the same figures, is a repetition', () => {
    expect(step(untouched)).toContain('re-run the last workflow');
    const kept = { ...report, tasks: [{ ...report.tasks[0]!, state: 'kept' as const }], metrics: {} };
    expect(step({ ...untouched, repeat: kept })).toBe('');
    expect(step({ ...untouched, repeat: report })).toBe('');
    expect(step({ ...untouched, repeat: { ...report, metrics: { accuracy: 0.85, f1_macro: 0.7 } } })).toContain(
      'two runs of one commit differ in f1_macro',
    );
  });

  test('metrics of which none is a number are not told to be declared', () => {
    const nothing = { ...report, metrics: {}, notes: ['loss is NaN (scores.json)'] };
    expect(step({ ...untouched, report: nothing, repeat: nothing })).toContain('loss is NaN (scores.json)');
    const none = { ...report, metrics: {} };
    expect(step({ ...untouched, report: none, repeat: none })).toContain('declare a metrics output');
  });

  test('a failed run, a release that waits, one that was altered', () => {
    expect(step({ ...untouched, repeat: report, report: { ...report, conclusion: 'failure' } })).toContain(
      'the last run did not',
    );
    const waiting = { release: 'release-2', path: 'data/incoming/release-2.csv', merged: false };
    expect(step({ ...untouched, shipped: [...untouched.shipped, waiting] })).toContain('as it was sent: release-2');
    const releases = report.data.releases.map((release) => ({ ...release, state: 'altered' as const }));
    expect(step({ ...untouched, report: { ...report, data: { manifest: null, releases } } })).toContain(
      'as it was sent: release-1',
    );
  });

  test('big files and models in git are named, slices of the course and pointers are not', () => {
    const tree = [
      { path: 'data/all.csv', bytes: 9e6 },
      { path: 'models/m.joblib', bytes: 2000 },
      { path: 'models/big.pkl', bytes: 130 },
      { path: 'data/incoming/release-1.csv', bytes: 9e7 },
    ];
    expect(findBigFiles(tree, 5e6, new Set(['data/incoming/release-1.csv']))).toEqual([
      { path: 'data/all.csv', bytes: 9e6, why: 'large' },
      { path: 'models/m.joblib', bytes: 2000, why: 'made' },
    ]);
    expect(step({ ...untouched, tree })).toContain('data/all.csv (9.0 MB), models/m.joblib (0.0020 MB)');
  });

  test.each([
    ['pandas==2.0\nscikit-learn == 1.5.2 # why\n-r other.txt\n', true],
    ['pandas>=2\n', false],
    ['', false],
  ])('requirements %j are pinned: %s', (text, pinned) => {
    expect(step(withFile('requirements.txt', text)).includes('pin the version')).toBe(!pinned);
  });
});

describe('dvc.yaml and dvc.lock', () => {
  const dvcYaml = `
stages:
  prepare:
    cmd: python -m src.prepare
    deps: [data/raw.csv, src/prepare.py]
    params: [prepare.seed, { other.yaml: [a.b] }]
    outs: [data/processed.csv]
  train:
    cmd: [python -m src.train, echo done]
    deps: [data/processed.csv]
    metrics: [{ metrics/scores.json: { cache: false } }]
`;
  const dvcLock = `
schema: '2.0'
stages:
  prepare:
    cmd: python -m src.prepare
    deps:
    - { path: data/raw.csv, md5: a, size: 10 }
    - { path: src/prepare.py, md5: b, size: 20 }
    params:
      params.yaml: { prepare.seed: 2023 }
      other.yaml: { a.b: [1, 2] }
    outs:
    - { path: data/processed.csv, md5: c, size: 30 }
  train:
    cmd: [python -m src.train, echo done]
    deps:
    - { path: data/processed.csv, md5: c, size: 30 }
    outs:
    - { path: metrics/scores.json, md5: d, size: 40 }
`;
  const files = {
    dvcYaml,
    dvcLock,
    params: new Map([
      ['params.yaml', 'prepare: { seed: 2023 }'],
      ['other.yaml', 'a: { b: [1, 2] }'],
    ]),
    sizes: new Map([['src/prepare.py', 20]]),
  };

  test('consistent', () => {
    expect(checkDvc(files)).toEqual({ stages: 2, problems: [] });
  });

  test.each<[string, Partial<typeof files>, string[]]>([
    [
      'a changed parameter',
      { params: new Map([...files.params, ['params.yaml', 'prepare: { seed: 1 }']]) },
      ['prepare was last run with another prepare.seed'],
    ],
    [
      'a parameter that is gone',
      { params: new Map([...files.params, ['params.yaml', '{}']]) },
      ['prepare needs prepare.seed, which is not in params.yaml'],
    ],
    ['changed code', { sizes: new Map([['src/prepare.py', 21]]) }, ['prepare was run with another src/prepare.py']],
    [
      'another command',
      { dvcYaml: dvcYaml.replace('src.prepare', 'src.prep') },
      ['prepare was last run as another command'],
    ],
    [
      'a new output',
      { dvcYaml: dvcYaml.replace('[data/processed.csv]\n  train', '[data/processed.csv, data/b.csv]\n  train') },
      ['prepare writes data/b.csv, not in dvc.lock'],
    ],
    [
      'a stage that never ran',
      { dvcYaml: `${dvcYaml}  deploy: { cmd: x }\n` },
      ['deploy was never run: it is not in dvc.lock'],
    ],
    [
      'a stage that is gone',
      { dvcLock: `${dvcLock}  deploy: { cmd: x }\n` },
      ['deploy is in dvc.lock but not in dvc.yaml'],
    ],
    ['no lock', { dvcLock: undefined as never }, ['there is no dvc.lock: run dvc repro and commit it']],
    ['no YAML', { dvcYaml: 'a: [' }, [expect.stringContaining('dvc.yaml is not YAML') as never]],
  ])('%s', (_, change, problems) => {
    expect(checkDvc({ ...files, ...change }).problems).toEqual(problems);
  });

  test('what DVC itself wrote for the student template is consistent, until a parameter changes', () => {
    const params = caseFile('dvc/params.yaml');
    const made = {
      dvcYaml: caseFile('dvc/dvc.yaml'),
      dvcLock: caseFile('dvc/dvc.lock'),
      params: new Map([['params.yaml', params]]),
      sizes: new Map<string, number>(),
    };
    expect(checkDvc(made)).toEqual({ stages: 3, problems: [] });
    const changed = new Map([['params.yaml', params.replace('min_samples_leaf: 2', 'min_samples_leaf: 3')]]);
    expect(checkDvc({ ...made, params: changed }).problems).toEqual(['train was last run with another model']);
  });

  test.each([
    ['as it was run', 'seed = 1\n', false],
    ['changed in one digit, so of the same size', 'seed = 2\n', true],
    // Older versions of DVC hashed text as if its lines ended plainly.
    ['the same with the line ends of Windows', 'seed = 1\r\n', false],
  ])('code that is %s', (_, text, isChanged) => {
    // printf 'seed = 1\n' | md5sum
    const md5 = '7a28ab541c329436baea8b438f30f339';
    const lock = dvcLock.replace('md5: b, size: 20', `md5: ${md5}, size: 9`);
    const known = { ...files, dvcLock: lock, sizes: new Map([['src/prepare.py', text.length]]) };
    const { problems } = checkDvc({ ...known, texts: new Map([['src/prepare.py', text]]) });
    expect(problems).toEqual(isChanged ? ['prepare was run with another src/prepare.py'] : []);
    expect(lockedPaths(lock)).toEqual(
      expect.arrayContaining(['src/prepare.py', 'data/processed.csv', 'metrics/scores.json']),
    );
  });

  test('a stage over many items needs one of them in the lock', () => {
    const many = 'stages: { fit: { foreach: [a, b], do: { cmd: "fit ${item}" } } }';
    expect(checkDvc({ ...files, dvcYaml: many, dvcLock: 'stages: { fit@a: { cmd: fit a } }' }).problems).toEqual([]);
    expect(checkDvc({ ...files, dvcYaml: many, dvcLock: 'stages: {}' }).problems).toHaveLength(1);
  });

  test('it is a step only where there is a dvc.yaml', () => {
    expect(of('reproducibility', untouched).total).toBe(6);
    expect(of('reproducibility', withFile('dvc.yaml', dvcYaml)).total).toBe(7);
  });
});

describe('quality', () => {
  test('a failing test counts more than a green check', () => {
    const { missing } = of('quality', withFile('reports/junit.xml', caseFile('junit.xml')));
    expect(missing[0]).toBe('make the tests pass: 2 of 4 fail, first tests.test_x.test_wrong');
  });

  test('coverage is held against the threshold', () => {
    const practice = withFile('reports/coverage.xml', caseFile('coverage.xml'));
    expect(of('quality', practice)).toMatchObject({ done: 5, total: 5, reached: true });
    expect(of('quality', practice, { coverage: 0.96 }).missing).toEqual([
      'let the tests run more of the code: 95.4% of lines, 96% suffice',
    ]);
  });

  test("pylint's mark is held against the threshold", () => {
    expect(of('quality', withFile('reports/pylint.txt', caseFile('pylint.txt'))).missing).toContain(
      'clean the code: pylint gives 0 of 10, 8 suffice',
    );
  });

  test('one failed check of a kind is enough', () => {
    const checks = [...untouched.checks, { name: 'security-audit', conclusion: 'failure' }];
    expect(of('quality', { ...untouched, checks }).missing.join()).toContain('no passing code-security check');
  });

  test('emissions and expectation suites are shown with their figures', () => {
    const practice = withFile(
      'great_expectations/expectations/iowa.json',
      caseFile('iowa_training_suite.json'),
      withFile('metrics/emissions.csv', caseFile('emissions.csv')),
    );
    expect(of('quality', practice).notes).toEqual([
      'expectation suite iowa_training_suite: 9 expectations on 38 columns',
      'metrics/emissions.csv: 4 runs, 192.5 s, 0.532 g CO2 equivalent',
    ]);
  });
});

describe('deployment', () => {
  test('the model that answers is the one that metadata names', () => {
    const practice = withFile('models/metadata.json', caseFile('metadata.json').replace('"1.0.0"', '"1.1.0"'));
    expect(of('deployment', practice).missing.join('\n')).toContain('it says 1.1.0, the answers say 1.0.0');
  });

  test('a tag in any usual spelling is a release', () => {
    for (const tag of ['api-1.0.0', 'v1.0.0', '1.0.0']) {
      expect(of('deployment', { ...untouched, tags: [tag] })).toMatchObject({ done: 6, total: 6, reached: true });
    }
    expect(of('deployment', { ...untouched, tags: ['api-1.0.1'] }).reached).toBe(false);
  });

  test('a probe from outside adds a step, and its versions count before the job’s', () => {
    const probe = { ok: false, apiVersion: '2.0.0', modelVersion: '1.0.0' };
    const progress = of('deployment', { ...untouched, tags: ['api-1.0.0'], probe });
    expect(progress.total).toBe(7);
    expect(progress.missing.join('\n')).toContain('api-2.0.0');
  });
});

test('evidence says what was seen, with an id that the same observation has again', () => {
  const about = {
    challenge: 'weather',
    owner: 'ada-l',
    repository: 'org/weather-ada-l',
    at: new Date('2027-01-12T08:00:00Z'),
    trust: 'attested' as const,
    commit: 'a'.repeat(40),
  };
  const evidence = toMilestoneEvidence(evaluateMilestones(untouched), about);
  expect(evidence).toEqual(toMilestoneEvidence(evaluateMilestones(untouched), about));
  expect(new Set(evidence.map(({ id }) => id)).size).toBe(4);
  expect(evidence.map(({ trust }) => trust)).toEqual(['measured', 'attested', 'attested', 'attested']);
});

describe('the check run', () => {
  test('says what is done, what is next and what else is open', () => {
    const card = '---\nmodel-index: [{ results: [{ metrics: [{ type: accuracy, value: 0.92 }] }] }]\n---\n';
    const words = describeMilestones(evaluateMilestones(withFile('MODEL_CARD.md', card)));
    expect(words).toMatchInlineSnapshot(`
      {
        "conclusion": "neutral",
        "summary": "| milestone | done | next |
      |---|---:|---|
      | inception | 3 of 26 | MODEL\\_CARD.md: 1 of 13, missing license, library\\_name, tags, datasets, metrics, Direct Use, Out-of-Scope Use, Bias, Risks, and Limitations, Training Data, Metrics, Results, Environmental Impact |
      | reproducibility | 5 of 6 | re-run the last workflow: a second run shows that the first can be repeated |
      | quality | 4 of 5 | measure what the tests run: no coverage report was found among .xml files \\(Cobertura\\), coverage\\*.json and lcov files \\(60% of lines suffice\\) |
      | deployment | 5 of 6 | release the API with a tag: the answers say 1.0.0, so api-1.0.0 |

      ### inception

      - [ ] DATASET\\_CARD.md: 2 of 11, missing license, size\\_categories, source\\_datasets, configs, Uses, Dataset Structure, Source Data, Personal and Sensitive Information, Bias, Risks, and Limitations
      - [ ] plan the work as issues: 0 so far, 3 show that they are in use
      - [ ] close an issue when its work is done: none is closed yet
      - MODEL\\_CARD.md says accuracy 0.92, the last run got 0.85

      ### reproducibility

      - last run: accuracy 0.85, f1\\_macro 0.73

      ### deployment

      - 20 requests, 0 failed, 95% within 9 ms",
        "title": "0 of 4 milestones reached; next: inception",
      }
    `);
  });

  test('is green when every threshold is reached, and never red', () => {
    const few = { inception: 0.1, reproducibility: 0.5, quality: 0.5, deployment: 0.5 };
    expect(describeMilestones(evaluateMilestones(untouched, few))).toMatchObject({
      conclusion: 'success',
      title: '4 of 4 milestones reached',
    });
    const nothing: Practice = { tree: [], files: new Map(), checks: [], tags: [], shipped: [] };
    expect(describeMilestones(evaluateMilestones(nothing)).conclusion).toBe('neutral');
  });

  test('a file name cannot notify anybody, nor become a link', () => {
    const tree = [{ path: 'data/@org/staff [x](https://evil.example).zip', bytes: 9e6 }];
    const { summary } = describeMilestones(evaluateMilestones({ ...untouched, tree }));
    expect(summary).not.toContain('@org');
    expect(summary).not.toContain('https://evil');
  });
});

test('few files are read: cards first, none of installed packages, none that is large', () => {
  const paths = [
    'src/project/data.py',
    'reports/junit.xml',
    '.venv/lib/site-packages/x/metadata.json',
    'MODEL_CARD.md',
    'params.yaml',
    'gx/expectations/a.json',
    'metrics/emissions.csv',
    'notes/MODEL_CARD.md',
  ];
  const tree = [...paths.map((path) => ({ path, bytes: 10 })), { path: 'models/metadata.json', bytes: 2e6 }];
  expect(chooseFiles(tree)).toEqual([
    'MODEL_CARD.md',
    'params.yaml',
    'metrics/emissions.csv',
    'gx/expectations/a.json',
    'reports/junit.xml',
  ]);
});
