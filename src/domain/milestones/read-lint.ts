// Reads what pylint, ruff or flake8 found, in their JSON and their line forms.

type LintFinding = { path: string; line: number; column: number; code: string; message: string };
export type Lint = {
  findings: LintFinding[];
  /** Pylint's mark out of ten. */
  rating?: number;
};

export function readLint(text: string): Lint | { unreadable: string } {
  return /^\s*[[{]/.test(text) ? readJson(text) : readLines(text);
}

type Item = Record<string, unknown> & { location?: { row?: unknown; column?: unknown } | null };

function readJson(text: string): Lint | { unreadable: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { unreadable: 'the lint report is not JSON' };
  }
  // pylint's json2 wraps its messages, and says its mark beside them.
  const wrapped = value as { messages?: unknown; statistics?: { score?: unknown } };
  const items = Array.isArray(value) ? value : wrapped.messages;
  if (!Array.isArray(items)) return { unreadable: 'the lint report has no list of findings' };
  const score = Array.isArray(value) ? undefined : wrapped.statistics?.score;
  return {
    findings: items.filter((item) => typeof item === 'object' && item !== null).map((item) => toFinding(item as Item)),
    ...(typeof score === 'number' ? { rating: score } : {}),
  };
}

function toFinding(item: Item): LintFinding {
  const text = (...keys: string[]): string =>
    keys.map((key) => item[key]).find((value): value is string => typeof value === 'string') ?? '';
  return {
    path: text('path', 'filename', 'file'),
    line: Number(item['line'] ?? item.location?.row) || 1,
    column: toColumn(Number(item['column'] ?? item.location?.column), text('message-id', 'messageId', 'code')),
    code: text('message-id', 'messageId', 'code', 'symbol'),
    message: text('message'),
  };
}

/** Pylint, alone, counts columns from 0; its codes are a letter and four digits. */
function toColumn(column: number, code: string): number {
  return (Number.isFinite(column) ? column : 1) + (/^[CRWEFI]\d{4}$/.test(code) ? 1 : 0) || 1;
}

const LINE = /^(\S[^:\n]*):(\d+):(?:(\d+):)? ?\[?([A-Z]{1,4}\d{2,4})\]?:? (.*)$/;
const RATING = /rated at (-?\d+(?:\.\d+)?)\/10/;

function readLines(text: string): Lint {
  const findings = text.split(/\r?\n/).flatMap((line) => {
    const match = LINE.exec(line);
    if (!match) return [];
    const [, path = '', row, column, code = '', message = ''] = match;
    return [{ path, line: Number(row), column: toColumn(Number(column ?? 1), code), code, message }];
  });
  const rating = RATING.exec(text)?.[1];
  return { findings, ...(rating === undefined ? {} : { rating: Number(rating) }) };
}
