// Which students the course page shows and in which order, by the address's query. Pure.
import type { CourseSelection } from '../../../flows/pages/show-course.ts';
import type { Query } from './links.ts';

const sorts = { name: 'name', score: 'score', progress: 'progress', risk: 'behind since' } as const;
export type Sort = CourseSelection['sort'];
export const shows = {
  all: 'everybody',
  risk: 'who falls behind',
  silent: 'nothing merged',
  red: 'runs fail',
  done: 'all green so far',
} as const;

const lastPage = 1_000_000;
/** Nobody types more. */
const mostText = 100;

/** Whatever somebody types into the address, something sensible is shown. */
export function readSelection(query: Query): CourseSelection {
  const { sort = '', dir = '', show = '', group = '', challenge = '' } = query;
  return {
    sort: Object.hasOwn(sorts, sort) ? (sort as Sort) : 'name',
    descending: dir === 'desc',
    show: Object.hasOwn(shows, show) ? (show as CourseSelection['show']) : 'all',
    group,
    text: readText(query),
    challenge,
    page: readPage(query),
  };
}

export function readText({ q = '' }: Query): string {
  return q.trim().toLowerCase().slice(0, mostText);
}

export function readPage({ page = '' }: Query): number {
  return Math.min(lastPage, Math.max(1, Math.trunc(Number(page)) || 1));
}
