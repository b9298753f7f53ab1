// Keys that are validated and stored but have no effect yet: the one list, emptied as they come into force.
import type { ChallengeParts } from './challenge-schema.ts';
import type { Report } from './report-problems.ts';
import { isMapping, valueAt } from './value-at.ts';
import type { Path } from './yaml-source.ts';

type Pending = {
  path: Path;
  text: string;
  /** Which of the key's values are pending; without it, all. */
  when?: (value: unknown) => boolean;
};

const notYetInForce: readonly Pending[] = [
  {
    path: ['requests'],
    text: 'requests with `on: manual` are checked and stored, but nothing asks them yet',
    when: (value) => [value].flat().some((one) => isMapping(one) && one['on'] === 'manual'),
  },
];

export function noticeNotYetInForce(parts: ChallengeParts, report: Report): void {
  for (const { path, text, when } of notYetInForce) {
    const value = valueAt(parts, path);
    if (value !== undefined && (when?.(value) ?? true)) report.notice(path, 'not-yet-in-force', text);
  }
}
