// Schema drift: columns are renamed or dropped, or one is given in another unit.
import { isScaled, rescale } from './change-cells.ts';
import type { DriftKindRules } from './drift-kind.ts';

export const schema: DriftKindRules = {
  rate: 1,
  reshapes: true,
  rescales: true,
  cells: (drift, context) => (drift.column === undefined ? undefined : rescale(drift, drift.column, context)),
  faults: (drift) => {
    const hasUnit = drift.column !== undefined && isScaled(drift);
    if (hasUnit || drift.rename || drift.drop) return [];
    const message = 'schema drift needs rename, drop, or a column with a scale (a new unit)';
    return [{ key: 'kind', code: 'drift-change-needed', message }];
  },
};
