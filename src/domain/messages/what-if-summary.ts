// What a change of rules would do to the grades, in the check on its pull request: who, from what to what, and the pass line.
import type { WhatIf } from '../grade/what-if.ts';
import { plain } from '../text/escape.ts';

const most = 60;

export function describeWhatIf({ text, changes }: WhatIf): string {
  const line = `**Grades so far:** ${text}`;
  if (changes.length === 0) return line;
  const points = ({ total, of }: { total: number; of: number }): string => `${total} of ${of}`;
  const crossing = ({ before, after }: WhatIf['changes'][number]): string => {
    if (before.passes === after.passes) return '';
    return after.passes ? 'passes now' : 'no longer passes';
  };
  const rows = changes
    .toSorted((a, b) => Number(crossing(b) !== '') - Number(crossing(a) !== ''))
    .slice(0, most)
    .map(
      (change) =>
        `| ${plain(change.name)} | ${points(change.before)} | ${points(change.after)} | ${crossing(change)} |`,
    );
  const rest = changes.length > most ? ['', `${changes.length - most} more change.`] : [];
  return [line, '', '| | now | then | pass line |', '|---|---:|---:|---|', ...rows, ...rest].join('\n');
}
