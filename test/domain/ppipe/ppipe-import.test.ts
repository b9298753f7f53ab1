// Challenges of P-pipe, in their current and older forms.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseChallenge } from '../../../src/domain/challenge/file.ts';
import { importPpipe } from '../../../src/domain/ppipe/import.ts';
import { releaseRanges } from '../../../src/domain/challenge/release-rows.ts';
import { bytes, course } from '../plan/course-for-test.ts';

const cases = join(import.meta.dirname, '../../cases/ppipe');
const base = {
  challenge_name: 'iris',
  init_dataset_location: 'iris.csv',
  init_dataset_rows: 150,
  dispatches_to: ['S3'],
  time_of_first_release: 1_799_654_400_000,
  release_proportions: [0.3, 0.4, 0.3],
  time_between_releases: 3_600_000,
};
const imported = (changes: object) => importPpipe(bytes(JSON.stringify({ ...base, ...changes })));

describe('importPpipe', () => {
  it.each(['current', 'old'])('reads the %s form', async (name) => {
    const { challenges, problems } = importPpipe(readFileSync(join(cases, `${name}.json`)));
    expect(problems).toEqual([]);
    await expect(challenges.map(({ yaml }) => yaml).join('---\n')).toMatchFileSnapshot(join(cases, `${name}.yml`));
  });

  it('releases the same rows at the same times', () => {
    const { value } = parseChallenge(bytes(imported({}).challenges[0]!.yaml), 'challenge.yml', course);
    expect(value!.releases.map(({ due }) => due.getTime())).toEqual(
      [0, 1, 2].map((i) => 1_799_654_400_000 + i * 3_600_000),
    );
    expect(releaseRanges(value!.releases, 150)).toEqual([
      [0, 45],
      [45, 105],
      [105, 150],
    ]);
  });

  it('reads seconds, lower-case targets and absent options alike', () => {
    const seconds = { time_of_first_release: 1_799_654_400, time_between_releases: 3600 };
    const old = { ...seconds, dispatches_to: ['s3'], challenge_options: null, access_bindings: null };
    const lines = (yaml: string): string[] => yaml.split('\n').filter((line) => !line.startsWith('#'));
    expect(lines(imported(old).challenges[0]!.yaml)).toEqual(lines(imported({}).challenges[0]!.yaml));
  });

  it('keeps proportions that mean something else, and says so', () => {
    const [challenge] = imported({ release_proportions: [0.7, 0.7] }).challenges;
    expect(challenge!.yaml).toContain('proportions: [0.7, 0.7]');
    expect(challenge!.problems.map(({ code }) => code)).toEqual(['proportions-sum']);
  });

  it('lets no text out of its comment or its quotes', () => {
    const name = 'x"\n# y\nversion: 9';
    const [challenge] = imported({ challenge_name: name, init_dataset_description: 'a\nversion: 9\u2028b' }).challenges;
    const parsed = parseChallenge(bytes(challenge!.yaml), 'challenge.yml', course);
    expect(parsed.value).toMatchObject({ title: 'x" # y version: 9', name: 'x-y-version-9' });
  });

  it.each([
    ['../../etc/passwd', 'data/passwd'],
    ['C:\\sets\\iris.csv', 'data/iris.csv'],
    ['https://example.org/iris.csv', 'https://example.org/iris.csv'],
    ['file:///home/x/iris.csv?raw', 'data/iris.csv'],
  ])('reads the location %s as %s', (init_dataset_location, source) => {
    const { value } = parseChallenge(bytes(imported({ init_dataset_location }).challenges[0]!.yaml), 'c.yml', course);
    expect(value!.dataset.source).toBe(source);
  });

  it.each([
    ['not JSON', '{"a": }', 'bad-json'],
    ['another type', '"x"', 'ppipe-field'],
    ['no challenge', '[]', 'ppipe-empty'],
    ['a missing field', '{"challenge_name": "x"}', 'ppipe-field'],
  ])('answers %s with a problem', (_, text, code) => {
    const { challenges, problems } = importPpipe(bytes(text));
    expect(challenges).toEqual([]);
    expect(new Set(problems.map((problem) => problem.code))).toEqual(new Set([code]));
  });
});
