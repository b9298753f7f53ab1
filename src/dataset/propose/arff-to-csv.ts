// ARFF, the text format of Weka and OpenML, as CSV: its attributes are the columns.
import { csvLiteral } from '../table/csv-fields.ts';

/** Undefined where it is not understood whole, or is sparse. `?` stays: it is a word for what is missing. */
export function arffToCsv(text: string): string | undefined {
  const lines = text.split(/\r?\n|\r/);
  const start = lines.findIndex((line) => /^\s*@data\b/i.test(line));
  if (start < 0) return undefined;
  const names: string[] = [];
  for (const line of lines.slice(0, start)) {
    if (!/^\s*@attribute\b/i.test(line)) continue;
    const name = /^\s*@attribute\s+('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^\s{]+)/i.exec(line)?.[1];
    if (name === undefined) return undefined;
    names.push(unquote(name));
  }
  const rows: string[] = [asLine(names)];
  for (const line of lines.slice(start + 1)) {
    if (/^\s*(?:%|$)/.test(line)) continue;
    const fields = fieldsOf(line.trim());
    if (line.trimStart().startsWith('{') || fields?.length !== names.length) return undefined;
    rows.push(asLine(fields));
  }
  return `${rows.join('\n')}\n`;
}

function fieldsOf(line: string): string[] | undefined {
  const field = /(?:\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\s*|([^,'"]*))(,|$)/y;
  const fields: string[] = [];
  for (;;) {
    const found = field.exec(line);
    if (!found) return undefined;
    fields.push(unquote(found[1] ?? found[2]!.trim()));
    if (found[3] === '') return fields;
  }
}

function unquote(text: string): string {
  return /^(['"]).*\1$/s.test(text) && text.length > 1 ? text.slice(1, -1).replaceAll(/\\(.)/g, '$1') : text;
}

function asLine(fields: readonly string[]): string {
  return fields.map((field) => csvLiteral(field, 44, false)).join(',');
}
