// Which declaration would make sense of cells that are neither plain numbers nor ISO dates: for advice and proposals only.
import { cellReader, type CellWords } from './cell-reader.ts';
import { readDatesBy, type DateReader } from './date-format.ts';

/** `dates`: every form that fits; `decorated`: numbers with a sign, a unit or a comparison, which no declaration reads. */
export type Form =
  | { kind: 'dates'; forms: string[]; example: string }
  | { kind: 'numbers'; words: CellWords[]; example: string }
  | { kind: 'decorated'; example: string };

const separators = ['.', '/', '-'];
const dateForms = [
  ...separators.flatMap((sign) => [
    `dd${sign}mm${sign}yyyy`,
    `mm${sign}dd${sign}yyyy`,
    `dd${sign}mm${sign}yy`,
    `mm${sign}dd${sign}yy`,
    `mm${sign}yyyy`,
  ]),
  'yyyy-m-d',
  'yyyy/mm/dd',
  'yyyy.mm.dd',
  'yyyy/mm',
  'mmm yyyy',
  'mmm-yyyy',
  'mmm-yy',
  'yyyy mmm',
  'mmm d yyyy',
  'mmm-d-yyyy',
  'mmm d, yyyy',
  'd mmm yyyy',
  'd. mmm yyyy',
  'd-mmm-yyyy',
  'd-mmm-yy',
  'ddd, d mmm yyyy',
  'ddd, mmm d, yyyy',
  'ddd mmm d yyyy',
];
const times = [
  '',
  ' hh:mm',
  ' hh:mm:ss',
  ' hh:mm tt',
  ' hh:mm:ss tt',
  ' hh:mm:ss z',
  'Thh:mm:ss',
  ', hh:mm',
  ', hh:mm:ss',
];

const numberForms: { words: CellWords; sure: RegExp }[] = [
  { words: { decimal: ',' }, sure: /^[+-]?\d*,\d+(?:[eE][+-]?\d+)?$/ },
  { words: { thousands: ',' }, sure: /,\d{3}(?:\D|$)/ },
  { words: { decimal: ',', thousands: '.' }, sure: /\.\d{3}(?:[.,]|$)/ },
  { words: { thousands: ' ' }, sure: /\d[ \u00A0\u202F\u2009]\d{3}/ },
  { words: { decimal: ',', thousands: ' ' }, sure: /\d[ \u00A0\u202F\u2009]\d{3}.*,|,\d/ },
  { words: { thousands: "'" }, sure: /\d'\d{3}/ },
];

/** `-12` with a sign of typography, `12-`, and `(12)` as accountants write it, are numbers with something added, too. */
const decorated =
  /^[\u2010-\u2015\u2212\uFE63\uFF0D]\s*\d[\d.,' ]*$|^\d[\d.,' ]*-$|^\(\s*[$€£¥]?\s*\d[\d.,' ]*\)$|^(?:[<>≤≥~≈]=?\s*)?(?:[A-Z]{0,3}[$€£¥₹]\s*|[A-Z]{3}\s+)?[+-]?\s*\d[\d.,' \u00A0]*\s*(?:[$€£¥₹]|%|‰|[A-Za-zµ°Ω][A-Za-z0-9µ°Ω/²³^.]{0,7})?$|^<\s?LO[DQ]$/i;

/** `2000M01` is a month, and `007.png` a file: no numbers with a unit. */
const noNumber = /^(?:1[5-9]|20|21)\d\d[MQKWUH]\d{1,2}$|^\d+\.[A-Za-z]\w{1,3}$/;

const mostCompared = 5;

type Candidate<T> = { value: T; reads: (text: string) => boolean; misses: number };

/** Sees cells one by one, and drops each form that does not fit. */
export class FormWatch {
  #seen = 0;
  #example = '';
  #dates: Candidate<string>[] | undefined;
  #numbers: Candidate<CellWords>[];
  #decorated = 0;
  #decoratedExample = '';
  /** Of those that compare, some: `<=50K` and `>50K` are the names of two classes. */
  readonly #compared = new Set<string>();
  #isCompared = true;

  constructor() {
    this.#numbers = numberForms.map(({ words, sure }) => {
      const { number } = cellReader(words);
      return { value: words, reads: (text) => number(text) !== undefined && sure.test(text.trim()), misses: 0 };
    });
  }

  add(text: string, times = 1): void {
    this.#seen += times;
    if (this.#example === '') this.#example = text;
    this.#dates ??= text.length <= 40 && /\d/.test(text) ? dateCandidates() : [];
    this.#dates = this.#keep(this.#dates, text, times);
    this.#numbers = this.#keep(this.#numbers, text, times);
    const bare = text.length <= 100 ? text.trim() : '';
    if (!decorated.test(bare) || noNumber.test(bare)) return;
    this.#decorated += times;
    if (this.#decoratedExample === '') this.#decoratedExample = text;
    this.#isCompared &&= /^[<>≤≥]/.test(bare) && this.#compared.size <= mostCompared;
    if (this.#isCompared) this.#compared.add(bare);
  }

  /** Undefined when no form fits nearly all of them. */
  form(): Form | undefined {
    const example = this.#example;
    const best = <T>(candidates: readonly Candidate<T>[]): T[] => {
      const least = Math.min(...candidates.map(({ misses }) => misses));
      return candidates.filter(({ misses }) => misses === least).map(({ value }) => value);
    };
    if (this.#seen === 0) return undefined;
    if (this.#dates !== undefined && this.#dates.length > 0)
      return { kind: 'dates', forms: best(this.#dates), example };
    if (this.#numbers.length > 0) {
      const words = best(this.#numbers);
      // What fits with one declaration needs no second one.
      const least = Math.min(...words.map((word) => Object.keys(word).length));
      return { kind: 'numbers', words: words.filter((word) => Object.keys(word).length === least), example };
    }
    if (this.#isCompared && this.#compared.size <= mostCompared) return undefined;
    return this.#decorated * 10 >= this.#seen * 9 ? { kind: 'decorated', example: this.#decoratedExample } : undefined;
  }

  /** A few that are otherwise do not hide what the others are. */
  #keep<T>(candidates: Candidate<T>[], text: string, times: number): Candidate<T>[] {
    for (const candidate of candidates) if (!candidate.reads(text)) candidate.misses += times;
    const most = this.#seen < 10 ? 1 : Math.max(2, this.#seen / 20);
    return candidates.filter(({ misses }) => misses <= most && misses < this.#seen);
  }
}

let readers: [string, DateReader][] | undefined;

function dateCandidates(): Candidate<string>[] {
  readers ??= dateForms
    .flatMap((date) => times.map((time) => [date + time, readDatesBy(date + time)!] as const))
    .map(([form, read]) => [form, read]);
  return readers.map(([value, read]) => ({ value, reads: (text) => read(text) !== undefined, misses: 0 }));
}

/** Words by which people and programs say that a value is missing. Advice only: a dataset declares its own. */
const missingWords =
  /^(?:n\/?a|#n\/?a|nan|null|none|nil|missing|unknown|undefined|not available|n\.a\.|-+|—|–|\?+|\.|\\n|#value!|#div\/0!|#ref!|-nan|\s+)$/i;

export function looksMissing(text: string): boolean {
  return missingWords.test(text);
}
