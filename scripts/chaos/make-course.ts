// The course that chaos plays: one dataset, two challenges with a carrier each, the same rows for all; and what must arrive.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const rowsPerRelease = 20;
const header = 'Day,Price,Region';
const carriers = { commits: 'commit', pulls: 'pull_request' } as const;
const day = 86_400_000;

export type Expected = { challenge: string; release: string; path: string; bytes: string };

export const organisation = 'chaos-course';
export const starts = new Date('2027-01-11T09:00:00Z');
/** As challenge.yml takes it: no fractions of seconds. */
const stamp = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;
export const dueOf = (release: number): Date => new Date(starts.getTime() + release * 7 * day);

function row(index: number): string {
  return `${index},${((index * 7919) % 1000) / 10},"region ${index % 7}"`;
}

/** Every slice byte for byte, from the generator's own rows and nothing of the app's. */
export function expectedSlices(releases: number): Expected[] {
  return Object.keys(carriers).flatMap((challenge) =>
    Array.from({ length: releases }, (_, release) => ({
      challenge,
      release: `release-${release + 1}`,
      path: `data/${challenge}/release-${release + 1}.csv`,
      bytes: `${[header, ...Array.from({ length: rowsPerRelease }, (_row, value) => row(release * rowsPerRelease + value))].join('\n')}\n`,
    })),
  );
}

/** Both challenges go to one repository for each student: their manifests meet there. */
export async function writeCourse(folder: string, students: readonly string[], releases: number): Promise<void> {
  const rows = Array.from({ length: releases * rowsPerRelease }, (_, index) => row(index));
  const files: Record<string, string> = {
    'course.yml': `version: 1\ntitle: Chaos\ntimezone: UTC\nroster: roster.csv\nrepositories: { name: "work-{owner}", visibility: private, permission: push }\n`,
    'roster.csv': `login,id,name,group\n${students.map((login, index) => `${login},${index + 1},${login},`).join('\n')}\n`,
    'data/prices.csv': `${[header, ...rows].join('\n')}\n`,
  };
  for (const [challenge, carrier] of Object.entries(carriers)) {
    files[`challenges/${challenge}/challenge.yml`] = [
      'version: 1',
      `name: ${challenge}`,
      `title: ${challenge}`,
      `starts: ${stamp(starts)}`,
      `ends: ${stamp(new Date(dueOf(releases).getTime() + 30 * day))}`,
      'dataset: { source: data/prices.csv, target: Price, hold_out: 0% }',
      `releases: { first: "${stamp(starts)}", every: 7d, count: ${releases}, path: "data/${challenge}/{release}.csv", carrier: ${carrier} }`,
      '',
    ].join('\n');
  }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}
