// How a text is laid out, told from its first lines: what stands before the header, and what divides the fields.

/** So many lines tell how a file is laid out. */
const mostLines = 60;
/** Of them, so many letters. */
const mostLetters = 2 ** 20;

/** Without blank ones. `head` is the beginning of the file, one character a byte; its last line may be cut off. */
export function firstLines(head: string): string[] {
  const all = head
    .slice(0, mostLetters)
    .replace(/^\xef\xbb\xbf/, '')
    .split(/\r?\n|\r/);
  return all.slice(0, Math.min(mostLines, Math.max(1, all.length - 1))).filter((line) => line.trim() !== '');
}

/** How many lines of comments stand before the header; 0 where none do, or where the first of them may be the header. */
export function commentsBefore(lines: readonly string[], delimiter: string): number {
  const body = lines.findIndex((line) => !/^\s*[#%]/.test(line));
  const { counts, usual } = countAll(lines, delimiter);
  if (body < 1 || counts[body] !== usual) return 0;
  // `# x y z` above `1 2 3`.
  const isOther = usual === 1 && otherDelimiter(lines.slice(body), delimiter, 1) !== undefined;
  return body > 1 || counts[0] !== usual || isOther ? body : 0;
}

/** Lines before the header. One field less in the first line may also be R's row names: then the next line is no header. */
export function preambleBefore(lines: readonly string[], delimiter: string): number {
  const { counts, usual } = countAll(lines, delimiter);
  const first = counts.indexOf(usual);
  if (usual < 2 || first < 1 || counts.length < first + 3) return 0;
  return first === 1 && counts[0]! >= usual - 1 && !isHeader(lines, first) ? 0 : first;
}

function countAll(lines: readonly string[], delimiter: string): { counts: number[]; usual: number } {
  const sign = bestDelimiter(lines, delimiter);
  const counts = lines.map((line) => countFields(line, sign));
  return { counts, usual: mostFrequent(counts.slice(Math.max(1, Math.floor(counts.length / 2)))) };
}

/** No number in it, but some behind it. */
function isHeader(lines: readonly string[], at: number): boolean {
  const hasNumber = (line: string): boolean =>
    line.split(/[,;\t"]/).some((field) => /^[+-]?[\d.]*\d$/.test(field.trim()));
  return !hasNumber(lines[at]!) && lines.slice(at + 1).some(hasNumber);
}

/** A file whose first line has but one field may be told apart by what its other lines have most of. */
function bestDelimiter(lines: readonly string[], found: string): string {
  const rest = lines.slice(-Math.max(1, Math.ceil(lines.length / 2)));
  const signs = [found, ',', ';', '\t'];
  const scored = signs.map((sign) => ({ sign, count: mostFrequent(rest.map((line) => countFields(line, sign))) }));
  const own = scored[0]!.count;
  return own > 1 ? found : scored.toSorted((a, b) => b.count - a.count)[0]!.sign;
}

/** The delimiter of the rows, where the header has but one field because it is divided otherwise. */
export function laterDelimiter(lines: readonly string[], delimiter: string): string | undefined {
  const later = bestDelimiter(lines, delimiter);
  return later !== delimiter && mostFrequent(lines.slice(1).map((line) => countFields(line, later))) > 1
    ? later
    : undefined;
}

export type OtherDelimiter = { name: string; pattern: RegExp };

const otherDelimiters: OtherDelimiter[] = [
  { name: '`|`', pattern: /\|/ },
  { name: 'blanks', pattern: /\s+/ },
  { name: '`::`', pattern: /::/ },
  { name: '`:`', pattern: /:/ },
  { name: '`^`', pattern: /\^/ },
  { name: '`~`', pattern: /~/ },
  { name: 'a control sign', pattern: /\p{Cc}/u },
];

/** What divides all lines alike, where the usual delimiters leave one column; or blanks, where tabs are only some of them. */
export function otherDelimiter(
  lines: readonly string[],
  delimiter: string,
  columns: number,
): OtherDelimiter | undefined {
  if (lines.length < 2) return undefined;
  if (columns === 1) return otherDelimiters.find(({ pattern }) => alike(lines, pattern) > 1);
  if (delimiter !== '\t') return undefined;
  const blanks = otherDelimiters.find(({ name }) => name === 'blanks')!;
  const fields = alike(lines, blanks.pattern);
  const isUneven = new Set(lines.map((line) => countFields(line, '\t'))).size > 1;
  return fields > 2 * columns || (fields > 2 && isUneven) ? blanks : undefined;
}

/** How many fields every line has, but for a header without a name for R's names of rows; 0 where they differ. */
function alike(lines: readonly string[], pattern: RegExp): number {
  const [header = 0, ...counts] = lines.map((line) => splitOutside(line, pattern).length);
  const [fields = 0] = counts;
  const isHeader = header === fields || (header === fields - 1 && fields > 2 && counts.length > 1);
  return isHeader && counts.every((count) => count === fields) ? fields : 0;
}

/** The fields of a line, quotes and all; what divides is looked for outside of quotes. */
export function splitOutside(line: string, pattern: RegExp): string[] {
  const kept: string[] = [];
  const bare = line.trim().replaceAll(/"(?:[^"]|"")*"/g, (quoted) => {
    kept.push(quoted);
    return '\uE000';
  });
  return bare.split(pattern).map((field) => field.replaceAll('\uE000', () => kept.shift()!));
}

/** Whether a line stands in quotes as a whole, with fields in it: `"1,2,""three"""`. */
export function isQuotedWhole(line: string): boolean {
  const text = line.trim();
  if (text.length < 3 || !text.startsWith('"') || !text.endsWith('"')) return false;
  const parts = text.slice(1, -1).split('""');
  return /[,;\t]/.test(parts[0]!) && !parts.some((part) => part.includes('"'));
}

/** Delimiters outside of quotes, plus one. */
export function countFields(line: string, delimiter: string): number {
  let count = 1;
  let quoted = false;
  for (const sign of line) {
    if (sign === '"') quoted = !quoted;
    else if (sign === delimiter && !quoted) count += 1;
  }
  return count;
}

function mostFrequent(counts: readonly number[]): number {
  const seen = new Map<number, number>();
  for (const count of counts) seen.set(count, (seen.get(count) ?? 0) + 1);
  return [...seen].toSorted((a, b) => b[1] - a[1] || b[0] - a[0])[0]?.[0] ?? 0;
}
