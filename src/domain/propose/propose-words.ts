// Which declarations a file needs, so that its cells are read as what they are. A proposal, printed and written down.
import { cellReader, type CellWords } from '../dataset/cell-reader.ts';
import { type ColumnCells, ColumnEvidence } from '../dataset/column-evidence.ts';

export type RoughColumn = { name: string; cells: ColumnCells };
/** Some rows, cell by cell, in the order of the file. */
export type Sample = readonly (readonly string[])[];
export type ProposedWords = { words: CellWords; notes: string[] };

/** `semicolon`: the fields are divided by `;`, as where the comma stands before decimals. */
export function proposeWords(columns: readonly RoughColumn[], sample: Sample, semicolon: boolean): ProposedWords {
  const notes: string[] = [];
  const numbers = numberWords(columns, sample, semicolon);
  const dates = dateWords(columns, sample, semicolon || numbers.decimal === ',', notes);
  const missing = missingWords(columns, numbers);
  return { words: { ...(missing.length > 0 ? { missing } : {}), ...numbers, ...dates }, notes };
}

/** In a column of numbers or dates every such word; in a column of text only those that can hardly be meant. */
function missingWords(columns: readonly RoughColumn[], numbers: CellWords): string[] {
  const read = Object.keys(numbers).length > 0;
  const words = columns.flatMap(({ cells }) => {
    const form = cells.form?.kind;
    const kinded = cells.kind === 'number' || cells.kind === 'date' || form === 'dates' || (read && form === 'numbers');
    const isPlain = (word: string): boolean => /^(?:n\/?a|#n\/a|nan|null|\\n|\?+)$/i.test(word.trim());
    return kinded ? cells.words : cells.words.filter(isPlain);
  });
  return [...new Set(words.map((word) => (word.trim() === '' ? ' ' : word.trim())))].toSorted();
}

/** Of all that fit a column, the declaration under which most columns of the sample hold numbers. */
function numberWords(columns: readonly RoughColumn[], sample: Sample, semicolon: boolean): CellWords {
  const fitting = columns.flatMap(({ cells }) => (cells.form?.kind === 'numbers' ? cells.form.words : []));
  const preferred = fitting.toSorted((a, b) => Number(isComma(b) === semicolon) - Number(isComma(a) === semicolon));
  let best: { words: CellWords; count: number } = { words: {}, count: countNumeric({}, columns, sample) };
  for (const words of preferred) {
    const count = countNumeric(words, columns, sample);
    if (count > best.count) best = { words, count };
  }
  return best.words;
}

function isComma({ decimal }: CellWords): boolean {
  return decimal === ',';
}

function countNumeric(words: CellWords, columns: readonly RoughColumn[], sample: Sample): number {
  const cells = cellReader(words);
  return columns.filter(({ name }, index) => {
    const evidence = new ColumnEvidence(cells, name);
    for (const row of sample) evidence.add(row[index] ?? '', () => 0);
    return evidence.summary().kind === 'number';
  }).length;
}

/** The form of the first column of dates that are not ISO; of two that fit, the one by which the file is better in order. */
function dateWords(
  columns: readonly RoughColumn[],
  sample: Sample,
  european: boolean,
  notes: string[],
): Pick<CellWords, 'dates'> {
  const index = columns.findIndex(({ cells }) => cells.form?.kind === 'dates');
  const form = columns[index]?.cells.form;
  if (form?.kind !== 'dates') return {};
  const scored = form.forms.map((dates) => ({
    dates,
    falls: fallsOf(dates, sample, index),
    day: dates.startsWith('d'),
  }));
  const [first, second] = scored.toSorted(
    (a, b) => a.falls - b.falls || Number(b.day === european) - Number(a.day === european),
  );
  if (second) {
    const why = first!.falls < second.falls ? 'the rows are in better order then' : 'nothing in the file tells';
    notes.push(
      `\`${columns[index]!.name}\`: \`${form.example}\` may be \`${first!.dates}\` or \`${second.dates}\`; the first is assumed, ${why}. Look at this.`,
    );
  }
  const others = columns.filter(
    ({ cells }, at) => at !== index && cells.form?.kind === 'dates' && !cells.form.forms.includes(first!.dates),
  );
  if (others.length > 0) {
    notes.push(`dates of another form stay text: ${others.map(({ name }) => `\`${name}\``).join(', ')}.`);
  }
  return { dates: first!.dates };
}

function fallsOf(dates: string, sample: Sample, column: number): number {
  const { date } = cellReader({ dates });
  const moments = sample.flatMap((row) => date(row[column] ?? '') ?? []);
  const falls = moments.filter((moment, index) => index > 0 && moment < moments[index - 1]!).length;
  // A file that is in order backwards is in order.
  return Math.min(falls, moments.length - 1 - falls);
}
