// Label drift: more of one class than before, or a numeric target that moves.
import { hash32 } from '../dataset/sample.ts';
import { changeNumber, isClassTarget } from './change-cells.ts';
import type { DriftContext } from './drift-context.ts';
import type { CellEffect, DriftKindRules, DriftSettings } from './drift-kind.ts';

export const label: DriftKindRules = {
  rate: 0.3,
  usesTarget: true,
  cells: (drift, context) => (context.target === undefined ? undefined : relabel(drift, context.target, context)),
  faults: (_drift, { target }) =>
    target === undefined
      ? [{ key: 'kind', code: 'drift-target-needed', message: 'label drift needs dataset.target' }]
      : [],
};

/** More of one class than before (a seeded one), or a numeric target scaled and shifted. */
function relabel(drift: DriftSettings, target: string, context: DriftContext): CellEffect {
  const column = context.columns.indexOf(target);
  const stats = context.stats.get(target);
  if (!isClassTarget(stats) || drift.scale !== undefined || drift.shift !== undefined) {
    const { scale = drift.shift === undefined ? 1.25 : 1, shift = 0 } = drift;
    return changeNumber(column, stats?.integer ?? false, context, (value) => value * scale + shift);
  }
  const klass = stats.classes[hash32(drift.seed, 0x6c61626c) % stats.classes.length]!;
  return (_row, text, cells) => {
    if (text(column) === klass) return false;
    cells.set(column, klass);
    return true;
  };
}
