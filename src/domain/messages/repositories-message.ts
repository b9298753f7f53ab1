// The one issue in the course repository about student repositories that differ from what the course wants.
import { describeDifference } from '../repository/describe-difference.ts';
import { remedies, type Difference } from '../repository/repository.ts';
import { code, plain } from '../text/escape.ts';

/** Hidden in the body, by which it is found again. */
export const repositoriesMarker = '<!-- practicum-student-repositories -->';
export const nothingDiffers = 'Every student repository matches the course.';

const mostRows = 100;

export type DifferingRepository = {
  name: string;
  owner: string;
  /** Where the owner's members stand in the roster. */
  lines: readonly number[];
  differences: readonly Difference[];
};

/**
 * Only what a teacher has to do something about: what waits for a student is on the dashboard. What the app mends and what is
 * still there afterwards, it could not. A repository that is gone is being made again.
 */
export const isForTeacher = ({ kind }: Difference): boolean =>
  kind !== 'gone' && (remedies[kind] === 'tell' || remedies[kind] === 'mend');

export function describeRepositories(
  repositories: readonly DifferingRepository[],
  roster: string,
  zone: string,
): { title: string; body: string } {
  const rows = repositories.flatMap(({ name, owner, lines, differences }) =>
    differences.filter(isForTeacher).map((difference) => {
      const place = lines.length === 0 ? 'not on the roster' : `${roster}:${lines.join(', ')}`;
      return `| ${code(name)} | ${plain(owner)} | ${code(place)} | ${describeDifference(difference, zone)} |`;
    }),
  );
  const count = new Set(rows.map((row) => row.split('|')[1])).size;
  return {
    title: `${count} student ${count === 1 ? 'repository needs' : 'repositories need'} a decision`,
    body: [
      'These repositories differ from the course’s settings in ways that the app may not change by itself.',
      '',
      '| repository | owner | roster | difference |',
      '|---|---|---|---|',
      ...rows.slice(0, mostRows),
      ...(rows.length > mostRows ? [`| … and ${rows.length - mostRows} more | | | |`] : []),
      '',
      'The app checks every repository once a day and whenever the course changes. It closes this issue when no difference is left.',
    ].join('\n'),
  };
}
