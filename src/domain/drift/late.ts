// Late rows: some arrive with the next release.
import type { DriftKindRules } from './drift-kind.ts';

export const late: DriftKindRules = {
  rate: 0.2,
  movesRows: true,
  row: (effect, isLastRelease) => {
    // Rows of the last release have no later one to arrive in.
    if (isLastRelease) return false;
    effect.late = true;
    return true;
  },
  faults: ({ from, to }, { releases }) => {
    if (to !== undefined || from !== releases.at(-1)) return [];
    const message = 'late rows of the last release have no later release to arrive in';
    return [{ key: 'from', code: 'drift-no-effect', message }];
  },
};
