// Which column gives the order, which one is predicted, and what the contract says of each: from what was seen.
import type { ColumnContract } from '../dataset/contract.ts';
import type { Order } from '../dataset/dataset.ts';
import { flowYaml } from '../text/write-yaml.ts';
import type { SeenColumn } from './seen-column.ts';

const timeWord =
  /^(?:date|time|day|month|year|datum|stamp|period|week|hour|quarter)|(?:date|time|datum|stamp|year|day)s?$|^(?:t|ts|dt|yr|yyyy|mm|dd)$/i;

/** `pickup_time`, `OrderDate`; not `sentiment`. */
function isTimeName(name: string): boolean {
  return wordsOf(name).some((word) => timeWord.test(word));
}

/** The last word of a column's name, where that names what is predicted. */
const targetWords = new Set(
  'target label labels class sentiment outcome response survived species variety diagnosis churn quality medv price cnt disease income default fraud weather rating mpg sales demand consumption score grade attrition exited subscribed cancelled canceled approved stroke'.split(
    ' ',
  ),
);
/** These name it only as the whole name: `passenger_count` is one of many, and so is `count.y`. */
const wholeTargets = new Set(['count', 'y']);
/** Where these are there, other words name what it is predicted from: the `class` on a ship. */
const surestTargets = /^(?:target|label|y|outcome|survived|churn)$/i;

function wordsOf(name: string): string[] {
  return name.split(/[_\s.-]+|(?<=[a-z0-9])(?=[A-Z])/);
}

function isTargetName(name: string): boolean {
  if (wholeTargets.has(name.toLowerCase())) return true;
  return targetWords.has((wordsOf(name).at(-1) ?? '').toLowerCase()) || /^(?:saleprice|is_?\w*fraud)$/i.test(name);
}

const addressName = /^(?:urls?|uri|links?|href)$/i;
const idName =
  /(?:^|[_ .-])(?:id|uuid|key|no|nr|num|number|level_\d+__)$|^(?:id|ix|idx)(?:$|[_ .-])|^(?:index|row|rownames|unnamed.*)$|(?:store|poll)(?:num|no)$/i;
/** `PassengerId`, `gameID`; not `PAID`. */
const idEnding = /[a-z]I[dD]$/;
const isIdName = (name: string): boolean => idName.test(name) || idEnding.test(name);

/** A column of dates, else of years, else a seeded shuffle: rows without a time are in no order that means anything. */
export function proposeOrder(columns: readonly SeenColumn[], rows: number): { order: Order; why: string } {
  const dates = columns.filter(({ name, cells }) => name !== '' && cells.kind === 'date' && isSound(cells, rows));
  const named = dates.find(({ name }) => isTimeName(name)) ?? dates[0];
  if (named) return { order: { kind: 'column', column: named.name }, why: 'its dates' };
  const year = columns.find((column) => isYear(column, rows));
  if (year) return { order: { kind: 'column', column: year.name }, why: yearsOf(year) };
  const period = columns.find((column) => isPeriod(column, rows));
  if (period) {
    const why = `its periods (\`${period.first}\`), which come in the order of their text`;
    return { order: { kind: 'column', column: period.name }, why };
  }
  const unread = columns.find(isUnreadTime);
  if (unread) {
    const why = `as \`${unread.name}\` names a time whose cells are not read as dates (\`${unread.first}\`)`;
    return { order: { kind: 'file' }, why };
  }
  return { order: { kind: 'shuffle', seed: 7 }, why: 'no column of dates or years: every release gets the same mix' };
}

function yearsOf({ low = 0, high = 0 }: SeenColumn): string {
  if (high > 5e11) return 'its moments (since 1970), as numbers';
  if (high > 2200_12_31) return 'its seconds since 1970, as numbers';
  if (low >= 20_000 && high <= 80_000) return 'its days, as a spreadsheet counts them';
  return high > 2200 ? 'its dates, as numbers' : 'its years';
}

/** `2000M01`, `2023-W05`: with the year in front, and all of one length. */
function isPeriod({ name, cells, classes, periods }: SeenColumn, rows: number): boolean {
  return name !== '' && periods && cells.values >= rows * 0.9 && classes?.length !== 1;
}

/** `Q1 1962`, `Jan 05 week 2`: a shuffle would release tomorrow before today. Times of day and weekdays come again. */
function isUnreadTime({ name, cells, classes, unique, first = '' }: SeenColumn): boolean {
  if (cells.kind !== 'text' || !/\d/.test(first)) return false;
  // A year somewhere in it, and text order is not its order.
  if (cells.uneven && /(?<!\d)(?:1[89]|20)\d\d(?!\d)/.test(first)) return true;
  if (!isTimeName(name)) return false;
  return unique || classes === undefined || classes.length > 31;
}

function isSound({ values, odd }: SeenColumn['cells'], rows: number): boolean {
  return odd === 0 && values >= 2 && values >= rows * 0.9;
}

function isYear({ name, cells, integer, low = 0, high = 0 }: SeenColumn, rows: number): boolean {
  if (cells.kind !== 'number' || !integer || low >= high || !isSound(cells, rows)) return false;
  const within = (least: number, most: number): boolean => low >= least && high <= most;
  if (/year|år|jahr|^yr$/i.test(name)) return within(1500, 2200);
  // 19580329, 195803, or seconds, milliseconds, … since 1970.
  const stamps = within(1500_01_01, 2200_12_31) || within(1500_01, 2200_12) || within(5e8, 5e9) || low >= 5e11;
  if (/^(?:date|datum|dato|fecha)$/i.test(name) && within(20_000, 80_000)) return true;
  return /date|time|month|stamp|^ts$|^dt$/i.test(name) && stamps;
}

/** By name, else the last column that could be predicted, else none. */
export function proposeTarget(columns: readonly SeenColumn[], order: Order, rows: number): string | undefined {
  if (isListing(columns)) return undefined;
  const open = columns.filter(
    (column) => isPredictable(column, rows) && !(order.kind === 'column' && column.name === order.column),
  );
  const last = columns.at(-1)?.name;
  const candidates = open.filter(({ name }) => isTargetName(name) && !isPlace(name, columns));
  const named = candidates.findLast(({ name }) => surestTargets.test(name)) ?? candidates.at(-1);
  const ends = open.find(({ name }) => name === last) ?? open.find(({ name }) => name === columns[0]?.name);
  return (named ?? ends ?? open.at(-1))?.name;
}

/** The y of a point on a map or in space, which its x does not tell. */
function isPlace(name: string, columns: readonly SeenColumn[]): boolean {
  const has = (pattern: RegExp): boolean => columns.some((column) => pattern.test(column.name));
  if (!/^y$/i.test(name) || !has(/^x$/i)) return false;
  return columns.at(-1)?.name !== name || has(/^(?:z|lat.*|lon.*)$/i);
}

/** `path,bytes`, which is made of a folder that has no index. */
function isListing(columns: readonly SeenColumn[]): boolean {
  return columns.length === 2 && columns[0]!.name === 'path' && columns[1]!.name === 'bytes';
}

function isPredictable({ name, cells, classes, unique }: SeenColumn, rows: number): boolean {
  if (name.trim() === '' || isTimeName(name) || addressName.test(name) || cells.odd > 0 || cells.values < rows * 0.8)
    return false;
  const few = classes !== undefined && classes.length >= 2;
  if (isIdName(name)) return false;
  if (cells.kind === 'number') return few || classes === undefined;
  if (cells.kind === 'boolean') return few;
  return cells.kind === 'text' && few && !unique && classes.length <= 50 && cells.form?.kind !== 'dates';
}

/** What every release keeps to: exactly what was seen, no more. */
export function proposeContract(columns: readonly SeenColumn[], rows: number): [string, Partial<ColumnContract>][] {
  const named = columns.filter(({ name }) => name !== '');
  return named.map((column) => [column.name, contractOf(column, rows)]);
}

function contractOf(column: SeenColumn, rows: number): Partial<ColumnContract> {
  const { cells, classes, unique, integer } = column;
  const nullable = cells.missing > 0 || cells.values === 0 ? { nullable: true } : {};
  const id = unique && cells.values === rows && rows > 1 && (cells.kind === 'date' || cells.kind === 'text' || integer);
  const once = id ? { unique: true } : {};
  const mixed = cells.odd > 0 || cells.kind === undefined;
  if (mixed || cells.kind === 'text') {
    const few = !mixed && classes !== undefined && classes.length <= 20 && !unique;
    return { type: 'string', ...(few ? { values: classes } : {}), ...nullable, ...once };
  }
  if (cells.kind === 'boolean') return { type: 'boolean', ...nullable };
  if (cells.kind === 'date') return { type: 'date', ...dateBounds(column), ...nullable, ...once };
  return { type: integer ? 'integer' : 'number', ...numberBounds(column), ...nullable, ...once };
}

/** Bounds that a double does not hold exactly are left out. */
function numberBounds({ low, high, integer }: SeenColumn): { min?: number; max?: number } {
  const exact = (value: number | undefined): value is number =>
    value !== undefined && (!integer || Number.isSafeInteger(value));
  return exact(low) && exact(high) ? { min: low, max: high } : {};
}

function dateBounds({ low, high }: SeenColumn): { min?: string; max?: string } {
  if (low === undefined || high === undefined) return {};
  const shown = [low, high].map((value) => new Date(value).toISOString());
  if (shown.some((text) => !/^\d{4}-/.test(text))) return {};
  const [min, max] = shown.map((text) => (text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text));
  return { min: min!, max: max! };
}

export function renderContract(contract: readonly [string, object][], head: string): string {
  const lines = contract.map(([name, rule]) => `  ${flowYaml(name)}: ${flowYaml(rule)}`);
  return `${head}version: 1\ncolumns:\n${lines.join('\n')}\n`;
}
