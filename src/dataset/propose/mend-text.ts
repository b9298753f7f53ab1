// A text that is no CSV as it can be read, but tells how it is meant, as one: for the copy that `practicum new` makes.
import type { ProblemCode } from '../../domain/text/problem-codes.ts';
import { csvLiteral } from '../table/csv-fields.ts';
import { arffHead } from '../source/first-bytes.ts';
import {
  commentsBefore,
  firstLines,
  isQuotedWhole,
  otherDelimiter,
  preambleBefore,
  splitOutside,
} from '../source/tell-layout.ts';
import { arffToCsv } from './arff-to-csv.ts';

/** `commas`: what divided the fields before is no delimiter of CSV. */
export type Mended = { text: string; note: string; commas?: true };
/** One character a byte, without a byte order mark. */
export type Layout = { text: string; delimiter: string; columns: number };

/** Undefined where nothing is known to help. What comes out is read as any other file, and only kept if it is sound. */
export function mendText(code: ProblemCode, layout: Layout): Mended | undefined {
  if (arffHead.test(layout.text)) return mendArff(layout.text);
  return menders[code]?.(layout);
}

export function isMendable(code: ProblemCode): boolean {
  return code === 'source-arff' || code in menders;
}

const menders: Partial<Record<ProblemCode, (layout: Layout) => Mended | undefined>> = {
  'csv-line-breaks': ({ text }) => ({
    text: text.replaceAll(/\r+\n|\r/g, '\n'),
    note: 'lines end in carriage returns: in line feeds in the copy.',
  }),
  'csv-sep-line': ({ text }) => ({
    text: withoutLines(text, 1),
    note: 'the first line (`sep=…`), which is for Excel, is left out of the copy.',
  }),
  'csv-comments': mendComments,
  'csv-preamble': ({ text, delimiter }) => {
    const lines = firstLines(text);
    // A line of counts has as many fields as the rows.
    const before = preambleBefore(lines, delimiter) || 1;
    const what = before === 1 ? 'one line before the table is' : `${before} lines before the table are`;
    return {
      text: withoutLines(text, before),
      note: `${what} left out of the copy; the last says \`${lines[before - 1]!.slice(0, 60)}\`.`,
    };
  },
  'csv-quotes': mendQuotes,
  'csv-delimiter': mendDelimiter,
  'row-names': ({ text, delimiter }) => ({
    text: `row${delimiter}${text}`,
    note: 'rows have one field more than the header, as R writes names of rows: the first column is called `row` in the copy.',
  }),
  'trailing-delimiter': ({ text, delimiter }) => ({
    text: eachLine(text, (line) => (line.endsWith(delimiter) ? line.slice(0, -1) : line)),
    note: 'each row ends in a delimiter: it is left out of the copy.',
  }),
  'duplicate-column': mendNames,
};

function mendArff(text: string): Mended | undefined {
  const csv = arffToCsv(text);
  return csv === undefined
    ? undefined
    : { text: csv, note: 'the file is ARFF: the copy is CSV, its columns called as the attributes are.', commas: true };
}

/** The last comment may be the header, as NumPy writes it. */
function mendComments({ text, delimiter }: Layout): Mended | undefined {
  const lines = firstLines(text);
  const count = commentsBefore(lines, delimiter);
  if (count === 0) return undefined;
  const last = lines[count - 1]!.replace(/^\s*[#%]+\s*/, '');
  const by = otherDelimiter(lines.slice(count), delimiter, 1)?.pattern ?? delimiter;
  const names = last.split(by);
  const isHeader =
    names.length > 1 &&
    names.length === lines[count]!.trim().split(by).length &&
    names.every((name) => /[A-Za-z]/.test(name)) &&
    /\d/.test(lines[count]!);
  const rest = withoutLines(text, count);
  if (isHeader) return { text: `${last}\n${rest}`, note: 'the header stands in a comment: it is none in the copy.' };
  return {
    text: rest,
    note: `${count === 1 ? 'one line of comment is' : `${count} lines of comments are`} left out of the copy.`,
  };
}

/** Single quotes, quotes behind blanks, or quotes around whole rows. */
function mendQuotes({ text, delimiter }: Layout): Mended {
  const [first = ''] = firstLines(text);
  if (/^\s*'/.test(first)) {
    const field = new RegExp(`(^|[${delimiter}])[ \\t]*'((?:[^'\\\\]|\\\\.)*)'[ \\t]*(?=[${delimiter}]|$)`, 'g');
    const double = (line: string): string =>
      line.replaceAll(field, (_, before: string, inner: string) => {
        return `${before}${csvLiteral(inner.replaceAll(/\\(.)/g, '$1'), delimiter.charCodeAt(0), true)}`;
      });
    return { text: eachLine(text, double), note: 'fields stand in single quotes: in double ones in the copy.' };
  }
  if (isQuotedWhole(first)) {
    const bare = (line: string): string =>
      line
        .trim()
        .replace(/^"(.*)"$/, '$1')
        .replaceAll('""', '"');
    return { text: eachLine(text, bare), note: 'rows stand in quotes as a whole: without them in the copy.' };
  }
  const close = new RegExp(`([${delimiter}]) +(?=")`, 'g');
  return { text: text.replaceAll(close, '$1'), note: 'blanks before quotes are left out of the copy.' };
}

function mendDelimiter({ text, delimiter, columns }: Layout): Mended | undefined {
  const other = otherDelimiter(firstLines(text), delimiter, columns);
  if (!other) return undefined;
  const csv = eachLine(text, (line) =>
    splitOutside(line, other.pattern)
      .map((field) => asField(field.trim()))
      .join(','),
  );
  return { text: csv, note: `fields were divided by ${other.name}: by commas in the copy.`, commas: true };
}

function asField(text: string): string {
  const isQuoted = text.length > 1 && text.startsWith('"') && text.endsWith('"');
  return csvLiteral(isQuoted ? text.slice(1, -1).replaceAll('""', '"') : text, 44, false);
}

/** The second `x` becomes `x_2`. */
function mendNames({ text, delimiter }: Layout): Mended {
  const end = /\r?\n|$/.exec(text)!.index;
  const names = splitOutside(text.slice(0, end), new RegExp(`[${delimiter}]`));
  const taken = new Set(names);
  const seen = new Set<string>();
  const given: string[] = [];
  /** The next number to try, by name. */
  const counts = new Map<string, number>();
  const unique = names.map((name) => {
    if (name === '' || !seen.has(name)) {
      seen.add(name);
      return name;
    }
    const bare = name.replace(/^"(.*)"$/, '$1');
    for (let at = counts.get(bare) ?? 2; ; at++) {
      const next = csvLiteral(`${bare}_${at}`, delimiter.charCodeAt(0), false);
      if (taken.has(next)) continue;
      counts.set(bare, at + 1);
      taken.add(next);
      given.push(next);
      return next;
    }
  });
  const shown = given.slice(0, 3).map((name) => `\`${name}\``);
  const more = given.length > shown.length ? ', …' : '';
  return {
    text: `${unique.join(delimiter)}${text.slice(end)}`,
    note: `names that stand twice in the header have a number in the copy (${shown.join(', ')}${more}).`,
  };
}

/** The first so many lines that are not blank, and all that are blank between them. */
function withoutLines(text: string, count: number): string {
  let at = 0;
  for (let left = count; left > 0 && at < text.length;) {
    const end = text.indexOf('\n', at);
    const next = end === -1 ? text.length : end + 1;
    if (text.slice(at, next).trim() !== '') left -= 1;
    at = next;
  }
  return text.slice(at).replace(/^(?:[ \t]*\r?\n)+/, '');
}

function eachLine(text: string, change: (line: string) => string): string {
  return text
    .split(/\r?\n/)
    .map((line) => (line.trim() === '' ? '' : change(line)))
    .join('\n');
}
