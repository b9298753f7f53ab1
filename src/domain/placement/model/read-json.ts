// JSON (or YAML, by the file's name) that a person wrote → a value, or problems that carry line and column.
import type { z } from 'zod';
import type { Problem } from '../../text/problem.ts';
import { type Document, parseYaml } from '../../text/parse-yaml.ts';
import { demand } from '../../text/validate-yaml.ts';
import { readYaml } from '../../text/yaml-source.ts';
import type { ProblemCode } from '../../text/problem-codes.ts';
import { positionAt } from '../../text/decode-text.ts';
import { jsonFault } from '../../text/json-fault.ts';

/** The value of a file of either form. */
export function parseFile(text: string, file: string): { value: unknown } | { problems: Problem[] } {
  if (!/\.ya?ml$/i.test(file)) return parseJson(text, file);
  const { source, problems } = readYaml(new TextEncoder().encode(text), file);
  return source && problems.length === 0 ? { value: source.value } : { problems };
}

/** The value of a JSON text, or one problem where it stops being JSON. */
export function parseJson(text: string, file: string): { value: unknown } | { problems: Problem[] } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const problem: Problem = {
      file,
      ...positionAt(text, jsonFault(text) ?? text.length),
      level: 'error',
      code: 'json-invalid',
      message: `not valid JSON: ${message.split('\n')[0] ?? message}`.slice(0, 300),
    };
    return { problems: [problem] };
  }
}

/** Every issue of a schema as a problem, at the place in the text where the value stands. */
export function findProblems(error: z.ZodError, text: string, file: string, code: ProblemCode): Problem[] {
  const read = parseYaml(text, { maxBytes: 16 * 1024 * 1024, maxKeys: 1_000_000 });
  const parsed = 'parsed' in read ? read.parsed : undefined;
  return error.issues.map((issue) => {
    const place = parsed?.placeAt(offsetOf(parsed.document, issue.path)) ?? { line: 1, column: 1 };
    const message = describe(issue, parsed?.document).slice(0, 300);
    return { file, ...place, level: 'error', code, message };
  });
}

function describe(issue: z.core.$ZodIssue, document: Document | undefined): string {
  const { path } = issue;
  const where = path.length === 0 ? 'the file' : path.map(String).join('.');
  if (path.length > 0 && issue.code === 'invalid_type' && document && !document.hasIn(path))
    return `${where} is missing`;
  if (issue.code === 'too_small' && issue.origin === 'number')
    return `${where} must be ${issue.inclusive ? 'at least' : 'more than'} ${String(issue.minimum)}`;
  if (issue.code === 'too_big' && issue.origin === 'number')
    return `${where} must be ${issue.inclusive ? 'at most' : 'less than'} ${String(issue.maximum)}`;
  // What the library says by itself is for programmers.
  return /^(Invalid|Too|Unrecognized) /.test(issue.message)
    ? `${where} ${demand(issue)}`
    : `${where}: ${issue.message}`;
}

/** The nearest part of the path that exists: a missing key is shown where its parent begins. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let depth = path.length; depth > 0; depth--) {
    const found = document.getIn(path.slice(0, depth), true);
    const range = typeof found === 'object' && found !== null && 'range' in found ? found.range : undefined;
    if (Array.isArray(range)) return Number(range[0]);
  }
  return 0;
}
