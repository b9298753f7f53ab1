// What one column holds, decided from all that was seen of it. The same decision everywhere: at `order`, `target` and
// `where`, for strata and drift, in data cards.
import type { CellReader } from './cell-reader.ts';
import { isBoolean } from '../text/read-cell.ts';
import { alikeAmong, Extremes, unevenAmong } from './doubtful-cells.ts';
import { type Form, FormWatch, looksMissing } from './recognize-form.ts';

/** A cell that is not what the rest of its column is. */
export type OddCell = { text: string; line: number };

export type ColumnCells = {
  /** Cells that are not missing. */
  values: number;
  missing: number;
  kind?: 'number' | 'date' | 'boolean' | 'text';
  /** Cells that break the kind, and the first of them. */
  odd: number;
  oddCells: OddCell[];
  /** Of a column of text: how many cells were numbers, or dates, nevertheless, and what the rest looks like. */
  numbers: number;
  dates: number;
  form?: Form;
  /** Of a column of text: the first cell that is neither, where others are. */
  other?: OddCell;
  /** Words in a column of text that look like missing values, and how many cells say one. */
  words: string[];
  wordsAside: number;
  /** Of a column of text: two cells that text order exchanges, most likely, since numbers in them have more or fewer digits. */
  uneven?: [string, string];
  /** Texts that differ by case or blanks only. */
  alike?: string[];
  /** A number such as -999 beyond all others. */
  sentinel?: { text: string; count: number };
};

const mostOdd = 5;
const mostRepeated = 500;
/** So few cells that a column is still what the rest of it is: one in a hundred, or a handful in a small file. */
const handful = 5;

/** Counts of one column, value by value. */
export type Counts = { values: number; numbers: number; dates: number; wordsAside: number };

/** The kind that all cells but a few have, or undefined where there is none. */
export function ruling({ values, numbers, dates, wordsAside }: Counts): 'number' | 'date' | undefined {
  if (values === 0) return undefined;
  const kind = numbers >= dates ? 'number' : 'date';
  const hits = Math.max(numbers, dates);
  const odd = values - hits;
  if (hits === 0) return undefined;
  if (odd === 0) return kind;
  // Words for missing values say nothing about the kind of the others.
  const rest = Math.max(0, odd - wordsAside);
  const few = rest * 100 < values || (rest <= handful && rest * 2 <= hits);
  return few && (hits > 1 || odd === 1) ? kind : undefined;
}

export class ColumnEvidence {
  readonly #cells: CellReader;
  readonly #text: boolean;
  readonly #form = new FormWatch();
  readonly #first = { number: [] as OddCell[], date: [] as OddCell[], other: [] as OddCell[] };
  readonly #words = new Set<string>();
  /** Texts that come again and again are read a few times, and then counted. */
  readonly #repeated = new Map<string, { read: number; later: number }>();
  readonly #extremes = new Extremes();
  #missing = 0;
  #counts: Counts = { values: 0, numbers: 0, dates: 0, wordsAside: 0 };
  #booleans = 0;

  constructor(cells: CellReader, column: string) {
    this.#cells = cells;
    this.#text = cells.isText(column);
  }

  /** Finding a line takes a look at the text before it: that is done for the first few only. */
  add(text: string, lineOf: () => number, times = 1): void {
    const known = this.#repeated.get(text);
    if (known && known.read === mostOdd) known.later += times;
    else {
      if (known) known.read += 1;
      else if (this.#repeated.size < mostRepeated) this.#repeated.set(text, { read: 1, later: 0 });
      this.#read(text, lineOf, times);
    }
  }

  /** Counts a cell that was seen to be a number or a date; false while examples are still collected. */
  count(kind: 'number' | 'date', value: number): boolean {
    if (this.#text || this.#first[kind].length < mostOdd) return false;
    if (kind === 'number' && !this.#extremes.add(value, 1)) return false;
    this.#counts.values += 1;
    if (kind === 'number') this.#counts.numbers += 1;
    else this.#counts.dates += 1;
    return true;
  }

  /** Whether the text is among the first few hundred that were seen. */
  holds(text: string): boolean {
    return this.#repeated.has(text);
  }

  #read(text: string, lineOf: () => number, times: number): void {
    if (this.#cells.isMissing(text)) {
      this.#missing += times;
      return;
    }
    const counts = this.#counts;
    counts.values += times;
    if (this.#text) return;
    const kind = this.#kindOf(text);
    if (kind === 'number') {
      counts.numbers += times;
      this.#extremes.note(text, this.#cells.number(text)!, times);
    }
    if (kind === 'date') counts.dates += times;
    else if (kind === 'other') this.#addOther(text, times);
    const first = this.#first[kind];
    if (first.length < mostOdd) first.push({ text, line: lineOf() });
  }

  summary(): ColumnCells {
    for (const [text, known] of this.#repeated) {
      if (known.later > 0) this.#read(text, () => 0, known.later);
      known.later = 0;
    }
    const { values, numbers, dates } = this.#counts;
    const { wordsAside } = this.#counts;
    const common = { values, missing: this.#missing, numbers, dates, words: [...this.#words], wordsAside };
    const alike = alikeAmong(this.#repeated.size < mostRepeated ? [...this.#repeated.keys()] : []);
    const even = { ...common, odd: 0, oddCells: [], ...(alike.length > 0 ? { alike } : {}) };
    if (values === 0) return even;
    if (this.#text) return { ...even, kind: 'text' };
    const kind = ruling(this.#counts);
    if (kind !== undefined) {
      const others = kind === 'number' ? this.#first.date : this.#first.number;
      const oddCells = [...this.#first.other, ...others].toSorted((a, b) => a.line - b.line).slice(0, mostOdd);
      const sentinel = kind === 'number' ? this.#extremes.sentinel() : undefined;
      const odd = values - Math.max(numbers, dates);
      return { ...common, kind, odd, oddCells, ...(sentinel ? { sentinel } : {}) };
    }
    if (this.#booleans === values) return { ...even, kind: 'boolean' };
    const form = this.#form.form();
    const uneven = unevenAmong([...this.#repeated.keys()]);
    const other = numbers + dates > 0 ? this.#first.other[0] : undefined;
    return {
      ...even,
      kind: 'text',
      ...(form ? { form } : {}),
      ...(other ? { other } : {}),
      ...(uneven ? { uneven } : {}),
    };
  }

  #kindOf(text: string): 'number' | 'date' | 'other' {
    if (this.#cells.number(text) !== undefined) return 'number';
    return this.#cells.date(text) === undefined ? 'other' : 'date';
  }

  #addOther(text: string, times: number): void {
    if (isBoolean(text)) this.#booleans += times;
    if (looksMissing(text)) {
      this.#counts.wordsAside += times;
      if (this.#words.size < 10) this.#words.add(text);
    } else this.#form.add(text, times);
  }
}
