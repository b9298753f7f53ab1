// Whether a column can be what challenge.yml uses it for: an order, a target, a condition on numbers or dates.
import type { ColumnCells } from './column-evidence.ts';
import type { ProblemCode } from '../text/problem-codes.ts';
import type { Form } from './recognize-form.ts';

export type ColumnUse = 'order' | 'target' | 'where';
export type ColumnFault = { level: 'error' | 'warning'; code: ProblemCode; message: string; hint: string };

/** What is wrong with the use of a column, in one sentence; undefined when it is understood. */
export function faultOfUse(name: string, cells: ColumnCells, use: ColumnUse): ColumnFault | undefined {
  const { kind, odd, oddCells, words } = cells;
  if (odd > 0) {
    const total = cells.values.toLocaleString('en-GB');
    const shown = oddCells.slice(0, 3).map(({ text, line }) => `\`${clip(text)}\` in line ${line}`);
    const rest = odd > shown.length ? ' …' : '';
    const message = `${odd} of ${total} cells of \`${name}\` ${odd === 1 ? 'is' : 'are'} no ${kind}: ${shown.join(', ')}${rest}`;
    return { level: 'error', code: 'cells-of-other-kind', message, hint: oddHint(name, cells) };
  }
  const empty = faultOfEmpty(name, cells, use);
  if (empty) return empty;
  const aside = cells.sentinel === undefined ? undefined : faultOfSentinel(name, cells.sentinel, use);
  if (aside) return aside;
  const alike = use === 'target' && cells.alike ? faultOfAlike(name, cells.alike) : undefined;
  if (alike) return alike;
  if (kind !== 'text') return undefined;
  const form = cells.form && faultOfForm(name, cells, cells.form, use);
  if (form) return form;
  const mixed = cells.numbers + cells.dates;
  if (use === 'order' && mixed * 10 >= cells.values) {
    const such = cells.other ? ` (\`${clip(cells.other.text)}\` in line ${cells.other.line})` : '';
    const message = `${mixed} of ${cells.values} cells of \`${name}\` are numbers or dates, the others are not${such}: rows come in text order (10 before 9)`;
    const hint = `name another column, or list \`${name}\` in \`text\` below \`dataset\``;
    return { level: 'warning', code: 'order-as-text', message, hint };
  }
  if (use === 'order' && cells.uneven) {
    const [first, later] = cells.uneven;
    const message = `\`${name}\` is neither numbers nor dates as they are read: rows come in text order (\`${clip(first)}\` before \`${clip(later)}\`)`;
    const hint = `name another column, or list \`${name}\` in \`text\` below \`dataset\` if that is the order`;
    return { level: 'warning', code: 'order-as-text', message, hint };
  }
  if (use === 'target' && words.length > 0) {
    const message = `\`${name}\` has cells that say ${list(words)}, which count as a class of their own`;
    return { level: 'warning', code: 'missing-as-class', message, hint: missingHint(words) };
  }
  return undefined;
}

/** Nothing to put in order, or to learn. */
function faultOfEmpty(name: string, cells: ColumnCells, use: ColumnUse): ColumnFault | undefined {
  if (use === 'where' || (cells.values > 0 && cells.values > cells.wordsAside)) return undefined;
  const what = cells.values === 0 ? 'is missing' : `says ${list(cells.words)}`;
  const message = `every cell of \`${name}\` ${what}`;
  return { level: 'error', code: 'column-empty', message, hint: 'name a column that has values' };
}

function faultOfSentinel(
  name: string,
  { text, count }: NonNullable<ColumnCells['sentinel']>,
  use: ColumnUse,
): ColumnFault {
  const where = use === 'order' ? '; it would be one end of the order' : '';
  const message = `${count} cell${count === 1 ? '' : 's'} of \`${name}\` say${count === 1 ? 's' : ''} \`${text}\`, far from all others, as if it stood for a missing value${where}`;
  return { level: 'warning', code: 'missing-as-number', message, hint: `if so, ${missingHint([text])}` };
}

function faultOfAlike(name: string, alike: readonly string[]): ColumnFault {
  const shown = alike.map((text) => JSON.stringify(clip(text))).join(', ');
  const message = `classes of \`${name}\` differ in case or blanks only (${shown}), and count as different`;
  return { level: 'warning', code: 'classes-alike', message, hint: 'write each class in one way' };
}

function oddHint(name: string, { oddCells, words }: ColumnCells): string {
  const texts = [...new Set([...words, ...oddCells.map(({ text }) => text)])];
  const declare = missingHint(texts.slice(0, 5));
  return `where it stands for a missing value, ${declare}; mend the cell, or list \`${name}\` in \`text\` if it holds text`;
}

function missingHint(words: readonly string[]): string {
  return `write \`missing: [${words.map((word) => JSON.stringify(clip(word))).join(', ')}]\` below \`dataset\``;
}

function faultOfForm(name: string, cells: ColumnCells, form: Form, use: ColumnUse): ColumnFault | undefined {
  const example = `\`${clip(form.example)}\``;
  const astray =
    use === 'order' ? ', and rows would come in text order' : use === 'target' ? ', and would be classes' : '';
  const text = `list \`${name}\` in \`text\` if it is meant as text`;
  if (form.kind === 'dates') {
    if (use === 'target') return undefined;
    const message = `the dates of \`${name}\` are not in ISO 8601 (${example})${astray}`;
    const forms = form.forms.map((value) => `\`dates: ${value}\``).join(' or ');
    return { level: 'error', code: 'dates-undeclared', message, hint: `write ${forms} below \`dataset\`; ${text}` };
  }
  if (form.kind === 'numbers') {
    const message = `the numbers of \`${name}\` are not written plainly (${example})${astray}`;
    const ways = form.words.map((words) => `\`${declaration(words)}\``).join(' or ');
    return { level: 'error', code: 'numbers-undeclared', message, hint: `write ${ways} below \`dataset\`; ${text}` };
  }
  if (use === 'where') return undefined;
  const message = `the cells of \`${name}\` look like numbers with something added (${example})${astray}`;
  const hint = `take signs and units out of the file; ${text}`;
  return { level: use === 'order' ? 'error' : 'warning', code: 'numbers-decorated', message, hint };
}

function declaration(words: Readonly<Record<string, unknown>>): string {
  return Object.entries(words)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
    .join(', ');
}

function list(words: readonly string[]): string {
  return words.map((word) => `\`${clip(word)}\``).join(', ');
}

function clip(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
