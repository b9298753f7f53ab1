// The product as it ships: the course's reusable workflow and the bundled Action, run for a rehearsal student by the sandbox.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyBundledAction } from '../bundled-action.ts';
import { startBench, type Bench } from '../../packages/sandbox/test/actions/start-actions.ts';

const root = join(import.meta.dirname, '../..');
let bench: Bench;
let folder: string;
beforeAll(async () => {
  bench = await startBench();
  folder = mkdtempSync(join(tmpdir(), 'practicum-bundle-'));
});
afterAll(async () => {
  await bench.stop();
  rmSync(folder, { recursive: true, force: true });
});

function filesOf(directory: string, base = directory): Record<string, string> {
  const entries = readdirSync(directory).map((name) => join(directory, name));
  return Object.assign(
    {},
    ...entries.map((path) =>
      statSync(path).isDirectory() ? filesOf(path, base) : { [relative(base, path)]: readFileSync(path, 'utf8') },
    ),
  );
}

test('a push of the rehearsal student is run, reported in two jobs, and signed', async () => {
  await copyBundledAction(folder);
  bench.sandbox.admin.createOrganization({ login: 'practicum', owner: 'teacher' });
  const product = await bench.repository('practicum', { owner: 'practicum' });
  const action = Object.fromEntries(Object.entries(filesOf(folder)).map(([path, text]) => [`action/${path}`, text]));
  const release = await bench.push(product, action, { as: 'teacher' });
  await bench.sandbox.git.open('practicum/practicum').moveRef('refs/tags/v1', '0'.repeat(40), release);
  const course = await bench.repository('mlops', { private: true });
  await bench.push(
    course,
    {
      '.github/workflows/practicum.yml': readFileSync(
        join(root, 'templates/course/.github/workflows/practicum.yml'),
        'utf8',
      ),
    },
    { as: 'teacher' },
  );
  const student = await bench.repository('weather-alice', { private: true, collaborators: ['alice'] });
  const template = Object.entries(filesOf(join(root, 'templates/rehearsal-student')));
  const files = template.map(([path, text]) => [
    path,
    text.replaceAll('__ORGANISATION__', 'course').replaceAll('__COURSE_REPOSITORY__', 'mlops'),
  ]);
  const sha = await bench.push(student, Object.fromEntries(files));
  await bench.settle();

  const { workflow_runs: runs } = (await bench.api('GET', '/repos/course/weather-alice/actions/runs')).body;
  expect(runs.map((run: any) => [run.name, run.conclusion])).toEqual([['course', 'success']]);
  const { check_runs: checks } = (await bench.api('GET', `/repos/course/weather-alice/commits/${sha}/check-runs`)).body;
  const named = Object.fromEntries(checks.map((check: any) => [check.name, check.conclusion]));
  expect(named).toMatchObject({
    'practicum / run': 'success',
    'practicum / report': 'success',
    'practicum/pipeline': 'success',
  });
  const pipeline = checks.find((check: any) => check.name === 'practicum/pipeline');
  expect(pipeline.output.text).toContain('practicum');
});
