// The top-level members of one JSON object, as positions in its bytes.
const quote = 34;
const backslash = 92;
const comma = 44;
const colon = 58;

/** What ends a number, `true`, `false` or `null`. */
const endsScalar = new Uint8Array(256);
for (const byte of [comma, 125, 93, 32, 9, 10, 13]) endsScalar[byte] = 1;

/** `key` and `value` are spans of the raw text, quotes included. */
export type Member = { name: string; keyStart: number; keyEnd: number; valueStart: number; valueEnd: number };

/** The members of the object in `[start, end)`, or undefined when it is not one well-formed object. */
export function jsonMembers(bytes: Buffer, start: number, end: number): Member[] | undefined {
  const members: Member[] = [];
  let at = skipSpace(bytes, start, end);
  if (bytes[at] !== 123) return undefined;
  at = skipSpace(bytes, at + 1, end);
  if (bytes[at] === 125) return isLast(bytes, at, end) ? members : undefined;
  while (at < end) {
    const keyStart = at;
    if (bytes[at] !== quote) return undefined;
    const keyEnd = stringEnd(bytes, at, end);
    at = skipSpace(bytes, keyEnd, end);
    if (bytes[at] !== colon) return undefined;
    const valueStart = skipSpace(bytes, at + 1, end);
    const valueEnd = jsonValueEnd(bytes, valueStart, end);
    if (valueEnd === valueStart) return undefined;
    const name = parseText(bytes.toString('utf8', keyStart, keyEnd));
    if (name === undefined) return undefined;
    members.push({ name, keyStart, keyEnd, valueStart, valueEnd });
    at = skipSpace(bytes, valueEnd, end);
    if (bytes[at] === 125) return isLast(bytes, at, end) ? members : undefined;
    if (bytes[at] !== comma) return undefined;
    at = skipSpace(bytes, at + 1, end);
  }
  return undefined;
}

/** Where the JSON value that begins at `start` ends. */
function jsonValueEnd(bytes: Uint8Array, start: number, end: number): number {
  const first = bytes[start];
  if (first === quote) return stringEnd(bytes, start, end);
  if (first !== 123 && first !== 91) return scalarEnd(bytes, start, end);
  let depth = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte === quote) at = stringEnd(bytes, at, end) - 1;
    else if (byte === 123 || byte === 91) depth += 1;
    else if ((byte === 125 || byte === 93) && --depth === 0) return at + 1;
  }
  return end;
}

/** Finds members row by row: most rows have the members of the row before, in its order. */
export class JsonScanner {
  readonly #columns: ReadonlyMap<string, number>;
  readonly #keys: { raw: Buffer; column: number }[] = [];

  constructor(columns: ReadonlyMap<string, number>) {
    this.#columns = columns;
  }

  /** Writes start and end of each column's value into `spans`, and returns how many members there are: -1 for what is not one well-formed object. */
  scan(bytes: Buffer, start: number, end: number, spans: Int32Array): number {
    const count = this.#scanUsual(bytes, start, end, spans);
    return count >= 0 ? count : this.#scanAny(bytes, start, end, spans);
  }

  /** A row as a program writes it: the keys of the row before, in their order, no blanks, nothing escaped or nested. -1 for any other. */
  #scanUsual(bytes: Uint8Array, start: number, end: number, spans: Int32Array): number {
    const keys = this.#keys;
    if (bytes[start] !== 123) return -1;
    spans.fill(-1);
    let at = start + 1;
    for (let place = 0; place < keys.length; place++) {
      const { raw, column } = keys[place]!;
      const { length } = raw;
      if (end - at <= length || bytes[at + length] !== colon) return -1;
      for (let index = 0; index < length; index++) if (bytes[at + index] !== raw[index]) return -1;
      at += length + 1;
      const valueStart = at;
      if (bytes[at] === quote) {
        for (at += 1; at < end && bytes[at] !== quote; at++) if (bytes[at] === backslash) return -1;
        at += 1;
      } else {
        if (bytes[at] === 123 || bytes[at] === 91) return -1;
        while (at < end && endsScalar[bytes[at]!] === 0) at += 1;
      }
      if (at >= end || at === valueStart) return -1;
      if (column >= 0) {
        spans[column * 2] = valueStart;
        spans[column * 2 + 1] = at;
      }
      if (bytes[at] === 125) return at + 1 === end ? place + 1 : -1;
      if (bytes[at] !== comma) return -1;
      at += 1;
    }
    return -1;
  }

  #scanAny(bytes: Buffer, start: number, end: number, spans: Int32Array): number {
    spans.fill(-1);
    let count = 0;
    let at = skipSpace(bytes, start, end);
    if (bytes[at] !== 123) return -1;
    at = skipSpace(bytes, at + 1, end);
    if (bytes[at] === 125) return isLast(bytes, at, end) ? 0 : -1;
    while (at < end) {
      const key = this.#key(count, bytes, at, end);
      if (!key) return -1;
      at = skipSpace(bytes, at + key.raw.length, end);
      if (bytes[at] !== colon) return -1;
      const valueStart = skipSpace(bytes, at + 1, end);
      const valueEnd = jsonValueEnd(bytes, valueStart, end);
      if (valueEnd === valueStart) return -1;
      if (key.column >= 0) {
        spans[key.column * 2] = valueStart;
        spans[key.column * 2 + 1] = valueEnd;
      }
      count += 1;
      at = skipSpace(bytes, valueEnd, end);
      if (bytes[at] === 125) return isLast(bytes, at, end) ? count : -1;
      if (bytes[at] !== comma) return -1;
      at = skipSpace(bytes, at + 1, end);
    }
    return -1;
  }

  /** The name that begins at `at`: the same as in the row before, or read. */
  #key(place: number, bytes: Buffer, at: number, end: number): { raw: Buffer; column: number } | undefined {
    const expected = this.#keys[place];
    if (expected && startsWith(bytes, at, end, expected.raw)) return expected;
    if (bytes[at] !== quote) return undefined;
    const raw = Buffer.from(bytes.subarray(at, stringEnd(bytes, at, end)));
    const name = parseText(raw.toString());
    if (name === undefined) return undefined;
    const key = { raw, column: this.#columns.get(name) ?? -1 };
    this.#keys[place] = key;
    return key;
  }
}

function startsWith(bytes: Uint8Array, at: number, end: number, raw: Uint8Array): boolean {
  if (end - at < raw.length) return false;
  for (let index = 0; index < raw.length; index++) if (bytes[at + index] !== raw[index]) return false;
  return true;
}

/** A value as text: strings without quotes and escapes, null as the empty text, everything else as it is written. */
export function jsonText(bytes: Buffer, start: number, end: number): string {
  if (start < 0) return '';
  if (bytes[start] === quote && isSimple(bytes, start + 1, end - 1)) return bytes.toString('utf8', start + 1, end - 1);
  const raw = bytes.toString('utf8', start, end);
  if (raw === 'null') return '';
  return raw.startsWith('"') ? (parseText(raw) ?? raw) : raw;
}

/** A string that is its own text: nothing escaped in it, and closed. */
function isSimple(bytes: Uint8Array, start: number, end: number): boolean {
  if (end < start || bytes[end] !== quote) return false;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === backslash || byte === quote || byte < 32) return false;
  }
  return true;
}

/** How a new value is written: like the old one, as a string or bare; the empty text becomes null. */
export function jsonLiteral(text: string, quotedBefore: boolean): string {
  if (text === '') return 'null';
  const bare = !quotedBefore && (/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text) || /^(true|false)$/.test(text));
  return bare ? text : JSON.stringify(text);
}

/** Nothing but blanks behind the brace. */
function isLast(bytes: Uint8Array, at: number, end: number): boolean {
  return skipSpace(bytes, at + 1, end) === end;
}

function skipSpace(bytes: Uint8Array, start: number, end: number): number {
  // As programs write it: nothing to skip.
  if (start < end && bytes[start]! > 32) return start;
  let at = start;
  while (at < end && (bytes[at] === 32 || bytes[at] === 9 || bytes[at] === 10 || bytes[at] === 13)) at += 1;
  return at;
}

function stringEnd(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start + 1; at < end; at++) {
    if (bytes[at] === backslash) at += 1;
    else if (bytes[at] === quote) return at + 1;
  }
  return end;
}

function scalarEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && endsScalar[bytes[at]!] === 0) at += 1;
  return at;
}

function parseText(raw: string): string | undefined {
  try {
    const value: unknown = JSON.parse(raw);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
