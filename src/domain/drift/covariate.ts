// Covariate drift: the values of one column move.
import { isScaled, rescale } from './change-cells.ts';
import type { DriftFault, DriftKindRules } from './drift-kind.ts';

export const covariate: DriftKindRules = {
  rate: 1,
  rescales: true,
  cells: (drift, context) => (drift.column === undefined ? undefined : rescale(drift, drift.column, context)),
  faults: (drift) => {
    const faults: DriftFault[] = [];
    if (drift.column === undefined) {
      const message = 'covariate drift needs the column that changes';
      faults.push({ key: 'column', code: 'drift-column-needed', message });
    }
    if (!isScaled(drift)) {
      const message = 'covariate drift needs a scale other than 1 or a shift other than 0';
      faults.push({ key: 'scale', code: 'drift-size-needed', message });
    }
    return faults;
  },
};
