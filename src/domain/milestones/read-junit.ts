// Reads a JUnit XML report, as pytest and most test tools write it: what ran, and what failed where.
import { scanXml } from './scan-xml.ts';

type FailedTest = { name: string; kind: 'failure' | 'error'; message: string; file?: string; line?: number };

export type TestResults = {
  tests: number;
  passed: number;
  failures: number;
  errors: number;
  skipped: number;
  seconds: number;
  failed: FailedTest[];
};

type OpenCase = {
  attributes: Record<string, string>;
  outcome?: 'failure' | 'error' | 'skipped';
  message: string;
  trace: string;
};

/** Counts the test cases themselves: the totals that a report claims for its suites are not believed. */
export function readJunit(text: string): TestResults | { unreadable: string } {
  const results: TestResults = { tests: 0, passed: 0, failures: 0, errors: 0, skipped: 0, seconds: 0, failed: [] };
  let current: OpenCase | undefined;
  let isReport = false;
  const events = scanXml(text);
  if ('unreadable' in events) return events;
  for (const event of events) {
    if (event.kind === 'open' && /^testsuites?$/.test(event.name)) isReport = true;
    if (event.kind === 'open' && event.name === 'testcase') {
      current = { attributes: event.attributes, message: '', trace: '' };
    } else if (event.kind === 'open' && current && /^(failure|error|skipped)$/.test(event.name)) {
      // A test that failed and then could not be cleaned up has both: the failure is what it is about.
      current.outcome ??= event.name as 'failure';
      current.message ||= event.attributes['message'] ?? '';
    } else if (event.kind === 'text' && current) {
      current.trace += event.text;
    } else if (event.kind === 'close' && event.name === 'testcase' && current) {
      current = close(current, results);
    }
  }
  return isReport ? results : { unreadable: 'not a JUnit report: there is no testsuite in it' };
}

/** Where a traceback ends: `tests/test_x.py:4: AssertionError`. Pytest's own `line` counts from 0 and is where the test starts. */
const PLACE = /^(\S+\.\w+):(\d+): /gm;

function close({ attributes, outcome, message, trace }: OpenCase, results: TestResults): undefined {
  results.tests += 1;
  results.seconds += Number(attributes['time']) || 0;
  if (outcome === 'skipped') results.skipped += 1;
  else if (outcome === undefined) results.passed += 1;
  else {
    results[outcome === 'failure' ? 'failures' : 'errors'] += 1;
    const { classname, name = '' } = attributes;
    const place = [...trace.matchAll(PLACE)].at(-1);
    const file = place?.[1] ?? attributes['file'];
    const line = Number(place?.[2]);
    results.failed.push({
      name: classname ? `${classname}.${name}` : name,
      kind: outcome,
      message,
      ...(file ? { file } : {}),
      ...(Number.isInteger(line) ? { line } : {}),
    });
  }
  return undefined;
}
