// Milestone quality: tests, coverage, lint, data contract and security, from what the repository's own checks left.
import { readCoverage } from './read-coverage.ts';
import { readEmissions } from './read-emissions.ts';
import { readSuite } from './read-expectations.ts';
import { readJunit } from './read-junit.ts';
import { readLint } from './read-lint.ts';
import { toProgress } from './practice.ts';
import type { MilestoneProgress, Practice, Step } from './practice.ts';
import type { Thresholds } from '../challenge/thresholds.ts';

export function checkQuality(practice: Practice, thresholds: Thresholds): MilestoneProgress {
  const notes: string[] = [];
  const steps = [
    checkTests(practice, notes),
    checkCoverage(practice, thresholds),
    checkLint(practice, thresholds),
    checkContract(practice, notes),
    checkSecurity(practice),
  ];
  notes.push(...describeEmissions(practice));
  return toProgress('quality', steps, thresholds, notes);
}

function checkTests(practice: Practice, notes: string[]): Step {
  const todo = 'write tests and run them on every push: no test report or passing code-testing check was found';
  for (const [path, text] of find(practice, /(?:^|\/)(?:[\w.-]*junit[\w.-]*|test-[\w.-]+|TEST-[\w.-]+)\.xml$/)) {
    const results = readJunit(text);
    if ('unreadable' in results) {
      notes.push(`${path}: ${results.unreadable}`);
      continue;
    }
    const bad = results.failures + results.errors;
    notes.push(
      `${results.tests} tests, ${results.passed} passed, ${results.skipped} skipped, ${results.seconds.toFixed(1)} s`,
    );
    if (bad > 0)
      return {
        done: false,
        todo: `make the tests pass: ${bad} of ${results.tests} fail, first ${results.failed[0]?.name}`,
      };
    return { done: results.passed > 0, todo };
  }
  return { done: passed(practice, /test/i), todo };
}

function checkCoverage(practice: Practice, { coverage: share }: Thresholds): Step {
  const wanted = Number((share * 100).toFixed(1));
  for (const [, text] of find(practice, /(?:^|\/)(?:coverage[\w.-]*\.(?:xml|json)|lcov\.info)$/)) {
    const coverage = readCoverage(text);
    if ('unreadable' in coverage) continue;
    return {
      done: coverage.percent >= wanted,
      todo: `let the tests run more of the code: ${coverage.percent} % of lines, ${wanted} % suffice`,
    };
  }
  return {
    done: false,
    todo: `measure what the tests run: no coverage report was found (${wanted} % of lines suffice)`,
  };
}

function checkLint(practice: Practice, { pylint: wanted }: Thresholds): Step {
  for (const [path, text] of find(practice, /(?:^|\/)[\w.-]*(?:pylint|ruff|flake8|lint)[\w.-]*\.(?:txt|json)$/)) {
    const lint = readLint(text);
    if ('unreadable' in lint) continue;
    const { findings, rating } = lint;
    if (rating !== undefined)
      return { done: rating >= wanted, todo: `clean the code: pylint gives ${rating} of 10, ${wanted} suffice` };
    return {
      done: findings.length === 0,
      todo: `clean the code: ${findings.length} findings in ${path}, first ${findings[0]?.code}`,
    };
  }
  return {
    done: passed(practice, /lint|validation|ruff|format/i),
    todo: 'lint and format the code on every push: no passing code-validation check was found',
  };
}

function checkContract(practice: Practice, notes: string[]): Step {
  const suites = find(practice, /(?:^|\/)(?:expectations|gx)\/.*\.json$/).map(([, text]) => readSuite(text));
  for (const suite of suites) {
    if ('unreadable' in suite) continue;
    notes.push(
      `expectation suite ${suite.name}: ${suite.expectations.length} expectations on ${suite.columns.length} columns`,
    );
  }
  const done =
    practice.files.has('data/schema.yml') ||
    suites.some((suite) => 'expectations' in suite && suite.expectations.length > 0);
  return { done, todo: 'say what the data must look like: data/schema.yml, or an expectation suite' };
}

function checkSecurity(practice: Practice): Step {
  return {
    done: passed(practice, /secur|audit|bandit/i),
    todo: 'look for unsafe code and weak dependencies: no passing code-security check was found',
  };
}

function describeEmissions(practice: Practice): string[] {
  return find(practice, /(?:^|\/)emissions\.csv$/).flatMap(([path, text]) => {
    const emissions = readEmissions(text);
    if ('unreadable' in emissions) return [`${path}: ${emissions.unreadable}`];
    const { seconds, kilograms } = emissions.total;
    const runs = emissions.rows.length;
    return [
      `${path}: ${runs} runs, ${Number(seconds.toPrecision(4))} s, ${Number((kilograms * 1000).toPrecision(3))} g CO2 equivalent`,
    ];
  });
}

function find({ files }: Practice, pattern: RegExp): [path: string, text: string][] {
  return [...files].filter(([path]) => pattern.test(path)).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** A check of that kind ran on the commit, and none of that kind failed. */
function passed({ checks }: Practice, kind: RegExp): boolean {
  const own = checks.filter(({ name }) => kind.test(name) && !name.startsWith('practicum/'));
  return (
    own.some(({ conclusion }) => conclusion === 'success') && own.every(({ conclusion }) => conclusion !== 'failure')
  );
}
