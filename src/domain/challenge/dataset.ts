// The dataset part of a challenge: where the source is, and whether the columns and rows that are named exist.
import type { ChallengeParts } from './schema.ts';
import type { Dataset, Order } from '../dataset/dataset.ts';
import type { DatasetFacts } from '../dataset/facts.ts';
import { checkUses } from './check-use.ts';
import { isRemoteSource } from './source-kind.ts';
import { readWords } from './read-words.ts';
import type { Report } from '../text/report-problems.ts';
import { pathFault } from '../text/repository-path.ts';
import { heldOutRows } from '../dataset/slices.ts';
import { suggest } from '../text/suggest.ts';
import { readAmount } from '../text/values.ts';
import type { Path } from '../text/yaml-source.ts';

/** What is known of the world outside the file. What is absent is not checked. */
export type Known = {
  paths?: readonly string[];
  /** Sources that were looked at before, when `paths` is not at hand: a source must resolve the same each time. */
  sources?: readonly string[];
  facts?: DatasetFacts;
  /** Rows of each release, in their order, where conditions choose them. */
  counts?: readonly number[];
};

export function readDataset(parts: ChallengeParts, file: string, known: Known, report: Report): Dataset | undefined {
  if (!parts.dataset) return undefined;
  const { source, target, order, hold_out: held, index, encoding } = parts.dataset;
  const resolved = resolveSource(source, file, known, report);
  const holdOut = readAmount(held);
  if (holdOut >= 1) report.error(['dataset', 'hold_out'], 'hold-out-too-large', '`hold_out` leaves nothing to release');
  else if (holdOut > 0.5) {
    report.warning(['dataset', 'hold_out'], 'hold-out-large', 'more rows are held out than released');
  }
  const indexFault = index === undefined ? undefined : pathFault(index);
  if (indexFault) report.error(['dataset', 'index'], 'bad-path', `\`index\` ${indexFault}`);
  const dataset: Dataset = {
    source: resolved,
    ...(target === undefined ? {} : { target }),
    order: readOrder(order),
    holdOut,
    ...(index === undefined ? {} : { index }),
    ...(encoding === 'latin-1' ? { encoding: 'latin1' } : {}),
    ...readWords(parts.dataset, report),
  };
  if (dataset.encoding && isNeverLatin(source)) {
    const message = 'only CSV is read as Latin-1: JSON is UTF-8 by definition, and Parquet knows its encoding';
    report.error(['dataset', 'encoding'], 'encoding-unused', message, 'leave `encoding` out');
  }
  if (known.facts) checkFacts(dataset, known.facts, report);
  return dataset;
}

function isNeverLatin(source: string): boolean {
  return /\.(?:json|jsonl|ndjson|parquet)$/i.test(source);
}

function readOrder(order: string | { shuffle: number }): Order {
  if (typeof order !== 'string') return { kind: 'shuffle', seed: order.shuffle };
  return order === 'file' ? { kind: 'file' } : { kind: 'column', column: order };
}

const where: Path = ['dataset', 'source'];

function resolveSource(source: string, file: string, { paths, sources = [] }: Known, report: Report): string {
  if (isRemoteSource(source)) {
    checkRemote(source, report);
    return source;
  }
  const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/') + 1) : '';
  const relative = source.startsWith('./');
  const path = relative ? folder + source.slice(2) : source;
  const fault = pathFault(path);
  if (fault) {
    report.error(where, 'bad-path', `\`source\` ${fault}`);
    return path;
  }
  if (!paths) return !relative && !sources.includes(path) && sources.includes(folder + path) ? folder + path : path;
  const exists = (text: string): boolean => {
    const below = `${text.replace(/\/$/, '')}/`;
    return paths.some((known) => known === text || known.startsWith(below));
  };
  if (exists(path)) return path;
  // A path that only works next to challenge.yml is what a teacher means who keeps a challenge in one folder.
  if (!relative && exists(folder + path)) return folder + path;
  const name = path.slice(path.lastIndexOf('/') + 1);
  const near =
    paths.find((known) => known.endsWith(`/${name}`) || known === name) ??
    suggest(
      path,
      paths.slice(0, 2000).filter((known) => known.length < 200),
    );
  const hint = near ? `did you mean \`${near}\`?` : 'the path starts at the top of the course repository';
  report.error(where, 'source-missing', `the source \`${source}\` does not exist in this repository`, hint);
  return path;
}

function checkRemote(source: string, report: Report): void {
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(source)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== 'https' && scheme !== 's3') {
    const hint =
      scheme === 'http' ? 'use `https://`' : 'use a path, `https://…`, `s3://…` or an rclone remote `name:path`';
    report.error(where, 'source-scheme', `sources of the kind \`${scheme}://\` are not read`, hint);
  } else if (scheme === 'https') {
    const url = URL.parse(source);
    if (!url) report.error(where, 'source-url', 'this is not a valid address');
    else if (url.username !== '' || url.password !== '') {
      report.error(
        where,
        'source-secret',
        'an address must not contain a user name or password',
        'students could see it',
      );
    }
  } else if (source.split(/[/:]/).includes('..')) {
    report.error(where, 'bad-path', '`source` must not contain `..`');
  }
}

function checkFacts(dataset: Dataset, facts: DatasetFacts, report: Report): void {
  checkColumn(dataset.target, ['dataset', 'target'], 'target', facts, report);
  if (dataset.order.kind === 'column') checkColumn(dataset.order.column, ['dataset', 'order'], 'order', facts, report);
  for (const [index, name] of (dataset.text ?? []).entries()) {
    checkColumn(name, ['dataset', 'text', index], 'text', facts, report);
  }
  if (facts.rows === 0) return report.error(where, 'source-empty', 'the source has no rows');
  checkUses(dataset, facts, report);
  const held = heldOutRows(facts.rows, dataset.holdOut);
  if (dataset.holdOut < 1 && held >= facts.rows) {
    const message = `\`hold_out\` holds back all ${facts.rows} rows: nothing is left to release`;
    report.error(['dataset', 'hold_out'], 'hold-out-too-large', message);
  } else if (dataset.holdOut > 0 && held === 0) {
    report.warning(['dataset', 'hold_out'], 'hold-out-empty', `of ${facts.rows} rows, this share holds back none`);
  }
}

/** Says which column is meant when a named one does not exist. */
export function checkColumn(
  name: string | undefined,
  path: Path,
  role: string,
  facts: DatasetFacts | undefined,
  report: Report,
): void {
  if (name === undefined || !facts || facts.columns.length === 0) return;
  const names = facts.columns.map((column) => column.name);
  if (names.includes(name)) return;
  const close = suggest(name, names);
  const listed = names.slice(0, 12).map((text) => `\`${text.slice(0, 60)}\``);
  const hint = close ? `did you mean \`${close}\`?` : `columns: ${listed.join(', ')}${names.length > 12 ? ', …' : ''}`;
  report.error(path, 'unknown-column', `${role}: the data has no column \`${name}\``, hint);
}
