// Where in an answer each row stands: the line on which a wrong row can be annotated.
import { csvRecords } from '../text/read-csv.ts';
import type { AnswerFormat } from './answer.ts';

/** The 1-based first line of the nth entry of `rows`, for an answer that could be read. Stops after `most` entries. */
export function locateEntries(text: string, format: AnswerFormat, most: number): number[] {
  return format === 'csv' ? locateCsv(text, most) : locateJson(text, most);
}

function locateCsv(text: string, most: number): number[] {
  const lines: number[] = [];
  let header = true;
  for (const record of csvRecords(text)) {
    if (header) header = false;
    else if ('line' in record) lines.push(record.line);
    if (lines.length >= most) break;
  }
  return lines;
}

/** Walks over the text once; it is known to be JSON of the form {"rows": [{…}, …]}. */
function locateJson(text: string, most: number): number[] {
  let lines: number[] = [];
  let line = 1;
  let depth = 0;
  let key = '';
  let inRows = false;
  for (let at = 0; at < text.length && lines.length < most; at++) {
    const character = text[at]!;
    if (character === '\n') line++;
    else if (character === '"') {
      const end = endOfString(text, at);
      if (depth === 1) key = text.slice(at, end + 1);
      at = end;
    } else if (character === '{' || character === '[') {
      depth++;
      // Of a key given twice JSON keeps the last, and so does this.
      if (depth === 2) inRows = character === '[' && key === '"rows"';
      if (depth === 2 && inRows) lines = [];
      if (depth === 3 && inRows) lines.push(line);
    } else if (character === '}' || character === ']') depth--;
  }
  return lines;
}

function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at;
  }
  return text.length;
}
