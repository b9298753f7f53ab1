// `${{ … }}` with GitHub's own expression library: single expressions, text with expressions in it, conditions.
import { data, Evaluator, ExpressionError, Lexer, Parser } from '@actions/expressions';
import { InvalidWorkflow, type Json } from './read-workflow.ts';

/** success(), failure(), always(), cancelled() of the place where an expression stands, and the files it may hash. */
export type Scope = {
  contexts: Record<string, unknown>;
  status: { success: boolean; failure: boolean; cancelled: boolean };
  hashFiles?: (patterns: string[]) => string;
};

const CONTEXTS = [
  'github',
  'env',
  'vars',
  'secrets',
  'needs',
  'strategy',
  'matrix',
  'inputs',
  'runner',
  'job',
  'jobs',
  'steps',
];
const STATUS_FUNCTION = /\b(success|failure|always|cancelled)\s*\(/i;

/** Replaces every `${{ }}` in a text; objects become `Object`, as on GitHub. */
export function interpolate(text: string, scope: Scope): string {
  return splitTemplate(text)
    .map((part) => (part.expression ? evaluate(part.text, scope).coerceString() : part.text))
    .join('');
}

/** Evaluates a value of any shape; a text that is one expression alone keeps that expression's type. */
export function evaluateValue(value: Json, scope: Scope): Json {
  if (typeof value === 'string') {
    const parts = splitTemplate(value);
    const only = parts.length === 1 ? parts[0] : undefined;
    return only?.expression ? toJson(evaluate(only.text, scope)) : interpolate(value, scope);
  }
  if (Array.isArray(value)) return value.map((item) => evaluateValue(item, scope));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [interpolate(key, scope), evaluateValue(item, scope)]),
  );
}

/** A job's or step's `if:`. Without a status function `success()` is understood. */
export function evaluateCondition(condition: Json | undefined, scope: Scope): boolean {
  if (condition === undefined || condition === null || condition === '') return scope.status.success;
  if (typeof condition !== 'string') return scope.status.success && Boolean(condition);
  const parts = splitTemplate(condition.trim());
  const text =
    parts.length === 1 && parts[0]?.expression
      ? parts[0].text
      : parts.some((part) => part.expression)
        ? undefined
        : condition;
  // Text around an expression makes a text, and a text that is not empty is true: GitHub's well-known trap, kept.
  if (text === undefined) return scope.status.success && interpolate(condition, scope) !== '';
  const holds = isTruthy(evaluate(text, scope));
  return STATUS_FUNCTION.test(text) ? holds : scope.status.success && holds;
}

function evaluate(text: string, scope: Scope): data.ExpressionData {
  const functions = new Map(scopeFunctions(scope).map((definition) => [definition.name.toLowerCase(), definition]));
  try {
    const parsed = new Parser(new Lexer(text).lex().tokens, CONTEXTS, [...functions.values()]).parse();
    const mentioned = text.toLowerCase();
    const context = new data.Dictionary(
      ...CONTEXTS.map((key) => ({
        key,
        value: mentioned.includes(key) ? toData(scope.contexts[key]) : new data.Null(),
      })),
    );
    return new Evaluator(parsed, context, functions).evaluate();
  } catch (error) {
    if (!(error instanceof ExpressionError) && !(error instanceof Error)) throw error;
    throw new InvalidWorkflow(`The template is not valid. ${error.message} (in \`${text.trim()}\`)`, { cause: error });
  }
}

function scopeFunctions(
  scope: Scope,
): { name: string; minArgs: number; maxArgs: number; call: (...args: data.ExpressionData[]) => data.ExpressionData }[] {
  const flag = (name: string, value: boolean) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(value),
  });
  return [
    flag('success', scope.status.success),
    flag('failure', scope.status.failure),
    flag('cancelled', scope.status.cancelled),
    flag('always', true),
    {
      name: 'hashFiles',
      minArgs: 1,
      maxArgs: 255,
      call: (...patterns) =>
        new data.StringData(scope.hashFiles?.(patterns.map((pattern) => pattern.coerceString())) ?? ''),
    },
  ];
}

function splitTemplate(text: string): { expression: boolean; text: string }[] {
  const parts: { expression: boolean; text: string }[] = [];
  let at = 0;
  for (;;) {
    const start = text.indexOf('${{', at);
    if (start === -1) break;
    const end = expressionEnd(text, start + 3);
    if (start > at) parts.push({ expression: false, text: text.slice(at, start) });
    parts.push({ expression: true, text: text.slice(start + 3, end) });
    at = end + 2;
  }
  if (at < text.length) parts.push({ expression: false, text: text.slice(at) });
  return parts;
}

function expressionEnd(text: string, from: number): number {
  let quoted = false;
  for (let at = from; at < text.length; at++) {
    if (text[at] === "'") quoted = !quoted;
    else if (!quoted && text.startsWith('}}', at)) return at;
  }
  throw new InvalidWorkflow(`The expression is not closed. An unescaped \${{ sequence was found: ${text}`);
}

function toData(value: unknown): data.ExpressionData {
  return value === undefined
    ? new data.Null()
    : (JSON.parse(JSON.stringify(value), data.reviver) as data.ExpressionData);
}

function toJson(value: data.ExpressionData): Json {
  return JSON.parse(JSON.stringify(value, data.replacer)) as Json;
}

function isTruthy(value: data.ExpressionData): boolean {
  const plain = toJson(value);
  return plain !== null && plain !== false && plain !== 0 && plain !== '';
}
