// What stands behind a closing quote, or a backslash before a quote: every program reads it in another way.
import type { ProblemCode } from '../../domain/text/problem-codes.ts';
import type { Level } from '../../domain/text/problem.ts';
import type { RowView } from '../table/open-table.ts';

type Fault = { code: ProblemCode; level: Level; message: string; hint: string };

/** `bytes` are those of the row that is looked at. */
export function faultOfQuote(view: RowView, bytes: Buffer, column: number): Fault | undefined {
  if (view.table.format !== 'csv') return undefined;
  const field = bytes.toString('latin1', view.startOf(column), view.endOf(column));
  if (!field.startsWith('"')) return undefined;
  const inner = field.slice(1, field.endsWith('"') ? -1 : undefined).replaceAll('""', '');
  if (!inner.includes('"')) return undefined;
  const message = `a quote ends before its field does (\`${field.slice(0, 40)}\`), which programs read in different ways`;
  const hint = 'a quote inside a field is doubled in CSV (`""`), and the whole field stands in quotes';
  return { code: 'csv-quotes', level: 'warning', message, hint };
}
