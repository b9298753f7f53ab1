// Milestone quality: tests, coverage, lint, data contract and security, from what the repository's own checks left.
import { checkNotebooks, isPynblintReport } from './check-notebooks.ts';
import { readCoverage } from './read-coverage.ts';
import { readEmissions } from './read-emissions.ts';
import { readSuite } from './read-expectations.ts';
import { readJunit } from './read-junit.ts';
import { readLint } from './read-lint.ts';
import { recoverText } from '../text/recover-text.ts';
import type { Lint } from './lint.ts';
import { toProgress } from './practice.ts';
import type { CheckFact, MilestoneProgress, Practice, Step } from './practice.ts';
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
  const notebooks = checkNotebooks(practice);
  if (notebooks) steps.push(notebooks.step);
  notes.push(...(notebooks?.notes ?? []), ...describeEmissions(practice));
  return toProgress('quality', steps, thresholds, notes);
}

const XML = /\.xml$/i;
const COVERAGE = /(?:\.xml|(?:^|\/)(?:coverage|cov)[\w.-]*\.json|(?:^|\/)[\w.-]*lcov[\w.-]*)$/i;

/** Every readable report counts: a suite that passes does not hide one that fails. */
function checkTests(practice: Practice, notes: string[]): Step {
  const todo =
    'write tests and run them on every push: no JUnit report (an .xml file of the commit or of the artifact `test-reports`) ' +
    'and no passing check with "test" in its name was found';
  const reports = readable(practice, XML, readJunit);
  if (reports.length === 0) {
    return { done: passed(practice, TEST_CHECKS), todo: `${todo}${unread(practice, /junit|test/i, XML, readJunit)}` };
  }
  const sum = (key: 'tests' | 'passed' | 'skipped' | 'seconds' | 'failures' | 'errors'): number =>
    reports.reduce((total, { value }) => total + value[key], 0);
  const bad = sum('failures') + sum('errors');
  notes.push(
    `${sum('tests')} tests, ${sum('passed')} passed, ${sum('skipped')} skipped, ${sum('seconds').toFixed(1)} s`,
  );
  const first = reports.flatMap(({ value }) => value.failed)[0]?.name;
  if (bad > 0) return { done: false, todo: `make the tests pass: ${bad} of ${sum('tests')} fail, first ${first}` };
  return {
    done: sum('passed') > 0,
    todo: `write tests: no test passed in ${reports.map(({ path }) => path).join(', ')}`,
  };
}

function checkCoverage(practice: Practice, { coverage: share }: Thresholds): Step {
  const wanted = Number((share * 100).toFixed(1));
  const [report] = readable(practice, COVERAGE, readCoverage);
  if (report)
    return {
      done: report.value.percent >= wanted,
      todo: `let the tests run more of the code: ${report.value.percent}% of lines, ${wanted}% suffice`,
    };
  return {
    done: false,
    todo:
      `measure what the tests run: no coverage report was found among .xml files (Cobertura), coverage*.json and lcov files ` +
      `(${wanted}% of lines suffice)${unread(practice, /cov/i, COVERAGE, readCoverage)}`,
  };
}

const LINT_REPORT = /(?:^|\/)[\w.-]*(?:pylint|ruff|flake8|lint|mypy|black)[\w.-]*\.(?:txt|log|out|json|jsonl|sarif)$/i;

function checkLint(practice: Practice, { pylint: wanted }: Thresholds): Step {
  const found = find(practice, LINT_REPORT).filter(([path]) => !isPynblintReport(path));
  const reports = fresh(found.map(([path, text]) => ({ path, lint: readLint(text) })));
  const read = reports.flatMap(({ path, lint }) => ('unreadable' in lint ? [] : [{ path, lint }]));
  const worst = read.find(({ lint }) => (lint.rating === undefined ? lint.findings.length > 0 : lint.rating < wanted));
  if (worst) return { done: false, todo: describeLint(worst.path, worst.lint, wanted) };
  // A report that says nothing understandable is no proof of clean code, whatever else passed.
  const [unread] = reports.flatMap(({ path, lint }) => ('unreadable' in lint ? [`${path}: ${lint.unreadable}`] : []));
  if (unread) return { done: false, todo: `make the linter report what it found: ${unread}` };
  return {
    done: read.length > 0 || passed(practice, LINT_CHECKS),
    todo:
      'lint and format the code on every push: no report (such as ruff.txt or pylint.json) and no passing check such as ' +
      'code-validation, lint or ruff was found',
  };
}

function describeLint(path: string, { findings, rating }: Lint, wanted: number): string {
  if (rating !== undefined) return `clean the code: pylint gives ${rating} of 10, ${wanted} suffice`;
  return `clean the code: ${findings.length} findings in ${path}, first ${findings[0]?.code}`;
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
    done: passed(practice, SECURITY_CHECKS),
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
      ...emissions.problems.slice(0, 3).map((problem) => `${path}: ${problem}`),
      `${path}: ${runs} runs, ${Number(seconds.toPrecision(4))} s, ${Number((kilograms * 1000).toPrecision(3))} g CO2 equivalent`,
    ];
  });
}

function find({ files }: Practice, pattern: RegExp): [path: string, text: string][] {
  return [...files].filter(([path]) => pattern.test(path)).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** Where the files of the artifact stand among those of the repository. */
const ARTIFACT = 'test-reports/';

/** Files of which the reader says that they are such a report: known by what is in them, not by their names. */
function readable<T extends object>(
  practice: Practice,
  pattern: RegExp,
  read: (text: string) => T | { unreadable: string },
): { path: string; value: T }[] {
  return fresh(
    find(practice, pattern).flatMap(([path, text]) => {
      const value = read(recoverText(text));
      return 'unreadable' in value ? [] : [{ path, value }];
    }),
  );
}

/** What is called a report, and is none: with the reason, so that nobody looks for another name. */
function unread(practice: Practice, name: RegExp, pattern: RegExp, read: (text: string) => object): string {
  for (const [path, text] of find(practice, pattern)) {
    const value = name.test(path) ? read(recoverText(text)) : {};
    if ('unreadable' in value) return `; ${path}: ${String(value.unreadable)}`;
  }
  return '';
}

/** What this very commit left, where there is any; else what was committed. */
function fresh<T extends { path: string }>(reports: T[]): T[] {
  const made = reports.filter(({ path }) => path.startsWith(ARTIFACT));
  return made.length > 0 ? made : reports;
}

const TEST_CHECKS = /^(?:tests?|testing|pytest|unittests?|tox)$/;
const LINT_CHECKS = /^(?:lint|lints|linting|linter|linters|ruff|flake8|pylint|black|mypy|format|formatting|formatter)$/;
const SECURITY_CHECKS = /^(?:security|secure|sast|audit|bandit|codeql|trivy|snyk|safety)$/;
const BAD = new Set(['failure', 'timed_out', 'cancelled', 'startup_failure', 'action_required', 'stale']);

/** What has such a word in its name, and is none: "download test data", "skip tests", "file format", "audit log". */
const OTHER_WORK =
  /\b(?:skip|download|fetch|without) (?:the )?tests?\b|\btests? (?:data|datasets?|set|split|env|environment|cluster)\b|\b(?:file|data|image|output) format\b|\baudit logs?\b/;

/** `build-latest-image` has the words build, latest and image; `codeTesting` has code and testing, and `CodeQL` is a word. */
function wordsOf(name: string): string[] {
  const spaced = name.replaceAll(/([a-z\d])([A-Z])/g, '$1 $2').toLowerCase();
  const words: string[] = `${spaced} ${name.toLowerCase()}`.match(/[a-z]+\d*/g) ?? [];
  if (OTHER_WORK.test(words.join(' '))) return [];
  // "Data validation" is about data: only with "code" is it about the code.
  return words.includes('code') && words.includes('validation') ? [...words, 'lint'] : words;
}

/** A check of that kind ran on the commit and the newest run of each succeeded; one still running has not. */
function passed({ checks }: Practice, kind: RegExp): boolean {
  const newest = new Map<string, CheckFact>();
  const inOrder = checks.toSorted((a, b) => (a.id ?? 0) - (b.id ?? 0));
  for (const check of inOrder) if (!check.name.startsWith('practicum/')) newest.set(check.name, check);
  const own = [...newest.values()].filter(({ name }) => wordsOf(name).some((word) => kind.test(word)));
  return (
    own.some(({ conclusion }) => conclusion === 'success') &&
    own.every(({ conclusion }) => conclusion !== undefined && !BAD.has(conclusion))
  );
}
