// How the releases of a challenge travel and where they land: carriers, the path, and whose rows they are.
import { carriersInGit } from '../carrier/carriers.ts';
import type { CarrierPart, ReleasesPart } from './schema-releases.ts';
import type { Carrier, Challenge, Release } from './challenge.ts';
import type { Dataset } from '../dataset/dataset.ts';
import type { Report } from '../text/report-problems.ts';
import { fillTemplate, pathFault, placeholdersOf } from '../text/repository-path.ts';
import { suggest } from '../text/suggest.ts';
import { readAmount } from '../text/values.ts';
import type { Path } from '../text/yaml-source.ts';

const placeholders = ['release', 'challenge', 'owner'];
const manifest = 'data/MANIFEST.json';

/** The name of a carrier as plans show it and as shipment ids have it. */
export function carrierName(carrier: Carrier): string {
  return carrier.kind === 'rclone' ? `rclone:${carrier.remote}` : carrier.kind;
}

export function readCarriers(
  part: CarrierPart,
  path: string,
  per: 'course' | 'student',
  report: Report,
  at: Path = ['releases', 'carrier'],
): Carrier[] {
  const written = Array.isArray(part) ? part : [part];
  const carriers = written.map((carrier): Carrier =>
    typeof carrier === 'string' ? { kind: carrier } : { kind: 'rclone', remote: carrier.rclone },
  );
  const names = carriers.map(carrierName);
  for (const [index, carrier] of carriers.entries()) {
    const here = Array.isArray(part) ? [...at, index] : at;
    if (names.indexOf(names[index]!) < index)
      report.error(here, 'duplicate-carrier', `\`${names[index]}\` is given twice`);
    if (carrier.kind === 'rclone') checkRemote(carrier.remote, path, per, [...here, 'rclone'], report);
  }
  const inGit = carriersInGit.filter((kind) => carriers.some((carrier) => carrier.kind === kind));
  if (inGit.length > 1) {
    const message = `${inGit.map((kind) => `\`${kind}\``).join(' and ')} would both put the same file into the same repository`;
    report.error(at, 'carriers-conflict', message, 'keep one of them');
  }
  return carriers;
}

/** The releases, those with a carrier of their own marked with it. */
export function assignCarriers(
  releases: readonly Release[],
  part: ReleasesPart['carriers'],
  path: string,
  per: 'course' | 'student',
  report: Report,
): Release[] {
  const names = releases.map(({ name }) => name);
  for (const name of Object.keys(part ?? {})) {
    if (names.includes(name)) continue;
    const close = suggest(name, names);
    const hint = close ? `did you mean \`${close}\`?` : `the releases are ${names.join(', ')}`;
    report.error(['releases', 'carriers', name], 'unknown-release', `there is no release \`${name}\``, hint);
  }
  return releases.map((release) => {
    if (!part || !Object.hasOwn(part, release.name)) return release;
    return {
      ...release,
      carriers: readCarriers(part[release.name]!, path, per, report, ['releases', 'carriers', release.name]),
    };
  });
}

/** How a release travels. */
export function carriersOf(challenge: Pick<Challenge, 'carriers' | 'releases'>, release: string): Carrier[] {
  return challenge.releases.find(({ name }) => name === release)?.carriers ?? challenge.carriers;
}

function checkRemote(remote: string, path: string, per: 'course' | 'student', at: Path, report: Report): void {
  const [, name, folder] = /^([A-Za-z0-9_][A-Za-z0-9_. +@-]*):(.*)$/s.exec(remote) ?? [];
  if (name === undefined || folder === undefined) {
    return report.error(
      at,
      'bad-remote',
      `\`${remote}\` is not a remote`,
      'write `name:path`, such as `s3:bucket/{owner}`',
    );
  }
  if (folder.split('/').includes('..') || /[\p{Cc}\\]/u.test(folder)) {
    return report.error(at, 'bad-remote', 'a remote path must not contain `..`, `\\` or control characters');
  }
  checkPlaceholders(remote, 'rclone', at, report);
  if (remote.includes('{owner}') || path.includes('{owner}')) return;
  const message = 'without `{owner}`, all students receive the same place';
  if (per === 'student') report.error(at, 'remote-shared', `${message}, and overwrite each other's rows`);
  else report.warning(at, 'remote-shared', message);
}

/** The path template: as written, or `data/incoming/{release}` with the extension of the source; a folder's slice is a CSV. */
export function readPath(part: ReleasesPart, dataset: Dataset | undefined, releases: number, report: Report): string {
  const extension = /(?:\.(?:csv|tsv|jsonl|ndjson|json|parquet))(?:\.gz)?$/i.exec(dataset?.source ?? '')?.[0] ?? '.csv';
  const path = part.path ?? `data/incoming/{release}${extension}`;
  const at: Path = ['releases', 'path'];
  const known = checkPlaceholders(path, 'path', at, report);
  const fault = pathFault(fillTemplate(path, { release: 'r', challenge: 'c', owner: 'o' }));
  if (fault && known) report.error(at, 'bad-path', `\`path\` ${fault}`);
  if (known && releases > 1 && !path.includes('{release}')) {
    const message = '`path` must contain `{release}`, or each release would overwrite the one before';
    report.error(at, 'path-not-per-release', message, 'such as `data/incoming/{release}.csv`');
  }
  if (path.toLowerCase() === manifest.toLowerCase()) {
    report.error(at, 'bad-path', `\`path\` must not be \`${manifest}\`: the list of what was released is kept there`);
  }
  return path;
}

function checkPlaceholders(template: string, key: string, at: Path, report: Report): boolean {
  const unknown = placeholdersOf(template).filter((name) => !placeholders.includes(name));
  for (const name of unknown) {
    const close = suggest(name, placeholders);
    const hint = close
      ? `did you mean \`{${close}}\`?`
      : placeholders.map((placeholder) => `\`{${placeholder}}\``).join(', ');
    report.error(at, 'unknown-placeholder', `\`${key}\`: unknown placeholder \`{${name}}\``, hint);
  }
  if (unknown.length === 0 && /[{}]/.test(fillTemplate(template, { release: '', challenge: '', owner: '' }))) {
    report.error(at, 'unknown-placeholder', `\`${key}\` has a brace that does not belong to a placeholder`);
    return false;
  }
  return unknown.length === 0;
}

/** Half of a release's rows for each student leaves samples that differ and still overlap enough to be compared. */
const defaultSample = 0.5;

export function readPer(part: ReleasesPart['per'], report: Report): { per: 'course' | 'student'; sample: number } {
  if (part === 'course') return { per: 'course', sample: 1 };
  if (part === 'student') return { per: 'student', sample: defaultSample };
  const sample = readAmount(part.student);
  if (sample <= 0) report.error(['releases', 'per', 'student'], 'bad-value', '`student` must be more than 0');
  return { per: 'student', sample };
}
