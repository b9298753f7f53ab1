// From what was seen of the data, and what the caller says, to the proposal of a course.
import type { Observed } from '../../dataset/propose/observe-source.ts';
import type { Order } from '../../domain/dataset/dataset.ts';
import { isEnough, type Proposal, proposeSpan } from '../../domain/propose/propose-course.ts';
import { doubtsOf } from '../../domain/propose/doubts-of.ts';
import { proposeOrder, proposeTarget } from '../../domain/propose/propose-roles.ts';
import type { SeenColumn } from '../../domain/propose/seen-column.ts';
import { suggest } from '../../domain/text/suggest.ts';
import { isZone, parseInstant } from '../../domain/time/calendar.ts';
import type { NewOptions } from './new-options.ts';

type Seen = { observed: Observed; name: string; source: string; index?: string };

/** An error where the caller asks for what cannot be. */
export function proposeFrom(seen: Seen, options: NewOptions, { now }: { now: Date }): Proposal | Error {
  const { observed, name, source, index } = seen;
  const { rows, columns, format, words } = observed;
  const fault = faultOf(options, columns) ?? faultOfName(name);
  if (fault !== undefined) return new Error(fault);
  const timezone = options.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const order = chooseOrder(options.order, columns, rows);
  const target = options.target ?? proposeTarget(columns, order.order, rows);
  const releases = options.releases ?? Math.max(1, Math.min(3, rows));
  const span = proposeSpan(
    options.starts === undefined ? now : new Date(parseInstant(options.starts, timezone)!.date),
    timezone,
    releases,
  );
  const starts = options.starts ?? span.starts;
  const common = {
    name,
    title: titleOf(name),
    timezone,
    source,
    words,
    columns,
    rows,
    starts,
    ends: span.ends,
    releases,
  };
  const proposal = {
    ...common,
    ...(index === undefined ? {} : { index }),
    latin: observed.encoding === 'latin1',
    delimiter: observed.delimiter,
    order: order.order,
    ...(target === undefined ? {} : { target }),
    ending: endingOf(format, source),
  };
  return { ...proposal, notes: notesOf(proposal, observed, order.why) };
}

function faultOfName(name: string): string | undefined {
  if (/^(?=.{1,60}$)[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*$/.test(name)) return undefined;
  return `--name: \`${name}\` must be 1 to 60 letters and digits, with single \`-\` or \`_\` between them`;
}

function faultOf({ target, order, timezone, starts }: NewOptions, columns: readonly SeenColumn[]): string | undefined {
  const names = columns.map(({ name }) => name);
  for (const [option, wanted] of Object.entries({ target, order })) {
    if (wanted === undefined || names.includes(wanted) || (option === 'order' && isWord(wanted))) continue;
    const close = suggest(wanted, names);
    return `--${option}: the data has no column \`${wanted}\`${close === undefined ? '' : `; did you mean \`${close}\`?`}`;
  }
  if (timezone !== undefined && !isZone(timezone)) return `--timezone: unknown time zone \`${timezone}\``;
  if (starts !== undefined && !parseInstant(starts, timezone ?? 'UTC')) {
    return `--starts: \`${starts}\` must be a date with a time, such as 2027-01-11T09:00`;
  }
  return undefined;
}

const isWord = (order: string): boolean => order === 'file' || order === 'shuffle';

function chooseOrder(
  wanted: string | undefined,
  columns: readonly SeenColumn[],
  rows: number,
): { order: Order; why: string } {
  if (wanted === undefined) return proposeOrder(columns, rows);
  const why = 'as you said';
  if (wanted === 'file') return { order: { kind: 'file' }, why };
  return wanted === 'shuffle'
    ? { order: { kind: 'shuffle', seed: 7 }, why }
    : { order: { kind: 'column', column: wanted }, why };
}

function endingOf(format: Observed['format'], source: string): string {
  if (format === 'csv') return /\.tsv(?:\.gz|\.zst)?$/i.test(source) ? '.tsv' : '.csv';
  return { folder: '.csv', jsonl: '.jsonl', json: '.json', parquet: '.parquet' }[format];
}

export function slugOf(file: string): string {
  const bare = file.replace(/\.(?:gz|gzip|zst|zstd)$/i, '').replace(/\.[A-Za-z0-9]+$/, '');
  const slug = bare
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return slug === '' ? 'data' : slug;
}

function titleOf(name: string): string {
  const words = name.replaceAll(/[-_]+/g, ' ');
  return words[0]!.toUpperCase() + words.slice(1);
}

function notesOf(proposal: Omit<Proposal, 'notes'>, observed: Observed, why: string): string[] {
  const { order, target, words, latin, releases, rows, columns } = proposal;
  const by =
    order.kind === 'column'
      ? `\`${order.column}\``
      : order.kind === 'shuffle'
        ? `a shuffle (seed ${order.seed})`
        : 'file';
  const declared = Object.entries(words).map(([key, value]) => `\`${key}: ${JSON.stringify(value)}\``);
  const odd = columns
    .filter(({ cells }) => cells.odd > 0)
    .map(
      ({ name, cells: { oddCells } }) => `\`${name}\` (such as \`${oddCells[0]?.text}\` in line ${oddCells[0]?.line})`,
    );
  const isText = observed.format === 'csv' || observed.format === 'folder';
  const delimiter = isText ? { ',': 'commas', ';': 'semicolons', '\t': 'tabs' }[observed.delimiter] : undefined;
  return [
    ...(delimiter === undefined ? [] : [`fields are divided by ${delimiter}.`]),
    ...(latin ? ['the text is Latin-1: it is no UTF-8.'] : []),
    ...(declared.length > 0 ? [`cells are read with ${declared.join(', ')}.`] : []),
    ...observed.notes,
    `order: ${by}, ${why}.`,
    target === undefined ? 'target: none that could be told; `--target` names one.' : `target: \`${target}\`.`,
    isEnough(proposal)
      ? 'hold-out: 20% of the rows are never released, and quality is judged on them.'
      : `hold-out: none, ${rows} ${rows === 1 ? 'row is' : 'rows are'} too few.`,
    `releases: ${releases}, a week apart.`,
    ...(odd.length > 0 ? [`mixed columns are text in the contract: ${odd.join(', ')}.`] : []),
    ...doubtsOf(columns, rows),
    'the contract (schema.yml) holds the bounds and values that the data has now.',
    'student repositories are made from a template called `student-template`.',
  ];
}
