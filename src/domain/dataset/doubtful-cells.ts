// Cells that are understood, but hardly as they are meant: -999 among measurements, `Yes` beside `yes`, `item 10` before `item 9`.

/** Numbers by which people and programs say that a value is missing. */
const sentinels = new Set([-99, -999, -9999, -99_999, -999_999, 999, 9999, 99_999, 999_999]);

/** The ends of a column of numbers, without those that may stand for a missing value. */
export class Extremes {
  readonly #seen = new Map<number, { text: string; count: number }>();
  #least = Number.POSITIVE_INFINITY;
  #most = Number.NEGATIVE_INFINITY;

  /** False for a number that has to be noted with its text. */
  add(value: number, times: number): boolean {
    if (sentinels.has(value)) return times === 0;
    if (value < this.#least) this.#least = value;
    if (value > this.#most) this.#most = value;
    return true;
  }

  note(text: string, value: number, times: number): void {
    if (this.add(value, times)) return;
    const known = this.#seen.get(value) ?? { text: text.trim(), count: 0 };
    this.#seen.set(value, { ...known, count: known.count + times });
  }

  /** One that is beyond all others: below zero where nothing else is, or more than twice as large. */
  sentinel(): { text: string; count: number } | undefined {
    if (this.#most < this.#least) return undefined;
    for (const [value, seen] of this.#seen) {
      if (value < 0 ? this.#least >= 0 : this.#least >= 0 && this.#most * 2 < value) return seen;
    }
    return undefined;
  }
}

/** The first two texts that are the same but for case or blanks. */
export function alikeAmong(texts: readonly string[]): string[] {
  const known = new Map<string, string>();
  for (const text of texts) {
    const trimmed = text.trim().toLowerCase();
    const other = known.get(trimmed);
    if (other !== undefined) return [other, text];
    known.set(trimmed, text);
  }
  return [];
}

const names = /\b(?:jan|feb|mar|apr|may|mai|maj|jun|jul|aug|sep|okt|oct|nov|dec|dez)/i;

/** Two texts that text order puts the wrong way round, most likely: by numbers in them that differ in length, or by names of months. */
export function unevenAmong(texts: readonly string[]): [string, string] | undefined {
  const numbered = texts.filter((text) => /\p{Nd}/u.test(text));
  if (numbered.length * 2 < texts.length || numbered.length < 2) return undefined;
  const sorted = numbered.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  if (sorted.every((text) => names.test(text))) return [sorted[0]!, sorted.at(-1)!];
  const astray = yearsAstray(sorted) ?? zonesMixed(sorted);
  if (astray) return astray;
  // Of one length, as most identifiers are: zeros stand before the short numbers.
  if (sorted.every(({ length }) => length === sorted[0]!.length)) return undefined;
  for (let at = 1; at < sorted.length; at++) {
    if (isBehind(sorted[at - 1]!, sorted[at]!)) return [sorted[at - 1]!, sorted[at]!];
  }
  return undefined;
}

/** `Q1 1990`, `W05/2021`: years that do not stand in front go up and down in text order. */
function yearsAstray(sorted: readonly string[]): [string, string] | undefined {
  const years = sorted.map((text) => /^(?!\d{4}).*?(?<!\d)((?:1[5-9]|20|21)\d\d)(?!\d)/.exec(text)?.[1]);
  if (years.includes(undefined)) return undefined;
  const at = years.findIndex((year, index) => index > 0 && year! < years[index - 1]!);
  return at < 0 ? undefined : [sorted[at - 1]!, sorted[at]!];
}

/** `10:00 CET` is before `09:30 EST`: names of zones are not read. */
function zonesMixed(sorted: readonly string[]): [string, string] | undefined {
  const zones = sorted.map((text) => /\d ([A-Z]{2,5})$/.exec(text)?.[1]);
  const other = zones.findIndex((zone) => zone !== zones[0]);
  return zones.includes(undefined) || other < 0 || !sorted.every((text) => /\d:\d\d/.test(text))
    ? undefined
    : [sorted[0]!, sorted[other]!];
}

function partsOf(text: string): string[] {
  return text.match(/\d+|\D+/g) ?? [];
}

/** True where the first numbers in which two texts differ are in descending order. */
function isBehind(a: string, b: string): boolean {
  const parts = partsOf(a);
  const other = partsOf(b);
  const at = parts.findIndex((part, index) => part !== other[index]);
  return at >= 0 && /^\d/.test(parts[at]!) && /^\d/.test(other[at] ?? '') && Number(parts[at]) > Number(other[at]);
}
