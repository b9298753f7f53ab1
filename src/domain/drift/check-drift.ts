// Is a drift possible on these data? What is wrong with it, as sentences for the teacher.
import { suggest } from '../text/suggest.ts';
import type { DriftData, DriftFault } from './drift-kind.ts';
import { type Drift, rulesOf } from './kinds.ts';

/** `position`: the drift's place in the list. */
export type DriftMistake = DriftFault & { position: number };

/** All mistakes at once; an empty list means that the drift will have an effect. */
export function checkDrift(drifts: readonly Drift[], data: DriftData): DriftMistake[] {
  return drifts.flatMap((drift, position) => [
    ...checkColumns(drift, data).map((mistake) => ({ position, ...mistake })),
    ...checkSettings(drift, data).map((mistake) => ({ position, ...mistake })),
    ...checkReleases(drift, data.releases).map((mistake) => ({ position, ...mistake })),
  ]);
}

function checkColumns(drift: Drift, { columns }: DriftData): DriftFault[] {
  const named: [string, string][] = [
    ...(drift.column === undefined ? [] : [['column', drift.column] as [string, string]]),
    ...Object.keys(drift.rename ?? {}).map((name): [string, string] => ['rename', name]),
    ...(drift.drop ?? []).map((name): [string, string] => ['drop', name]),
  ];
  const unknown = named.flatMap(([key, name]) => (columns.includes(name) ? [] : [unknownColumn(key, name, columns)]));
  const renamed = Object.values(drift.rename ?? {}).filter((name) => columns.includes(name));
  const taken = renamed.map((name): DriftFault => ({
    key: 'rename',
    code: 'drift-name-taken',
    message: `there is already a column "${name}"`,
  }));
  return [...unknown, ...taken];
}

function unknownColumn(key: string, name: string, columns: readonly string[]): DriftFault {
  const near = suggest(name, columns);
  const message = `the dataset has no column "${name}"`;
  return { key, code: 'drift-unknown-column', message, ...(near ? { hint: `did you mean "${near}"?` } : {}) };
}

function checkSettings(drift: Drift, data: DriftData): DriftFault[] {
  const faults = rulesOf(drift).faults?.(drift, data) ?? [];
  if (drift.drop && new Set(drift.drop).size >= data.columns.length) {
    faults.push({ key: 'drop', code: 'drift-nothing-left', message: 'every column would be dropped' });
  }
  if (drift.rate !== undefined && !(drift.rate > 0 && drift.rate <= 1)) {
    faults.push({ key: 'rate', code: 'drift-rate', message: 'the rate must be above 0 and at most 1' });
  }
  return faults;
}

function checkReleases(drift: Drift, releases: readonly string[]): DriftFault[] {
  const unknown = (key: string, name: string): DriftFault => {
    const near = suggest(name, releases);
    const message = `there is no release "${name}"`;
    return { key, code: 'drift-unknown-release', message, ...(near ? { hint: `did you mean "${near}"?` } : {}) };
  };
  const { from, to } = drift;
  if (!releases.includes(from)) return [unknown('from', from)];
  if (to === undefined) return [];
  if (!releases.includes(to)) return [unknown('to', to)];
  if (releases.indexOf(to) >= releases.indexOf(from)) return [];
  return [{ key: 'to', code: 'drift-order', message: `${to} is before ${from}` }];
}
