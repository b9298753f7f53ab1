// What a synthetic student knows of a challenge: what the contract says is to be learned, and how the data writes its cells.
import { predictionOf, isMetric } from '../domain/challenge/metric.ts';
import type { Challenge } from '../domain/challenge/challenge.ts';
import type { Contract } from '../domain/dataset/contract.ts';
import type { DatasetFacts } from '../domain/dataset/facts.ts';

type Type = Contract['columns'][string]['type'];

/** Plain JSON: `tasks/CHALLENGE.json` in the repository of a student for any data. */
export type StudentTask = {
  challenge: string;
  target?: string;
  kind?: 'classification' | 'regression';
  /** The service answers how likely each class is. */
  shares?: true;
  columns: Record<string, { type: Type }>;
  missing?: readonly string[];
  decimal?: ',';
  thousands?: string;
  dates?: string;
  encoding?: string;
  /** The module that reads Parquet. */
  parquet?: string;
  /** Releases come with this folder in common. */
  folder: string;
  /** The course asks services. */
  serves: boolean;
  example: Record<string, unknown>;
};

type Sources = { challenge: Challenge; contract?: Contract | undefined; facts?: DatasetFacts | undefined };

export function studentTask({ challenge, contract, facts }: Sources): StudentTask {
  const { target, missing, decimal, thousands, dates, encoding } = challenge.dataset;
  const columns = columnsOf(contract, facts);
  const metric = metricOf(challenge);
  const kind = target === undefined ? undefined : kindOf(columns[target]?.type, metric);
  return {
    challenge: challenge.name,
    ...(target === undefined ? {} : { target }),
    ...(kind === undefined ? {} : { kind }),
    ...(isMetric(challenge.quality?.metric) && predictionOf(challenge.quality.metric) === 'probability'
      ? { shares: true as const }
      : {}),
    columns,
    ...(missing === undefined ? {} : { missing }),
    ...(decimal === undefined ? {} : { decimal }),
    ...(thousands === undefined ? {} : { thousands }),
    ...(dates === undefined ? {} : { dates }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(challenge.path.endsWith('.parquet') ? { parquet: new URL('read-parquet.ts', import.meta.url).href } : {}),
    folder: folderOf(challenge.path),
    serves: challenge.endpoint !== undefined,
    example: exampleOf(contract, target),
  };
}

/** The contract's columns; without one, those that the source was seen to have. */
function columnsOf(contract: Contract | undefined, facts: DatasetFacts | undefined): StudentTask['columns'] {
  if (contract) {
    return Object.fromEntries(Object.entries(contract.columns).map(([name, { type }]) => [name, { type }]));
  }
  const types = { number: 'number', date: 'date', boolean: 'boolean', text: 'string' } as const;
  const known = (facts?.columns ?? []).flatMap(({ name, kind }) => (kind ? [[name, { type: types[kind] }]] : []));
  return Object.fromEntries(known) as StudentTask['columns'];
}

function metricOf({ quality, requests }: Challenge): string | undefined {
  return requests.find(({ metric }) => metric !== undefined)?.metric ?? quality?.metric;
}

function kindOf(type: Type | undefined, metric: string | undefined): StudentTask['kind'] {
  if (isMetric(metric)) return predictionOf(metric) === 'number' ? 'regression' : 'classification';
  if (type === undefined) return undefined;
  return type === 'number' || type === 'integer' ? 'regression' : 'classification';
}

/** `data/incoming/{release}.csv` → `data/incoming`. */
function folderOf(path: string): string {
  const fixed = path.split('{')[0]!;
  const folder = fixed.slice(0, Math.max(0, fixed.lastIndexOf('/')));
  return folder === '' ? 'data' : folder;
}

/** One row that keeps to the contract, as far as that says what is in it. */
function exampleOf(contract: Contract | undefined, target: string | undefined): Record<string, unknown> {
  const named = Object.entries(contract?.columns ?? {}).filter(([name]) => name !== target && name !== 'row');
  const cells = named.map(([name, { type, min, max, values }]) => {
    if (values?.[0] !== undefined) return [name, values[0]];
    if (type === 'boolean') return [name, true];
    if (type === 'date') return [name, typeof min === 'string' ? min : '2020-01-01'];
    if (type === 'string') return [name, 'text'];
    const [low, high] = [Number(min ?? max ?? 0), Number(max ?? min ?? 0)];
    return [name, type === 'integer' ? Math.round((low + high) / 2) : (low + high) / 2];
  });
  return Object.fromEntries(cells);
}
