// Tables of text cells from CSV, JSON lines, JSON and, by a program of the task, Parquet; and what one cell means.
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';

/** The rows of one file, or undefined when it is no table. */
export async function readTable(path, task) {
  const form = extname(path.replace(/\.(gz|zst)$/i, '')).toLowerCase();
  if (form === '.parquet') return task.parquet ? (await import(task.parquet)).readTable(path) : undefined;
  const text = readFileSync(path, task.encoding ?? 'utf8').replace(/^\uFEFF/, '');
  if (form === '.jsonl' || form === '.ndjson') return text.split('\n').filter((line) => line.trim()).map((line) => cellsOf(JSON.parse(line)));
  if (form === '.json') {
    const rows = JSON.parse(text);
    return Array.isArray(rows) ? rows.map(cellsOf) : undefined;
  }
  return ['.csv', '.tsv', '.txt', ''].includes(form) ? parseCsv(text) : undefined;
}

function cellsOf(row) {
  const shown = (value) => (value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value));
  return Object.fromEntries(Object.entries(row ?? {}).map(([name, value]) => [name, shown(value)]));
}

/** RFC 4180, with the delimiter that divides the header into most fields; lines of delimiters alone are no rows. */
export function parseCsv(text) {
  const first = text.slice(0, text.search(/\r?\n|$/));
  const by = [',', ';', '\t'].toSorted((a, b) => first.split(b).length - first.split(a).length)[0];
  const records = [];
  let record = [];
  let cell = '';
  let quoted = false;
  const endCell = () => {
    record.push(cell);
    cell = '';
  };
  const endRecord = () => {
    endCell();
    if (record.some((one) => one !== '')) records.push(record);
    record = [];
  };
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (quoted) {
      if (sign !== '"') cell += sign;
      else if (text[at + 1] === '"') cell += text[at++];
      else quoted = false;
    } else if (sign === '"' && cell === '') quoted = true;
    else if (sign === by) endCell();
    else if (sign === '\n') endRecord();
    else if (sign !== '\r' || text[at + 1] !== '\n') cell += sign;
  }
  if (cell !== '' || record.length > 0) endRecord();
  const [header = [], ...rows] = records;
  return rows.map((cells) => Object.fromEntries(header.map((name, index) => [name, cells[index] ?? ''])));
}

/** How the cells of a task are read: `missing`, `number` (also of text), `moment` (milliseconds). */
export function cellReader({ missing = [], decimal, thousands, dates }) {
  const words = new Set(['', ...missing.map((word) => word.trim())]);
  const isMissing = (cell) => cell === null || cell === undefined || (typeof cell === 'string' && words.has(cell.trim()));
  const number = (cell) => {
    if (typeof cell === 'number') return Number.isFinite(cell) ? cell : undefined;
    if (typeof cell === 'boolean') return Number(cell);
    if (typeof cell !== 'string' || isMissing(cell)) return undefined;
    let text = cell.trim();
    if (thousands) text = text.replaceAll(thousands, '');
    if (decimal === ',') text = text.replace(',', '.');
    return /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined;
  };
  return { isMissing, number, moment: (cell) => momentOf(cell, dates) };
}

function momentOf(cell, form) {
  if (typeof cell === 'number') return cell;
  const text = String(cell).trim();
  const found = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?)?/.exec(text);
  if (found) return Date.UTC(+found[1], found[2] - 1, +found[3], +(found[4] ?? 0), +(found[5] ?? 0), +(found[6] ?? 0));
  // Of another form: the figures in its order, as far as they go.
  const figures = text.match(/\d+/g)?.map(Number) ?? [];
  const order = (form ?? '').toLowerCase().replaceAll('%', '').match(/y+|m+|d+/g)?.map((part) => part[0]) ?? [];
  if (figures.length < 3 || order.length < 3) return undefined;
  const at = (part) => figures[order.indexOf(part)];
  const year = at('y') < 100 ? at('y') + 2000 : at('y');
  const moment = Date.UTC(year, at('m') - 1, at('d'));
  return Number.isNaN(moment) ? undefined : moment;
}
