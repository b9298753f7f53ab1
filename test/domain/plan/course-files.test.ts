// A course read from the files that are in force must mean what it meant when they were accepted.
import { describe, expect, it } from 'vitest';
import { challengePaths, readCourseFiles } from '../../../src/domain/plan/read-course-files.ts';
import { defaultCourse } from '../../../src/domain/course/read-course-file.ts';
import { bytes, facts } from './course-for-test.ts';

const challenge = {
  path: 'challenges/prices/challenge.yml',
  bytes: bytes(
    'version: 1\nname: prices\nstarts: 2027-01-11T09:00\nends: 2027-02-11T09:00\ndataset: { source: p.csv, target: y }\nreleases: { count: 2, every: 7d }\n',
  ),
};

describe('readCourseFiles', () => {
  it('resolves a source the same with the list of paths and, later, without', () => {
    const paths = [challenge.path, 'challenges/prices/p.csv'];
    const first = readCourseFiles({ challenges: [challenge], paths });
    const { source } = first.datasets[0]!;
    expect(source).toBe('challenges/prices/p.csv');
    const again = readCourseFiles({ challenges: [challenge] }, { [source]: facts });
    expect(again.challenges[0]!.dataset.source).toBe(source);
    expect(again.problems).toEqual([]);
  });

  it('checks columns only where the data was looked at', () => {
    const other = { rows: 10, columns: [{ name: 'z' }] };
    expect(readCourseFiles({ challenges: [challenge] }).problems).toEqual([]);
    const { problems } = readCourseFiles({ challenges: [challenge] }, { 'p.csv': other });
    expect(problems.map(({ code }) => code)).toEqual(['unknown-column']);
  });

  it('warns of a remote that cannot be used', () => {
    const text = new TextDecoder().decode(challenge.bytes).replace('7d }', '7d, carrier: { rclone: "s3:b/{owner}" } }');
    const files = { challenges: [{ ...challenge, bytes: bytes(text) }] };
    const { problems, challenges } = readCourseFiles(files, {}, { 's3:b/{owner}': 'there is no remote s3' });
    const warnings = problems.filter(({ level }) => level !== 'notice');
    expect(warnings).toMatchObject([{ code: 'remote-unusable', level: 'warning', line: 6 }]);
    expect(challenges).toHaveLength(1);
  });
});

describe('challengePaths', () => {
  const paths = [
    'challenge.yml',
    'challenges/a/challenge.yaml',
    'challenges/a/b/challenge.yml',
    'old/challenge.yml',
    'x.yml',
  ];

  it('finds challenges where they belong, or where course.yml says', () => {
    expect(challengePaths(defaultCourse, paths)).toEqual(['challenge.yml', 'challenges/a/challenge.yaml']);
    const listed = { ...defaultCourse, challenges: ['old/', 'x.yml'] };
    expect(challengePaths(listed, paths)).toEqual(['old/challenge.yml', 'x.yml']);
  });
});
