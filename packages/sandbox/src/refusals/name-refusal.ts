// The other way round: an answer that came, and the row of the table that says so.
import type { Refused } from './refusal.ts';
import { refusals, type RefusalName } from './table.ts';

/** `path` below the API's own address. */
export type Refusal = {
  method: string;
  path: string;
  status: number;
  body: unknown;
  headers: Readonly<Record<string, string | undefined>>;
};

/** The row that fits best; undefined of an answer that is in no row, an answer without a refusal among them. */
export function nameRefusal(answer: Refusal): RefusalName | undefined {
  const fits = (Object.keys(refusals) as RefusalName[]).filter((name) => isLike(refusals[name], answer));
  return fits.toSorted((a, b) => weight(refusals[b], answer) - weight(refusals[a], answer))[0];
}

/** Of two rows with the same words, that of the same call, or with more to tell it by. */
function weight(row: Refused, answer: Refusal): number {
  const isOfCall = row.on !== undefined && isCall(row.on, answer);
  return (isOfCall ? 100 : 0) + Object.keys(row.headers ?? {}).length + (row.errors?.length ?? 0);
}

function isLike(row: Refused, { method, path, status, body, headers }: Refusal): boolean {
  if (row.status !== status) return false;
  // "Not Found" means something else at each call.
  if (row.message === 'Not Found' && !(row.on && isCall(row.on, { method, path }))) return false;
  const hasHeaders = Object.entries(row.headers ?? {}).every(([key, value]) => {
    const said = headers[key];
    return said !== undefined && (/\{/.test(value) || value === said || key === 'content-type');
  });
  if (!hasHeaders) return false;
  if (row.text !== undefined) return typeof body === 'string' && /<html/i.test(body);
  const { message, errors } = (typeof body === 'object' && body !== null ? body : {}) as {
    message?: unknown;
    errors?: unknown;
  };
  const said = (Array.isArray(errors) ? errors : []) as { type?: string; message?: string }[];
  if (row.graphql) {
    return row.graphql.every((word) =>
      said.some(({ type, message: words }) => (word.type ?? type) === type && isText(word.message, words)),
    );
  }
  if (!isText(row.message ?? '', message)) return false;
  return (row.errors ?? []).every((error) => said.some((other) => isError(error, other)));
}

function isCall({ method, path }: NonNullable<Refused['on']>, answer: Pick<Refusal, 'method' | 'path'>): boolean {
  if (method !== undefined && method !== answer.method) return false;
  return path === undefined || toPattern(path.replaceAll(/\{\w+\*\}/g, '{rest}'), '.+', '[^/]+').test(answer.path);
}

function isError(row: NonNullable<Refused['errors']>[number], said: unknown): boolean {
  if (typeof row === 'string') return isText(row, typeof said === 'string' ? said : (said as Error | null)?.message);
  if (typeof said !== 'object' || said === null) return false;
  return Object.entries(row).every(([key, value]) => isText(value, (said as Record<string, unknown>)[key]));
}

/** Numbers in the words of a failure (its time, its id) are of that failure alone. */
function isText(row: string, said: unknown): boolean {
  if (typeof said !== 'string') return false;
  return toPattern(loose(row), '[^]*', '[^]*').test(loose(said));
}

const loose = (text: string): string => text.replace(/ on \d{4}-\d\d-\d\dT[\d:+-]+/, '').replace(/`[0-9A-F:]+`/, '``');

function toPattern(text: string, rest: string, word: string): RegExp {
  const parts = text.split(/(\{\w+\})/).map((part) => {
    if (!/^\{\w+\}$/.test(part)) return part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
    return part === '{rest}' ? rest : word;
  });
  return new RegExp(`^${parts.join('')}$`);
}
