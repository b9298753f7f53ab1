// JSON a person wrote → a value, or problems that carry line and column.
import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import type { Problem } from '../problem.ts';

/** The value of a JSON text, or one problem where it stops being JSON. */
export function parseJson(text: string, file: string): { value: unknown } | { problems: Problem[] } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const offset = Number(/position (\d+)/.exec(message)?.[1] ?? text.length);
    const before = text.slice(0, offset).split('\n');
    const problem: Problem = {
      file,
      line: before.length,
      column: (before.at(-1) ?? '').length + 1,
      level: 'error',
      code: 'json-invalid',
      message: `not valid JSON: ${message.split('\n')[0] ?? message}`.slice(0, 300),
    };
    return { problems: [problem] };
  }
}

/** Every issue of a schema as a problem, at the place in the text where the value stands. */
export function findProblems(error: z.ZodError, text: string, file: string, code: string): Problem[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, strict: false, logLevel: 'silent' });
  return error.issues.map((issue) => {
    const { line, col } = locate(document, lines, issue.path);
    const where = issue.path.length === 0 ? 'the file' : issue.path.map(String).join('.');
    const message = `${where}: ${issue.message}`.slice(0, 300);
    return { file, line, column: col, level: 'error', code, message };
  });
}

/** The nearest part of the path that exists: a missing key is shown where its parent begins. */
function locate(
  document: ReturnType<typeof parseDocument>,
  lines: LineCounter,
  path: readonly PropertyKey[],
): { line: number; col: number } {
  for (let depth = path.length; depth > 0; depth--) {
    const found = document.getIn(path.slice(0, depth), true);
    const range = typeof found === 'object' && found !== null && 'range' in found ? found.range : undefined;
    if (Array.isArray(range)) return lines.linePos(Number(range[0]));
  }
  return { line: 1, col: 1 };
}
