// The drift of a challenge: what changes in the data, from which release on, and whether that can be done.
import type { DriftPart } from './schema-releases.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { type Drift, rulesOf } from '../drift/kinds.ts';
import { checkDrift } from '../drift/check-drift.ts';
import type { DatasetFacts } from '../dataset/facts.ts';
import type { Report } from '../text/report-problems.ts';
import { readAmount } from '../text/values.ts';

type Context = {
  releases: readonly string[];
  dataset: Dataset | undefined;
  facts: DatasetFacts | undefined;
  report: Report;
};

export function readDrift(parts: readonly DriftPart[], context: Context): Drift[] {
  const { releases, dataset, facts, report } = context;
  const drifts = parts.map(toDrift);
  // Without facts every column that is named is taken to exist.
  const columns = facts && facts.columns.length > 0 ? facts.columns.map(({ name }) => name) : drifts.flatMap(columnsOf);
  // Without a release that could be read, nothing can be said of the names.
  if (releases.length === 0) return drifts;
  const target = dataset?.target ?? (report.lacks(['dataset', 'target']) ? undefined : 'unknown');
  for (const mistake of checkDrift(drifts, { columns, releases, ...(target === undefined ? {} : { target }) })) {
    const { position, key, code, message, hint } = mistake;
    report.error(['releases', 'drift', position, key], code, message, hint);
  }
  for (const [position, drift] of drifts.entries()) {
    const at = ['releases', 'drift', position];
    if (dataset?.target !== undefined && drift.drop?.includes(dataset.target)) {
      report.warning([...at, 'drop'], 'drift-target', 'this drift drops the target column');
    }
    const kind = facts?.columns.find(({ name }) => name === drift.column)?.kind;
    const scaled = drift.scale !== undefined || drift.shift !== undefined;
    if (rulesOf(drift).rescales && scaled && kind !== undefined && kind !== 'number') {
      report.error([...at, 'column'], 'drift-not-a-number', `\`${drift.column}\` holds ${kind}, not numbers`);
    }
  }
  return drifts;
}

function columnsOf({ column, rename, drop }: Drift): string[] {
  return [...(column === undefined ? [] : [column]), ...Object.keys(rename ?? {}), ...(drop ?? []), ''];
}

function toDrift(part: DriftPart): Drift {
  const { kind, from, to, column, scale, shift, rate, rename, drop, seed } = part;
  return {
    kind,
    from,
    ...(to === undefined ? {} : { to }),
    ...(column === undefined ? {} : { column }),
    ...(scale === undefined ? {} : { scale }),
    ...(shift === undefined ? {} : { shift }),
    ...(rate === undefined ? {} : { rate: readAmount(rate) }),
    ...(rename === undefined ? {} : { rename }),
    ...(drop === undefined ? {} : { drop: Array.isArray(drop) ? drop : [drop] }),
    seed,
  };
}
