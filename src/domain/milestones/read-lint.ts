// Reads what pylint, ruff, flake8, black or mypy found. What none of their forms fits is unreadable: it never counts as clean.
import { parsePythonJson } from '../text/python-json.ts';
import { recoverText } from '../text/recover-text.ts';
import { toColumn, type Lint, type LintFinding } from './lint.ts';
import { readLintLines } from './read-lint-lines.ts';

export function readLint(report: string): Lint | { unreadable: string } {
  const text = recoverText(report).trim();
  if (text === '') return { unreadable: 'the lint report is empty' };
  // Ruff ends its full form with `[*] 1 fixable`, and pylint begins its text with stars: only these two open JSON.
  return /^(?:\{|\[\s*(?:[\]{]|$))/.test(text) ? readJson(text) : readLintLines(text);
}

type Item = Record<string, unknown>;
const asItem = (value: unknown): Item => (typeof value === 'object' && value !== null ? (value as Item) : {});

function readJson(text: string): Lint | { unreadable: string } {
  const parsed = parsePythonJson(text);
  const items = 'value' in parsed ? listFindings(parsed.value) : readJsonLines(text);
  if (!items)
    return {
      unreadable: 'value' in parsed ? 'the lint report has no list of findings' : 'the lint report is not JSON',
    };
  if (!items.every(isFinding)) return { unreadable: 'the lint report has findings without a code and a message' };
  const value = 'value' in parsed ? asItem(parsed.value) : {};
  const score = asItem(value['statistics'])['score'];
  return {
    findings: items.map((item) => toFinding(asItem(item))),
    ...(typeof score === 'number' ? { rating: score } : {}),
  };
}

const isFinding = (item: unknown): boolean =>
  ['message', 'description', 'message-id', 'code'].some((key) => asItem(item)[key] !== undefined);

/** Ruff's and pylint's lists, pylint's json2 (`messages`), reviewdog's (`diagnostics`), pyright's and SARIF's (`runs[].results`). */
function listFindings(value: unknown): unknown[] | undefined {
  if (Array.isArray(value)) return value;
  const { messages, diagnostics, generalDiagnostics, runs, code, filename, file } = asItem(value);
  if (Array.isArray(messages)) return messages;
  if (Array.isArray(diagnostics)) return diagnostics;
  if (Array.isArray(generalDiagnostics)) return generalDiagnostics;
  if (Array.isArray(runs) && runs.length > 0 && runs.every(wentThrough))
    return runs.flatMap((run) => asItem(run)['results'] as unknown[]);
  // A single finding on a line of its own.
  return code !== undefined && (filename ?? file) !== undefined ? [value] : undefined;
}

/** A run of SARIF may say itself that it ended in the middle. */
function wentThrough(run: unknown): boolean {
  const { results, invocations } = asItem(run);
  const ended = Array.isArray(invocations) ? invocations : [];
  return Array.isArray(results) && ended.every((invocation) => asItem(invocation)['executionSuccessful'] !== false);
}

/** Ruff's `json-lines`: an object on each line. */
function readJsonLines(text: string): unknown[] | undefined {
  const values: unknown[] = [];
  for (const line of text.split(/\r?\n/).filter((each) => each.trim() !== '')) {
    const parsed = parsePythonJson(line);
    if (!('value' in parsed) || typeof parsed.value !== 'object') return undefined;
    values.push(parsed.value);
  }
  return values;
}

function toFinding(item: Item): LintFinding {
  const physical = asItem(asItem(asItem((item['locations'] as unknown[] | undefined)?.[0])['physicalLocation']));
  const location = asItem(item['location'] ?? physical['region']);
  const start = asItem(asItem(location['range'])['start'] ?? asItem(location['positions'])['begin'] ?? location);
  const text = (...values: unknown[]): string =>
    values.find((value): value is string => typeof value === 'string') ?? '';
  const code = text(
    item['message-id'],
    item['messageId'],
    item['code'],
    asItem(item['code'])['value'],
    item['check_name'],
    item['ruleId'],
    item['symbol'],
    item['rule'],
  );
  const begin = asItem(location['lines'])['begin'];
  return {
    path: text(
      item['path'],
      item['filename'],
      item['file'],
      location['path'],
      asItem(physical['artifactLocation'])['uri'],
    ),
    line: Number(item['line'] ?? start['row'] ?? start['line'] ?? start['startLine'] ?? begin) || 1,
    column: toColumn(Number(item['column'] ?? start['column'] ?? start['startColumn']), code),
    code: code || 'syntax-error',
    message: text(item['message'], asItem(item['message'])['text'], item['description']),
  };
}
