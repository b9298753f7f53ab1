// Duplicates: some rows come twice.
import type { DriftKindRules } from './drift-kind.ts';

export const duplicate: DriftKindRules = {
  rate: 0.1,
  row: (effect) => {
    effect.copies += 1;
    return true;
  },
};
