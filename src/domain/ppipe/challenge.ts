// The text of a challenge.yml that means what a P-pipe challenge meant.
import { sayShortDuration } from '../time/say-time.ts';
import { parseChallenge } from '../challenge/file.ts';
import { defaultCourse } from '../course/read-course-file.ts';
import type { PpipeChallenge } from './file.ts';
import type { Problem } from '../text/problem.ts';
import { pathFault } from '../text/repository-path.ts';
import { sliceRows, sumOf, sumTolerance } from '../dataset/slices.ts';
import { slug } from '../text/values.ts';

export type ImportedChallenge = { name: string; yaml: string; notes: string[]; problems: Problem[] };

/** `before` are notes on how the JSON was understood; what cannot be carried over as it was is added to them. */
export function toChallenge(from: PpipeChallenge, before: string[]): ImportedChallenge {
  const notes = [...before];
  const name = nameOf(from.challenge_name, notes);
  const lines = [
    'version: 1',
    `name: ${name}`,
    `title: ${quote(titleOf(from.challenge_name) || name)}`,
    ...scheduleLines(from, notes),
    'dataset:',
    `  source: ${quote(sourceOf(from.init_dataset_location, notes))}`,
    'releases:',
    ...releaseLines(from, notes),
    ...requestLines(from, notes),
  ];
  for (const text of [from.init_dataset_name, from.init_dataset_description]) if (text) notes.push(`dataset: ${text}`);
  const comments = ['Imported from a P-pipe challenge.', ...notes].map(
    (note) => `# ${note.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')}`,
  );
  const yaml = `${[...comments, ...lines].join('\n')}\n`;
  const { problems } = parseChallenge(
    new TextEncoder().encode(yaml),
    `challenges/${name}/challenge.yml`,
    defaultCourse,
  );
  return { name, yaml, notes, problems: problems.filter(({ level }) => level !== 'notice') };
}

/** JSON strings are YAML strings. */
const quote = (text: string): string => JSON.stringify(text);

function titleOf(written: string): string {
  return written
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 200);
}

function nameOf(written: string, notes: string[]): string {
  if (slug.safeParse(written).success) return written;
  const plain = written.normalize('NFKD').replace(/\p{M}/gu, '');
  const name =
    plain
      .replace(/[^A-Za-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 60)
      .replace(/-+$/, '') || 'challenge';
  if (name !== written)
    notes.push(`the name \`${written}\` became \`${name}\`, which can be part of a repository name`);
  return name;
}

function isoMinutes(ms: number): string {
  return new Date(ms).toISOString().replace(/(?::00)?\.\d{3}Z$/, 'Z');
}

function scheduleLines(from: PpipeChallenge, notes: string[]): string[] {
  const { time_of_first_release: first, time_between_releases: every, options } = from;
  const last = first + every * (from.release_proportions.length - 1);
  const slack = Math.max(every, options.requests_deadline ?? 0, 86_400_000);
  notes.push('P-pipe challenges have no end: `ends` leaves room after the last release');
  return [`starts: ${isoMinutes(first)}`, `ends: ${isoMinutes(last + slack)}`];
}

function sourceOf(location: string, notes: string[]): string {
  if (/^(?:https|s3):\/\//.test(location)) return location;
  if (location.startsWith('http://')) {
    notes.push('the source is read by `https://` now: check that it exists there');
    return location.replace(/^http:/, 'https:');
  }
  const relative = location.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '');
  if (pathFault(relative) === undefined && !/^[A-Za-z][A-Za-z0-9+.-]*:/.test(relative)) return relative;
  const path = `data/${
    relative
      .replace(/[?#].*$/s, '')
      .split('/')
      .findLast((part) => part !== '' && pathFault(part) === undefined) ?? 'dataset.csv'
  }`;
  notes.push(`the source \`${location}\` is not a path in a course repository: put the file at \`${path}\``);
  return path;
}

function releaseLines(from: PpipeChallenge, notes: string[]): string[] {
  const every = from.time_between_releases;
  if (every % 86_400_000 === 0 && every > 0) {
    notes.push(
      '`every` in days keeps the time on the wall clock; P-pipe counted hours (write `168h` instead of `7d` for that)',
    );
  }
  return [
    `  first: ${isoMinutes(from.time_of_first_release)}`,
    ...(from.release_proportions.length > 1 ? [`  every: ${sayShortDuration(every)}`] : []),
    `  ${sharesOf(from.release_proportions, notes)}`,
    '  path: data/incoming/{release}.csv',
    `  carrier: ${carriersOf(from, notes)}`,
  ];
}

function sharesOf(written: readonly number[], notes: string[]): string {
  const shares = written.filter((share) => share !== 0);
  if (shares.length < written.length) notes.push('releases with a proportion of 0 are left out: they had no rows');
  const sum = sumOf(shares);
  const off = Math.abs(sum - 1);
  if (off > sumTolerance && off <= 0.0101 && shares.every((share) => share > 0)) {
    if (new Set(shares).size === 1) {
      notes.push(`the proportions summed to ${round(sum)}: \`count\` makes ${shares.length} equal parts of all rows`);
      return `count: ${shares.length}`;
    }
    const last = shares.at(-1)! + 1 - sum;
    notes.push(`the proportions summed to ${round(sum)}: the last one became ${round(last)}, so that no row is lost`);
    return `proportions: [${[...shares.slice(0, -1), round(last)].join(', ')}]`;
  }
  return `proportions: [${shares.join(', ')}]`;
}

const round = (value: number): number => Number(value.toPrecision(12));

function carriersOf(from: PpipeChallenge, notes: string[]): string {
  if (from.targets.length === 0) return 'pull_request';
  const remotes = from.targets.map((target) => {
    const bound = from.bindings.find(({ type }) => type.toLowerCase() === target);
    const bucket = target === 's3' ? (bound?.bucket ?? '{challenge}') : '{challenge}';
    return quote(`${target}:${bucket}/{owner}`);
  });
  notes.push(
    `name the rclone remotes ${from.targets.join(' and ')}, or write \`carrier: pull_request\` to deliver into repositories`,
  );
  if (remotes.length > 1) notes.push('each release goes to all targets; P-pipe drew some of them by lot');
  const list = remotes.map((remote) => `{ rclone: ${remote} }`);
  return list.length === 1 ? list[0]! : `[${list.join(', ')}]`;
}

function requestLines(from: PpipeChallenge, notes: string[]): string[] {
  const { options } = from;
  const onRelease = options.makes_requests_on_transaction_push === true;
  const random = options.makes_requests_randomly === true;
  if (!onRelease && !random) return [];
  const kinds = new Set((options.possible_request_types ?? []).map(({ type }) => type));
  kinds.delete('DataValidation');
  if (kinds.size > 0) notes.push(`only DataValidation was ever asked; add ${[...kinds].join(', ')} by hand if wanted`);
  const deadline = options.requests_deadline;
  if (!deadline) notes.push('requests had no deadline: 7 days are given');
  const due = sayShortDuration(deadline ? Math.round(deadline) : 604_800_000);
  const attempts =
    typeof options.allow_retries_on_request === 'number'
      ? options.allow_retries_on_request
      : options.allow_retries_on_request
        ? 3
        : 1;
  const rest = `kind: data_validation, rows: ${rowsOf(from)}, answer_within: ${due}, tolerance: 1e-6, attempts: ${Math.max(1, Math.round(attempts))}`;
  const lines = ['requests:'];
  if (onRelease) lines.push(`  - { on: release, ${rest} }`);
  if (random) {
    const least = options.min_time_between_requests || 86_400_000;
    const most = Math.max(least, options.max_time_between_requests || 3 * least);
    notes.push('random requests were stored by P-pipe but never asked; they are from now on');
    lines.push(
      `  - { on: random, every: [${sayShortDuration(Math.round(least))}, ${sayShortDuration(Math.round(most))}], ${rest} }`,
    );
  }
  return lines;
}

/** P-pipe asked for one row up to all of a release; here for no more than the smallest release has. */
function rowsOf({ release_proportions: shares, init_dataset_rows: rows }: PpipeChallenge): string {
  const sizes = sliceRows(shares, rows ?? 0)
    .map(([from, to]) => to - from)
    .filter((size) => size > 0);
  const most = sizes.length > 0 ? Math.min(...sizes) : 20;
  return most > 1 ? `1..${most}` : '1';
}
