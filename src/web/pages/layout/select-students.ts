// Which students a page shows and in which order: the address's query → rows. Pure.
import type { CourseView, StudentLine } from '../../../flows/pages/show-course.ts';
import type { Query } from './links.ts';

const sorts = { name: 'name', score: 'score', progress: 'progress', risk: 'behind since' } as const;
export type Sort = keyof typeof sorts;
export const shows = {
  all: 'everybody',
  risk: 'who falls behind',
  silent: 'nothing merged',
  red: 'runs fail',
  done: 'all green so far',
} as const;
export type Show = keyof typeof shows;

/** Rows on one page: a thousand students stay quick to read and to send. */
export const pageSize = 100;

export type Selection = {
  sort: Sort;
  descending: boolean;
  show: Show;
  /** Empty for all, `-` for those without a group. */
  group: string;
  text: string;
  challenge: string;
  page: number;
};

/** Whatever somebody types into the address, something sensible is shown. */
export function readSelection(query: Query): Selection {
  const { sort = '', dir = '', show = '', group = '', q = '', challenge = '', page = '1' } = query;
  return {
    sort: Object.hasOwn(sorts, sort) ? (sort as Sort) : 'name',
    descending: dir === 'desc',
    show: Object.hasOwn(shows, show) ? (show as Show) : 'all',
    group,
    text: q.trim().toLowerCase().slice(0, 100),
    challenge,
    page: Math.max(1, Math.trunc(Number(page)) || 1),
  };
}

export function selectStudents({ students }: Pick<CourseView, 'students'>, selection: Selection): StudentLine[] {
  const found = students.filter((line) => isShown(line, selection));
  const sign = selection.descending ? -1 : 1;
  const order = orders[selection.sort];
  return found.toSorted((a, b) => sign * order(a, b) || byName(a, b));
}

export type Page<Row> = { rows: Row[]; page: number; pages: number; total: number };

export function cutPage<Row>(all: readonly Row[], page: number, size: number): Page<Row> {
  const pages = Math.max(1, Math.ceil(all.length / size));
  const shown = Math.min(page, pages);
  return { rows: all.slice((shown - 1) * size, shown * size), page: shown, pages, total: all.length };
}

function greens({ cells }: StudentLine): number {
  return cells.filter(({ greenAt }) => greenAt).length;
}

type Compare = (a: StudentLine, b: StudentLine) => number;
const share = ({ total, of }: StudentLine): number => (of === 0 ? 0 : total / of);
const byName: Compare = (a, b) =>
  a.owner.name.localeCompare(b.owner.name, 'en') || (a.owner.slug < b.owner.slug ? -1 : 1);
const orders: Record<Sort, Compare> = {
  name: byName,
  score: (a, b) => share(a) - share(b),
  progress: (a, b) => greens(a) - greens(b),
  // Who has been behind the longest comes first; who is not behind comes last.
  risk: (a, b) =>
    (a.risk?.since.getTime() ?? Number.MAX_SAFE_INTEGER) - (b.risk?.since.getTime() ?? Number.MAX_SAFE_INTEGER),
};

function isShown({ owner, risk, cells }: StudentLine, { show, group, text }: Selection): boolean {
  const inGroup =
    group === '' || (group === '-' ? owner.kind === 'student' : owner.kind === 'group' && owner.slug === group);
  if (!inGroup || !matches(owner, text)) return false;
  switch (show) {
    case 'risk':
      return risk !== undefined;
    case 'silent':
      return risk?.kind === 'silent';
    case 'red':
      return cells.some(({ progress }) => progress === 'red');
    case 'done':
      return cells.every(({ shippedAt, greenAt }) => !shippedAt || greenAt);
    case 'all':
      return true;
  }
}

function matches({ slug, name, members }: StudentLine['owner'], text: string): boolean {
  if (text === '') return true;
  const words = [slug, name, ...members.flatMap((member) => [member.login, member.name ?? ''])];
  return words.some((word) => word.toLowerCase().includes(text));
}
