// A row of the table as an answer: its values filled in.
import type { FieldError, Refused } from './refusal.ts';

export type Values = Readonly<Record<string, string | number>>;

export type FilledRefusal = {
  status: number;
  message: string;
  errors: (FieldError | string)[] | undefined;
  headers: Record<string, string>;
  /** What goes over the wire. */
  body: unknown;
};

const hour = 3600;

/** `reset`, if nothing else is said, is in `seconds`, or in an hour. */
export function fillRefusal(row: Refused, given: Values = {}, now: Date = new Date()): FilledRefusal {
  const seconds = Number(given['seconds'] ?? hour);
  const values: Values = { reset: Math.ceil(now.getTime() / 1000) + seconds, ...row.values, ...given };
  const fill = (text: string): string =>
    text.replaceAll(/\{(\w+)\}/g, (whole, key: string) => String(values[key] ?? whole));
  const fillAll = <T>(value: T): T =>
    JSON.parse(JSON.stringify(value), (_, inner: unknown) => (typeof inner === 'string' ? fill(inner) : inner)) as T;
  const message = fill(row.message ?? row.graphql?.[0]?.message ?? '');
  const errors = row.errors && [...fillAll(row.errors)];
  return {
    status: row.status,
    message,
    errors,
    headers: fillAll({ ...row.headers }),
    body: bodyOf(row, message, errors, fillAll),
  };
}

function bodyOf(
  row: Refused,
  message: string,
  errors: (FieldError | string)[] | undefined,
  fillAll: <T>(value: T) => T,
): unknown {
  if (row.text !== undefined) return row.text;
  if (row.graphql) return { data: null, errors: fillAll(row.graphql) };
  return {
    message,
    ...(errors ? { errors } : {}),
    documentation_url: 'https://docs.github.com/rest',
    status: String(row.status),
  };
}
