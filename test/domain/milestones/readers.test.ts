import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCoverage } from '../../../src/domain/milestones/read-coverage.ts';
import { readEmissions } from '../../../src/domain/milestones/read-emissions.ts';
import { readSuite } from '../../../src/domain/milestones/read-expectations.ts';
import type { ExpectationSuite } from '../../../src/domain/milestones/read-expectations.ts';
import { readJunit } from '../../../src/domain/milestones/read-junit.ts';
import { readLint } from '../../../src/domain/milestones/read-lint.ts';
import { readMetadata } from '../../../src/domain/milestones/read-metadata.ts';
import { readScores } from '../../../src/domain/milestones/read-scores.ts';

const read = (name: string): string => readFileSync(new URL(`../../cases/milestones/${name}`, import.meta.url), 'utf8');

describe('figures of the seed courses', () => {
  test('house prices: mean absolute and squared error', () => {
    expect(Object.fromEntries(readScores(read('scores.json')) as Map<string, number>)).toEqual({
      mae: 10054.251352739733,
      mean_squared_error: 657645121.8506359,
    });
  });

  test('iris: ten-fold accuracies by model', () => {
    expect(Object.fromEntries(readScores(read('iris-scores.json')) as Map<string, number>)).toEqual({
      'LogisticRegression.accuracy': 0.9145454545,
      'SVC.accuracy': 0.9818181818,
    });
  });

  test('emissions: 31 columns, each run and the sum', () => {
    const emissions = readEmissions(read('emissions.csv'));
    if ('unreadable' in emissions) throw new Error(emissions.unreadable);
    expect(emissions.columns).toBe(31);
    expect(emissions.rows.map(({ seconds, kilograms }) => [seconds, kilograms])).toEqual([
      [147.9, 0.000361],
      [25.8, 0.000122],
      [18.8, 0.0000487],
      [0.012, 4.9e-8],
    ]);
    expect(emissions.total.seconds).toBeCloseTo(192.512, 9);
    expect(emissions.total.kilograms).toBeCloseTo(0.000531749, 12);
    expect(emissions.problems).toEqual([]);
  });

  test('the trained iris model: accuracy, version, when', () => {
    const metadata = readMetadata(read('metadata.json'));
    expect(metadata).toMatchObject({ modelVersion: '1.0.0', trainedAt: '2025-04-29T11:50:45Z' });
    if (!('unreadable' in metadata)) expect(metadata.figures.get('accuracy')).toBe(0.8);
  });

  test('the Iowa suite: nine expectations on 38 columns', () => {
    const suite = readSuite(read('iowa_training_suite.json')) as ExpectationSuite;
    expect(suite).toMatchObject({ name: 'iowa_training_suite', version: '0.17.7' });
    expect(suite.expectations).toHaveLength(9);
    expect(suite.columns).toHaveLength(38);
    expect(new Set(suite.expectations.map(({ type }) => type)).size).toBe(5);
  });
});

describe('emissions', () => {
  test('columns are found by name: the form of 2021 with twelve', () => {
    const text = 'timestamp,experiment_id,project_name,duration,emissions\n2021-10-27T22:34:13,e1,p,857.5,0.0499\n';
    expect(readEmissions(text)).toMatchObject({ columns: 5, rows: [{ run: 'e1', seconds: 857.5, kilograms: 0.0499 }] });
  });

  test.each(['', 'a,b\n1,2\n', '\uFEFF'])('%j is unreadable', (text) => {
    expect(readEmissions(text)).toHaveProperty('unreadable');
  });

  test('a line that is not numbers is named and the others count', () => {
    const emissions = readEmissions('duration,emissions\n1,2\nNaN,3\n,\n-1,1\n2,1e-3');
    expect(emissions).toMatchObject({ total: { seconds: 3, kilograms: 2.001 } });
    expect((emissions as { problems: string[] }).problems).toHaveLength(3);
  });
});

describe('expectation suites', () => {
  const suite = readSuite(read('iowa_training_suite.json')) as ExpectationSuite;
  test('a suite of 0.x is read, with its columns', () => {
    expect(suite.expectations).toHaveLength(9);
    expect(suite.columns).toEqual(expect.arrayContaining(['Id', 'SalePrice', 'MSSubClass']));
  });

  test('the form of 1.x is read', () => {
    const text = JSON.stringify({
      name: 'new',
      expectations: [{ type: 'expect_column_kl_divergence_to_be_less_than', kwargs: { column: 'a' } }],
    });
    const read1 = readSuite(text) as ExpectationSuite;
    expect(read1).toMatchObject({ name: 'new', columns: ['a'] });
  });

  test.each(['', '[]', 'null', '{"expectations": 3}'])('%j is no suite', (text) => {
    expect(readSuite(text)).toHaveProperty('unreadable');
  });
});

describe('junit', () => {
  test("pytest's report: what failed, where, and why", () => {
    expect(readJunit(read('junit.xml'))).toMatchObject({
      tests: 4,
      passed: 1,
      failures: 1,
      errors: 1,
      skipped: 1,
      failed: [
        {
          name: 'tests.test_x.test_wrong',
          kind: 'failure',
          file: 'tests/test_x.py',
          line: 4,
          message: 'AssertionError: a < b & "c"\nassert 1 == 2',
        },
        { name: 'tests.test_x.test_error', kind: 'error', file: 'tests/test_x.py', line: 8 },
      ],
    });
  });

  test('totals that a suite claims are not believed', () => {
    const text = '<testsuite tests="100" failures="0"><testcase name="a"><failure/></testcase></testsuite>';
    expect(readJunit(text)).toMatchObject({ tests: 1, failures: 1, passed: 0 });
  });

  test.each([
    ['another document', '<html><body/></html>'],
    ['an entity bomb', '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><testsuite>&b;</testsuite>'],
    ['a torn file', '<testsuite><testcase name="a'],
    ['a file cut between two tests', '<testsuite><testcase name="a"/>'],
  ])('%s is unreadable', (_, text) => {
    expect(readJunit(text)).toHaveProperty('unreadable');
  });

  test('any text is answered', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => typeof readJunit(`<a>${text}`) === 'object'));
  });
});

describe('coverage', () => {
  test.each(['coverage.xml', 'coverage.json', 'lcov.info'])('%s: 229 of 240 lines', (name) => {
    expect(readCoverage(read(name))).toEqual({ covered: 229, lines: 240, percent: 95.4 });
  });

  test('lines are counted, not the totals that a report claims', () => {
    const text =
      '<coverage lines-valid="2" lines-covered="2"><class filename="a"><lines><line number="1" hits="1"/><line number="2" hits="0"/></lines></class></coverage>';
    expect(readCoverage(text)).toEqual({ covered: 1, lines: 2, percent: 50 });
  });

  test.each(['', '{}', '{', '<a/>', '<coverage/>', 'hello'])('%j is unreadable', (text) => {
    expect(readCoverage(text)).toHaveProperty('unreadable');
  });
});

describe('lint', () => {
  test('pylint: nine findings, and its mark', () => {
    for (const name of ['pylint.txt', 'pylint.json']) {
      const lint = readLint(read(name));
      expect(lint).toMatchObject({ rating: 0 });
      expect('findings' in lint && lint.findings).toHaveLength(9);
      expect('findings' in lint && lint.findings).toContainEqual({
        path: 'bad.py',
        line: 4,
        column: 9,
        code: 'W0123',
        message: expect.stringContaining('Use of eval'),
      });
    }
  });

  test('ruff and flake8: findings with their places, no mark', () => {
    const ruff = readLint(read('ruff.json'));
    expect('findings' in ruff && ruff.findings.map(({ line, column, code }) => `${line}:${column} ${code}`)).toEqual([
      '1:1 I001',
      '1:8 F401',
      '2:8 F401',
      '3:12 B006',
      '4:9 S307',
    ]);
    const flake8 = readLint(read('flake8.txt'));
    expect('findings' in flake8 && flake8.findings.map(({ code }) => code)).toEqual([
      'F401',
      'F401',
      'E302',
      'E111',
      'W291',
    ]);
    expect(flake8).not.toHaveProperty('rating');
  });

  test('a clean report has no findings, a torn one is unreadable', () => {
    expect(readLint('All checks passed!\n')).toEqual({ findings: [] });
    expect(readLint('[]')).toEqual({ findings: [] });
    expect(readLint('[{')).toHaveProperty('unreadable');
    expect(readLint('{}')).toHaveProperty('unreadable');
  });
});
