// Is a drift possible on these data? What is wrong with it, as sentences for the teacher.
import type { Drift } from './dataset.ts';
import { suggest } from '../text/suggest.ts';
import type { ProblemCode } from '../text/problem-codes.ts';

/** `position` is the drift's place in the list, `key` the key that is wrong. */
export type DriftMistake = { position: number; key: string; code: ProblemCode; message: string; hint?: string };

type Data = { columns: readonly string[]; releases: readonly string[]; target?: string };

/** All mistakes at once; an empty list means that the drift will have an effect. */
export function checkDrift(drifts: readonly Drift[], data: Data): DriftMistake[] {
  return drifts.flatMap((drift, position) => [
    ...checkColumns(drift, data).map((mistake) => ({ position, ...mistake })),
    ...checkSettings(drift, data).map((mistake) => ({ position, ...mistake })),
    ...checkReleases(drift, data.releases).map((mistake) => ({ position, ...mistake })),
  ]);
}

type Mistake = Omit<DriftMistake, 'position'>;

function checkColumns(drift: Drift, { columns }: Data): Mistake[] {
  const named: [string, string][] = [
    ...(drift.column === undefined ? [] : [['column', drift.column] as [string, string]]),
    ...Object.keys(drift.rename ?? {}).map((name): [string, string] => ['rename', name]),
    ...(drift.drop ?? []).map((name): [string, string] => ['drop', name]),
  ];
  const unknown = named.flatMap(([key, name]) => (columns.includes(name) ? [] : [unknownColumn(key, name, columns)]));
  const renamed = Object.values(drift.rename ?? {}).filter((name) => columns.includes(name));
  const taken = renamed.map((name): Mistake => ({
    key: 'rename',
    code: 'drift-name-taken',
    message: `there is already a column "${name}"`,
  }));
  return [...unknown, ...taken];
}

function unknownColumn(key: string, name: string, columns: readonly string[]): Mistake {
  const near = suggest(name, columns);
  const message = `the dataset has no column "${name}"`;
  return { key, code: 'drift-unknown-column', message, ...(near ? { hint: `did you mean "${near}"?` } : {}) };
}

function checkSettings(drift: Drift, { target, columns }: Data): Mistake[] {
  const mistakes: Mistake[] = [];
  const add = (key: string, code: ProblemCode, message: string): unknown => mistakes.push({ key, code, message });
  const scaled = (drift.scale ?? 1) !== 1 || (drift.shift ?? 0) !== 0;
  if (drift.kind === 'covariate' && drift.column === undefined) {
    add('column', 'drift-column-needed', 'covariate drift needs the column that changes');
  }
  if (drift.kind === 'covariate' && !scaled) {
    add('scale', 'drift-size-needed', 'covariate drift needs a scale other than 1 or a shift other than 0');
  }
  if ((drift.kind === 'label' || drift.kind === 'concept') && target === undefined) {
    add('kind', 'drift-target-needed', `${drift.kind} drift needs dataset.target`);
  }
  const unit = drift.column !== undefined && scaled;
  if (drift.kind === 'schema' && !unit && !drift.rename && !drift.drop) {
    add('kind', 'drift-change-needed', 'schema drift needs rename, drop, or a column with a scale (a new unit)');
  }
  if (drift.drop && new Set(drift.drop).size >= columns.length) {
    add('drop', 'drift-nothing-left', 'every column would be dropped');
  }
  if (drift.rate !== undefined && !(drift.rate > 0 && drift.rate <= 1)) {
    add('rate', 'drift-rate', 'the rate must be above 0 and at most 1');
  }
  return mistakes;
}

function checkReleases(drift: Drift, releases: readonly string[]): Mistake[] {
  const unknown = (key: string, name: string): Mistake => {
    const near = suggest(name, releases);
    const message = `there is no release "${name}"`;
    return { key, code: 'drift-unknown-release', message, ...(near ? { hint: `did you mean "${near}"?` } : {}) };
  };
  const { from, to } = drift;
  if (!releases.includes(from)) return [unknown('from', from)];
  if (to === undefined) {
    if (drift.kind !== 'late' || from !== releases.at(-1)) return [];
    return [
      {
        key: 'from',
        code: 'drift-no-effect',
        message: 'late rows of the last release have no later release to arrive in',
      },
    ];
  }
  if (!releases.includes(to)) return [unknown('to', to)];
  if (releases.indexOf(to) >= releases.indexOf(from)) return [];
  return [{ key: 'to', code: 'drift-order', message: `${to} is before ${from}` }];
}
