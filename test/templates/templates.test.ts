// The templates as repositories: everything in them parses, agrees with its neighbours, and is what it says.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { csvRecords } from '../../src/domain/text/read-csv.ts';
import { readScores } from '../../src/domain/milestones/read-scores.ts';

const root = fileURLToPath(new URL('../../templates', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const files = globSync('**/*', { cwd: root })
  .concat(globSync('**/.*', { cwd: root }), globSync('*/.*/**/*', { cwd: root }))
  .filter(
    (path) =>
      statSync(join(root, path)).isFile() && !/(?:^|\/)(?:__pycache__|\.pytest_cache|\.ruff_cache)\//.test(path),
  );
const yaml = (path: string): Record<string, never> => parseDocument(read(path)).toJS() as Record<string, never>;
const rows = (path: string): string[][] =>
  [...csvRecords(read(path))].map((record) => ('unreadable' in record ? [record.unreadable] : record.cells));

test.each(files.filter((path) => /\.(?:ya?ml|cff)$/.test(path)))('%s is YAML without errors or warnings', (path) => {
  const { errors, warnings } = parseDocument(read(path), { uniqueKeys: true, version: '1.2' });
  expect([...errors, ...warnings]).toEqual([]);
});

test.each(files.filter((path) => /\.ya?ml$/.test(path) && read(path).startsWith('# yaml-language-server')))(
  '%s keeps to the schema that its first line names',
  (path) => {
    const name = /\/schema\/([\w-]+)\.schema\.json\n/.exec(read(path))?.[1];
    const schema = readFileSync(join(root, '..', 'schema', `${name}.schema.json`), 'utf8');
    const validate = new Ajv({ strict: false, logger: false }).compile(JSON.parse(schema) as object);
    validate(yaml(path));
    expect(validate.errors).toBeNull();
  },
);

test.each(files.filter((path) => path.endsWith('.json')))('%s is JSON', (path) => {
  expect(() => JSON.parse(read(path)) as unknown).not.toThrow();
});

test.each(files.filter((path) => path.endsWith('.csv')))('%s is a table: each row as long as its header', (path) => {
  const [header = [], ...lines] = rows(path);
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.filter((line) => line.length !== header.length)).toEqual([]);
});

test('nothing in a template names a machine, a package index or an unfinished place', () => {
  const suspicious = /pypi\.org|pythonhosted|npmjs|localhost:\d|\/(?:home|root|tmp)\/|TODO|FIXME/i;
  expect(files.filter((path) => suspicious.test(read(path)))).toEqual([]);
});

test('every file that a README or the agents’ page names is there', () => {
  for (const template of ['course', 'student', 'rehearsal-student']) {
    const texts = ['README.md', 'AGENTS.md'].filter((name) => existsSync(join(root, template, name)));
    const named = texts.flatMap((name) => read(`${template}/${name}`).match(/`[\w.-]+(?:\/[\w.-]+)+`/g) ?? []);
    const paths = named
      .map((name) => name.slice(1, -1))
      .filter((path) => !/^(?:templates|models|metrics|ORG)\/|course\.yml$/.test(path));
    expect(paths.filter((path) => !existsSync(join(root, template, path)))).toEqual([]);
  }
});

describe('the course', () => {
  test('has a dataset of more than a thousand days, in order, none twice', () => {
    const dates = rows('course/data/seattle-weather.csv')
      .slice(1)
      .map(([date = '']) => date);
    expect(dates.length).toBeGreaterThan(1000);
    expect(dates).toEqual([...new Set(dates)].toSorted());
  });

  test('hands out no day that the student template already has', () => {
    const dates = (path: string): (string | undefined)[] =>
      rows(path)
        .slice(1)
        .map(([date]) => date);
    const first = dates('student/data/incoming/release-0.csv');
    const later = new Set(dates('course/data/seattle-weather.csv'));
    expect(first.filter((date) => later.has(date))).toEqual([]);
    expect(dates('rehearsal-student/data/sample.csv')).toEqual(first);
  });

  test('promises in its data contract what the data keeps, and students have the same contract', () => {
    const contract = yaml('course/challenges/weather/schema.yml') as unknown as {
      columns: Record<string, { type: string; min?: number; max?: number; values?: string[] }>;
    };
    expect(yaml('student/data/schema.yml')).toEqual(contract);
    const [header = [], ...lines] = [
      ...rows('course/data/seattle-weather.csv'),
      ...rows('student/data/incoming/release-0.csv').slice(1),
    ];
    expect(header).toEqual(Object.keys(contract.columns));
    for (const line of lines) {
      for (const [index, rule] of Object.values(contract.columns).entries()) {
        const cell = line[index] ?? '';
        if (rule.type === 'number') expect(Number(cell) >= rule.min! && Number(cell) <= rule.max!).toBe(true);
        if (rule.type === 'date') expect(cell).toMatch(/^\d{4}-\d\d-\d\d$/);
        if (rule.values) expect(rule.values).toContain(cell);
      }
    }
  });

  test('is found without a fault by practicum check, and means three releases for five students', () => {
    const run = (...args: string[]): string =>
      execFileSync(process.execPath, [fileURLToPath(new URL('../../src/main.ts', import.meta.url)), ...args], {
        encoding: 'utf8',
      });
    expect(run('check', join(root, 'course'))).not.toMatch(/ (?:error|warning) /);
    const plan = JSON.parse(run('plan', join(root, 'course'), '--json')) as {
      release: string;
      owner: string;
      carrier: string;
    }[];
    expect(plan).toHaveLength(15);
    expect(new Set(plan.map(({ release }) => release)).size).toBe(3);
    expect(new Set(plan.map(({ carrier }) => carrier))).toEqual(new Set(['commit', 'pull_request']));
  });
});

describe('workflows', () => {
  type Job = {
    uses?: string;
    permissions?: Record<string, string>;
    steps?: { uses?: string; run?: string; with?: Record<string, string> }[];
  };
  const jobs = (path: string): Record<string, Job> => yaml(path)['jobs'] as unknown as Record<string, Job>;

  test('the job that can sign runs no student code', () => {
    const { run, report } = jobs('course/.github/workflows/practicum.yml');
    expect(run!.permissions).toEqual({ contents: 'read' });
    expect(report!.permissions).toMatchObject({ 'id-token': 'write', checks: 'write' });
    expect(report!.steps!.filter((step) => step.run !== undefined)).toEqual([]);
    const known = /^(?:actions\/(?:checkout|download-artifact)|practicum\/practicum\/action)@/;
    expect(report!.steps!.filter((step) => !known.test(step.uses ?? ''))).toEqual([]);
    const modes = report!.steps!.flatMap((step) => (step.uses?.startsWith('practicum/') ? [step.with?.['mode']] : []));
    expect(modes).toEqual(['report']);
  });

  test.each(['student', 'rehearsal-student'])(
    '%s grants the course’s workflow exactly what its jobs ask for',
    (template) => {
      const { practicum } = jobs(`${template}/.github/workflows/course.yml`);
      expect(practicum!.uses).toBe('__ORGANISATION__/__COURSE_REPOSITORY__/.github/workflows/practicum.yml@main');
      const asked = Object.values(jobs('course/.github/workflows/practicum.yml')).flatMap((job) =>
        Object.entries(job.permissions ?? {}),
      );
      expect(practicum!.permissions).toEqual(Object.fromEntries(asked));
    },
  );

  test('the three checks of quality have the names that milestones look for', () => {
    expect(Object.keys(jobs('student/.github/workflows/quality.yml'))).toEqual(
      expect.arrayContaining(['code-testing', 'code-validation', 'code-security']),
    );
  });
});

describe('the student template', () => {
  test('pins every dependency by hash, and all of what serving needs is in what testing installs', () => {
    const pinned = (path: string): string[] => {
      const entries = read(path)
        .replaceAll('\\\n', ' ')
        .split('\n')
        .filter((line) => line && !line.startsWith('#'));
      for (const entry of entries)
        expect(entry).toMatch(/^[\w.-]+(?:\[[\w,-]+\])?==\S+ (?:; .*)?.*--hash=sha256:[0-9a-f]{64}/);
      return entries.map((entry) => entry.replace(/\s+--hash.*/, ''));
    };
    expect(pinned('student/requirements-dev.txt')).toEqual(expect.arrayContaining(pinned('student/requirements.txt')));
  });

  test('asks for every package that its project file names', () => {
    const project = read('student/pyproject.toml');
    const named = [...project.matchAll(/"([a-z0-9-]+)>=/g)].map(([, name]) => name!);
    const installed = read('student/requirements-dev.txt');
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter((name) => !installed.includes(`\n${name}==`))).toEqual([]);
  });

  test('names one version of the API everywhere', () => {
    const version = /^version = "(.*?)"/m.exec(read('student/pyproject.toml'))?.[1];
    expect(String(yaml('student/CITATION.cff')['version'])).toBe(version);
    expect(read('student/README.md')).toContain(`git tag api-${version}`);
  });
});

describe('the rehearsal student', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'rehearsal-'));
    cpSync(join(root, 'rehearsal-student'), folder, { recursive: true });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const run = (): Record<string, number> => {
    const tasks = yaml('rehearsal-student/pipeline.yml')['tasks'] as unknown as Record<string, { run: string }>;
    const path = `${dirname(process.execPath)}:${process.env['PATH']}`;
    for (const task of Object.values(tasks))
      execFileSync('sh', ['-c', task.run], { cwd: folder, env: { PATH: path, GITHUB_SHA: 'a'.repeat(40) } });
    return Object.fromEntries(
      readScores(readFileSync(join(folder, 'metrics/scores.json'), 'utf8')) as Map<string, number>,
    );
  };
  const addSlice = (name: string, from: number, to: number): void => {
    const [header, ...lines] = read('course/data/seattle-weather.csv').trimEnd().split('\n');
    writeFileSync(join(folder, 'data/incoming', name), `${[header, ...lines.slice(from, to)].join('\n')}\n`);
  };

  test('is green before any data, and again the same', () => {
    const first = run();
    expect(first['accuracy']).toBeGreaterThan(first['baseline']!);
    expect(run()).toEqual(first);
  });

  test('learns from what arrived, each row once, in order', () => {
    addSlice('release-1.csv', 0, 329);
    const early = run();
    addSlice('release-2.csv', 329, 767);
    const late = run();
    expect(late['rows']).toBeGreaterThan(early['rows']!);
    expect(late['accuracy']).toBeGreaterThan(late['baseline']!);
    const dataset = readFileSync(join(folder, 'data/processed/dataset.csv'), 'utf8');
    expect(dataset).toBe(`${read('course/data/seattle-weather.csv').split('\n').slice(0, 768).join('\n')}\n`);
  });

  test('stops at a slice with other columns', () => {
    writeFileSync(join(folder, 'data/incoming/release-3.csv'), 'a,b\n1,2\n');
    expect(run).toThrow('another header');
  });
});
