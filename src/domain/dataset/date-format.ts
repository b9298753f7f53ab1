// Dates in a declared form (`dd.mm.yyyy`, `mmm d yyyy`, `%d/%m/%Y`): the form becomes a reader, never a guess.
import { inZone } from '../time/in-zone.ts';

/** Milliseconds of the moment that a text means, or undefined when it is not of the form. */
export type DateReader = (text: string) => number | undefined;

type Part = 'year' | 'shortYear' | 'month' | 'monthName' | 'day' | 'hour' | 'minute' | 'second' | 'half' | 'zone';
type Token = { part?: Part; pattern: string };

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const fullMonths = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];
const words = String.raw`[A-Za-z]{3,9}\.?`;
const seconds = String.raw`\d{1,2}(?:[.,]\d{1,9})?`;
const offset = String.raw`Z|UTC|GMT|[+-]\d{2}:?\d{2}`;

/** Directives of `strftime`, which people know from pandas. */
const directives: Record<string, Token> = {
  Y: { part: 'year', pattern: String.raw`\d{4}` },
  y: { part: 'shortYear', pattern: String.raw`\d{2}` },
  m: { part: 'month', pattern: String.raw`\d{1,2}` },
  b: { part: 'monthName', pattern: words },
  B: { part: 'monthName', pattern: words },
  d: { part: 'day', pattern: String.raw`\d{1,2}` },
  H: { part: 'hour', pattern: String.raw`\d{1,2}` },
  I: { part: 'hour', pattern: String.raw`\d{1,2}` },
  M: { part: 'minute', pattern: String.raw`\d{1,2}` },
  S: { part: 'second', pattern: seconds },
  p: { part: 'half', pattern: String.raw`[AaPp]\.?[Mm]\.?` },
  z: { part: 'zone', pattern: offset },
  Z: { part: 'zone', pattern: offset },
  a: { pattern: words },
  A: { pattern: words },
};

const tokenForm = /%[A-Za-z]|y+|m+|d+|h+|s+|tt|z+|'[^']*'|[TQ]|[^A-Za-z]/gi;

/** The reader of a form, or undefined when the form cannot be understood. `zone` is meant where a text names none. */
export function readDatesBy(form: string, zone = 'UTC'): DateReader | undefined {
  const tokens = tokensOf(form);
  if (!tokens) return undefined;
  const parts = tokens.flatMap(({ part }) => (part === undefined ? [] : [part]));
  const known = (part: Part): boolean => parts.includes(part);
  const timed = known('hour') && known('minute');
  const dated = (known('year') || known('shortYear')) && (!known('day') || known('month') || known('monthName'));
  if (new Set(parts).size !== parts.length || !(dated || (timed && !known('day') && !known('month')))) return undefined;
  const pattern = new RegExp(
    `^${tokens.map((token) => (token.part ? `(${token.pattern})` : token.pattern)).join('')}$`,
  );
  return (text) => {
    const match = pattern.exec(text.trim());
    return match ? momentOf(new Map(parts.map((part, index) => [part, match[index + 1]!])), zone) : undefined;
  };
}

function tokensOf(form: string): Token[] | undefined {
  const pieces = form.match(tokenForm) ?? [];
  if (pieces.join('') !== form || form.trim() === '') return undefined;
  const tokens: Token[] = [];
  for (const piece of pieces) {
    const token = tokenOf(piece, tokens);
    if (!token) return undefined;
    tokens.push(token);
  }
  // Numbers without anything between them have as many digits as the form says: 20240131.
  return tokens.map((token, index) => {
    const beside = [tokens[index - 1], tokens[index + 1]].some((token) => token?.part !== undefined && isNumber(token));
    return beside && token.pattern === String.raw`\d{1,2}` ? { ...token, pattern: String.raw`\d{2}` } : token;
  });
}

function isNumber({ pattern }: Token): boolean {
  return pattern.startsWith(String.raw`\d`);
}

function tokenOf(piece: string, before: readonly Token[]): Token | undefined {
  if (piece.length === 2 && piece.startsWith('%')) return directives[piece[1]!];
  if (piece.startsWith("'")) return { pattern: escaped(piece.slice(1, -1)) };
  if (piece === 'T' || piece === 'Q') return { pattern: piece };
  const lower = piece.toLowerCase();
  const letter = lower[0]!;
  if (!/[a-z]/.test(letter)) return { pattern: /\s/.test(piece) ? String.raw`\s+` : escaped(piece) };
  if (letter === 'y') return lower.length === 4 ? directives['Y'] : lower.length === 2 ? directives['y'] : undefined;
  // `mm` is a month, but behind an hour it is minutes.
  if (letter === 'm') {
    if (lower.length > 4) return undefined;
    if (lower.length > 2) return directives['b'];
    const timed = before.some(({ part }) => part === 'hour') && !before.some(({ part }) => part === 'minute');
    return timed ? directives['M'] : directives['m'];
  }
  if (letter === 'd') return lower.length > 4 ? undefined : directives[lower.length > 2 ? 'a' : 'd'];
  const sign = { h: 'H', s: 'S', t: 'p', z: 'z' }[letter];
  return sign === undefined || lower.length > 2 ? undefined : directives[sign];
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`);
}

function momentOf(parts: ReadonlyMap<Part, string>, zone: string): number | undefined {
  const number = (part: Part, usual: number): number => Number((parts.get(part) ?? usual).toString().replace(',', '.'));
  const year = parts.has('shortYear') ? century(number('shortYear', 0)) : number('year', 1970);
  const month = parts.has('monthName') ? monthOf(parts.get('monthName')!) : number('month', 1);
  const day = number('day', 1);
  const hour = hourOf(number('hour', 0), parts.get('half'));
  const minute = number('minute', 0);
  const second = number('second', 0);
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second >= 60) return undefined;
  const midnight = new Date(Date.UTC(2000, month - 1, day));
  midnight.setUTCFullYear(year, month - 1, day);
  if (midnight.getUTCDate() !== day) return undefined;
  const wall = midnight.getTime() + hour * 3_600_000 + minute * 60_000 + Math.trunc(second * 1000);
  const written = parts.get('zone');
  return written === undefined ? inZone(wall, zone) : wall - offsetOf(written);
}

/** As `strptime` has it: 69 to 99 are of the last century. */
function century(short: number): number {
  return short + (short < 69 ? 2000 : 1900);
}

function monthOf(name: string): number {
  const lower = name.toLowerCase().replace('.', '');
  return (lower === 'sept' ? 8 : Math.max(months.indexOf(lower), fullMonths.indexOf(lower))) + 1;
}

function hourOf(hour: number, half: string | undefined): number {
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) return 99;
  return (hour % 12) + (/^p/i.test(half) ? 12 : 0);
}

function offsetOf(written: string): number {
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(written);
  return match ? (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) * 60_000 : 0;
}
