// A YAML source against its schema → every problem at its line, and what could be understood nevertheless.
import type { z } from 'zod';
import { jsonSchemaOf, keysAt } from './json-schema.ts';
import type { Problem } from './problem.ts';
import { reportOn } from './report-problems.ts';
import type { Report } from './report-problems.ts';
import { suggest } from './suggest.ts';
import { settleUnion } from './settle-union.ts';
import { salvage } from './salvage.ts';
import { isMapping, valueAt } from './value-at.ts';
import type { YamlSource } from './yaml-source.ts';

type Issue = z.core.$ZodIssue;
type Step = string | number;

/**
 * `value` only when nothing is wrong. `parts` holds what remains when everything wrong is taken out, and `report` is on
 * those parts: what it is told of them stands at the right place of the file.
 */
export type Validated<T> = { value?: T; parts: Partial<T>; problems: Problem[]; report: Report };

export function validateYaml<S extends z.ZodObject>(
  schema: S,
  source: YamlSource,
  together: readonly string[] = [],
): Validated<z.output<S>> {
  type Parts = Partial<z.output<S>>;
  if (!isMapping(source.value)) {
    const problem = source.problem([], 'error', 'wrong-type', 'the file must be a mapping of keys to values');
    return { parts: {}, problems: [problem], report: reportOn(source) };
  }
  const result = schema.safeParse(source.value);
  if (result.success) {
    return { value: result.data, parts: result.data as Parts, problems: [], report: reportOn(source) };
  }
  const issues = result.error.issues.flatMap((issue) => settleUnion(issue));
  const { parts, original } = salvage(schema, source.value, together);
  return { parts: parts as Parts, problems: explainAll(schema, source, issues), report: reportOn(source, original) };
}

function explainAll(schema: z.ZodObject, source: YamlSource, issues: Issue[]): Problem[] {
  const problems = issues.flatMap((issue) => explain(schema, source, issue));
  const seen = new Set<string>();
  return problems.filter(({ line, column, code, message }) => {
    const key = `${line}:${column}:${code}:${message}`;
    return !seen.has(key) && seen.add(key);
  });
}

function explain(schema: z.ZodObject, source: YamlSource, issue: Issue): Problem[] {
  const path = issue.path.map(step);
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(jsonSchemaOf(schema), path);
    return issue.keys.map((key) => {
      const close = suggest(key, known);
      const hint = close ? `did you mean \`${close}\`?` : `known here: ${known.join(', ')}`;
      return source.problem([...path, key], 'error', 'unknown-key', `unknown key \`${key}\``, hint, 'key');
    });
  }
  const key = path.at(-1);
  const parent = valueAt(source.value, path.slice(0, -1));
  if (key !== undefined && isMapping(parent) && !Object.hasOwn(parent, key)) {
    return [source.problem(path.slice(0, -1), 'error', 'missing-key', `missing key \`${key}\``, undefined, 'key')];
  }
  const name = typeof key === 'number' ? `\`${path.at(-2) ?? ''}[${key}]\`` : `\`${key ?? ''}\``;
  if (issue.code === 'invalid_key') {
    return [source.problem(path, 'error', 'bad-key', `${name} cannot be a name here`, undefined, 'key')];
  }
  const value = valueAt(source.value, path);
  const code = issue.code === 'invalid_type' || issue.code === 'invalid_union' ? 'wrong-type' : 'bad-value';
  return [source.problem(path, 'error', code, `${name} ${demand(issue)}${shown(value)}`, hintFor(issue, value))];
}

const demands: Record<string, string> = {
  object: 'must be a mapping of keys to values',
  record: 'must be a mapping of keys to values',
  array: 'must be a list',
  tuple: 'must be a list of a fixed length',
  string: 'must be text',
  number: 'must be a number',
  int: 'must be a whole number',
  boolean: 'must be true or false',
};

/** What a value must be, in words. */
export function demand(issue: Issue): string {
  if (issue.message.startsWith('must')) return issue.message;
  if (issue.code === 'invalid_type') return demands[issue.expected] ?? `must be of type ${issue.expected}`;
  if (issue.code === 'invalid_value') return `must be ${alternatives(issue.values.map(String))}`;
  if (issue.code === 'too_small') return `must have at least ${String(issue.minimum)}`;
  if (issue.code === 'too_big') return `must have at most ${String(issue.maximum)}`;
  return 'has a form that cannot be read here';
}

function alternatives(values: string[]): string {
  const quoted = values.map((value) => `\`${value}\``);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
}

/** The value as written, when it is short enough to help. */
function shown(value: unknown): string {
  if (value === null) return ', and is empty';
  if (typeof value === 'object' || value === undefined) return '';
  const text = String(value);
  return text.length > 60 ? '' : `, not \`${text.replaceAll('`', "'")}\``;
}

function hintFor(issue: Issue, value: unknown): string | undefined {
  if (typeof value === 'number' && value > 1 && value <= 100 && issue.message.includes('share')) {
    return `did you mean \`${value}%\`?`;
  }
  if (typeof value !== 'string') return undefined;
  const close = suggest(value, allowedValues(issue));
  return close === undefined ? undefined : `did you mean \`${close}\`?`;
}

function allowedValues(issue: Issue): string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  return issue.code === 'invalid_union' ? issue.errors.flat().flatMap(allowedValues) : [];
}

const step = (part: PropertyKey): Step => (typeof part === 'number' ? part : String(part));
