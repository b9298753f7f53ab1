// What is wrong with a notebook, by the rules and names of Pynblint that need no Python: https://github.com/collab-uniba/pynblint
import { z } from 'zod';
import { recoverText } from '../text/recover-text.ts';

const schema = z.looseObject({
  cells: z.array(
    z.looseObject({
      cell_type: z.string(),
      source: z.union([z.string(), z.array(z.string())]),
      execution_count: z.number().nullish(),
      outputs: z.array(z.unknown()).optional(),
    }),
  ),
});
type Cell = { code: boolean; text: boolean; source: string; count: number | undefined; printed: boolean };

const MOST_CELLS = 50;
const MOST_LINES = 30;
/** So many cells at either end are to say what the notebook is about, and what came of it. */
const ENDS = 3;
const LEAST_TEXT = 0.3;

export function readNotebook(path: string, text: string): { findings: string[] } | { unreadable: string } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(recoverText(text));
  } catch {
    return { unreadable: 'it is not JSON' };
  }
  const read = schema.safeParse(parsed);
  if (!read.success) return { unreadable: 'it has no cells as Jupyter writes them since version 4' };
  const cells = read.data.cells.map(({ cell_type, source, execution_count, outputs }) => ({
    code: cell_type === 'code',
    text: cell_type === 'markdown',
    source: typeof source === 'string' ? source : source.join(''),
    count: execution_count ?? undefined,
    printed: (outputs ?? []).length > 0,
  }));
  const name = path.slice(path.lastIndexOf('/') + 1);
  return { findings: [...nameFindings(name), ...cellFindings(cells), ...textFindings(cells)] };
}

function nameFindings(name: string): string[] {
  return chosen([
    ['untitled-notebook', /^Untitled\d*\.ipynb$/.test(name)],
    ['duplicate-notebook-not-renamed', /-Copy\d+\.ipynb$/.test(name)],
    ['non-portable-chars-in-nb-name', !/^[\w.-]+$/.test(name)],
  ]);
}

function cellFindings(cells: readonly Cell[]): string[] {
  const code = cells.filter((cell) => cell.code);
  const full = code.filter(({ source }) => source.trim() !== '');
  const counts = code.flatMap(({ count }) => (count === undefined ? [] : [count]));
  // Outputs that were taken out before the commit are no fault, as they are not to Pynblint's rule on cells.
  const isStripped = counts.length === 0 && !code.some(({ printed }) => printed);
  return chosen([
    ['non-linear-execution', counts.some((count, index) => index > 0 && count < counts[index - 1]!)],
    ['non-executed-cells', !isStripped && full.some(({ count }) => count === undefined)],
    ['empty-cells', full.length < code.length],
    ['imports-beyond-first-cell', code.slice(1).some(({ source }) => /^import\s/m.test(source))],
    ['notebook-too-long', cells.length > MOST_CELLS],
    ['cell-too-long', code.some(({ source }) => source.split('\n').length > MOST_LINES)],
  ]);
}

function textFindings(cells: readonly Cell[]): string[] {
  const says = (some: readonly Cell[]): boolean => some.some(({ text, source }) => text && !isHeading(source));
  const first = cells.slice(0, ENDS);
  const code = cells.filter((cell) => cell.code).length;
  return chosen([
    ['missing-h1-MD-heading', !first.some(({ text, source }) => text && source.split('\n').some(isTitle))],
    ['missing-opening-MD-text', !says(first)],
    ['missing-closing-MD-text', !says(cells.slice(-ENDS))],
    ['too-few-MD-cells', code > 0 && cells.filter(({ text }) => text).length / code < LEAST_TEXT],
  ]);
}

function isHeading(source: string): boolean {
  return source.split('\n').every((line) => line.trim() === '' || line.trimStart().startsWith('#'));
}

/** A heading of the first level, as Pynblint tells it: one sharp in the line, at its begin. */
function isTitle(line: string): boolean {
  return line.trimStart().startsWith('#') && line.indexOf('#') === line.lastIndexOf('#');
}

function chosen(rules: readonly (readonly [slug: string, found: boolean])[]): string[] {
  return rules.filter(([, found]) => found).map(([slug]) => slug);
}
