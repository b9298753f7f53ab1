// A new student's way from `git clone` to a full score, with the Python template, uv and the course's own workflows.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyBundledAction } from '../bundled-action.ts';
import { withClone } from '../../src/rehearsal/push-files.ts';
import { clientOf, publishAction } from '../../src/rehearsal/world.ts';
import { readFolder } from '../live/read-folder.ts';
import { organisation as owner, startLive, type Live } from '../live/start-live.ts';
import { writeCards } from './write-cards.ts';

const run = promisify(execFile);
const templates = join(import.meta.dirname, '../../templates');
const repo = 'weather-ada-l';
const script = join(import.meta.dirname, '../../scripts/test-templates.sh');
let live: Live;
/** Of her machine, on which what the template pins is installed. */
let herPath: string;

beforeAll(async () => {
  // The folder of a `uv` that serves what the template pins.
  const tools = (await run(script, ['--tools'])).stdout.trim();
  const path = [tools, process.env['PATH']].join(delimiter);
  herPath = [join(tools, '../bin'), process.env['PATH']].join(delimiter);
  live = await startLive({ students: ['ada-l'], actions: { path } });
  await publishAction(live.sandbox, copyBundledAction);
  live.sandbox.admin.createTeam({ org: owner, name: 'teaching-staff', members: ['teacher'] });
  await live.makeRepository('student-template', readFolder(join(templates, 'student')), { is_template: true });
  const course = readFolder(join(templates, 'course'));
  const challenge = String(course['challenges/weather/challenge.yml']);
  await live.makeRepository('course', {
    ...course,
    'roster.csv': 'login,id,name,group\nada-l,24100001,Ada Lovelace,\n',
    // What needs a service on the open internet is another test's; in its place, practice counts.
    'challenges/weather/challenge.yml': challenge
      .replace(/^requests:\n(?: .*\n)+/m, '')
      .replace(/^endpoint:.*\n/m, '')
      .replace(/^ {2}(?:requests|endpoint|quality):.*\n/gm, '')
      .replace(/^score:\n/m, 'score:\n  hygiene: { points: 20, trust: attested }\n'),
  });
  live.install();
  await live.quiet();
});
afterAll(async () => live?.stop());

const asAda = () => clientOf(live.sandbox, live.person('ada-l'));
const place = { owner, repo };

async function head(): Promise<string> {
  const { data } = await asAda().request('GET /repos/{owner}/{repo}/commits/{ref}', { ...place, ref: 'main' });
  return data.sha;
}

/** Name → conclusion of the latest check of each name. */
async function checksOn(ref: string): Promise<Record<string, string | null>> {
  const { data } = await asAda().request('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', { ...place, ref });
  return Object.fromEntries(data.check_runs.map(({ name, conclusion }) => [name, conclusion]));
}

async function check(ref: string, name: string): Promise<{ conclusion: string | null; title: string; text: string }> {
  const { data } = await asAda().request('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', {
    ...place,
    ref,
    check_name: name,
  });
  const found = data.check_runs[0];
  return {
    conclusion: found?.conclusion ?? null,
    title: found?.output.title ?? '',
    text: found?.output.summary ?? '',
  };
}

/** On her machine. */
const runThere = (cwd: string, commands = ''): Promise<{ stdout: string }> =>
  run('sh', ['-c', commands], { cwd, env: { ...process.env, PATH: herPath, PYTHONPATH: 'src' } });

async function passUntil(iso: string): Promise<void> {
  await live.pass((Date.parse(iso) - live.clock.now().getTime()) / 1000);
}

const green = {
  'code-testing': 'success',
  'code-validation': 'success',
  'code-security': 'success',
  'practicum / run': 'success',
  'practicum / report': 'success',
  'practicum/data': 'success',
  'practicum/pipeline': 'success',
  'practicum/endpoint': 'success',
};

test('the first release arrives, and everything is green before anybody has written a line', async () => {
  await passUntil('2027-01-11T08:05:00Z');
  // Milestones are looked at when the checks have come to rest.
  await live.pass(60);
  const commit = await head();
  expect(await checksOn(commit)).toMatchObject({ ...green, milestones: 'neutral', score: 'neutral' });
  const { text } = await check(commit, 'score');
  for (const part of ['data | 20 of 20', 'pipeline | 20 of 20', 'freshness | 15 of 15']) expect(text).toContain(part);
});

test('the clone works on her machine as its README says, and the cards say what was found', async () => {
  await withClone(
    `${live.sandbox.url}/${owner}/${repo}.git`,
    live.person('ada-l'),
    live.clock.now(),
    async (dir, git) => {
      const readme = readFileSync(join(dir, 'README.md'), 'utf8');
      const commands = /\n {4}(python3 -m project\.data && .*)\n/.exec(readme)?.[1];
      expect(commands).toContain('project.evaluate');
      const { stdout } = await runThere(dir, commands);
      expect(stdout).toMatch(/accuracy/);
      writeCards(dir);
      expect((await git.status()).files.map(({ path }) => path).toSorted()).toEqual([
        'DATASET_CARD.md',
        'MODEL_CARD.md',
      ]);
      await git.add(['--all', '.']).commit('Say what the model is for, and what it found');
      await git.push('origin', 'main', ['--quiet']);
    },
  );
  const issues: number[] = [];
  for (const title of ['Look at the second release', 'Which metric matters?', 'Say who may use it'])
    issues.push((await asAda().request('POST /repos/{owner}/{repo}/issues', { ...place, title })).data.number);
  const closed = { ...place, issue_number: issues[0]!, state: 'closed' as const };
  await asAda().request('PATCH /repos/{owner}/{repo}/issues/{issue_number}', closed);
  await live.pass(60);
  await live.pass(60);
  expect((await check(await head(), 'milestones')).text).toContain('| inception | 26 of 26 | complete |');
});

test('the second release comes as a pull request, green as it is', async () => {
  await passUntil('2027-01-18T08:05:00Z');
  const { data } = await asAda().request('GET /repos/{owner}/{repo}/pulls', { ...place, state: 'open' });
  const pull = data.find(({ head }) => head.ref.includes('/release-'))!;
  expect(await checksOn(pull.head.sha)).toMatchObject(green);
  await asAda().request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', { ...place, pull_number: pull.number });
  await live.pass(60);
  expect(await checksOn(await head())).toMatchObject(green);
});

test('she mends what the milestones name, and the score is full', async () => {
  const behind = await check(await head(), 'milestones');
  expect(behind.text).toContain('the last run got');
  await withClone(
    `${live.sandbox.url}/${owner}/${repo}.git`,
    live.person('ada-l'),
    live.clock.now(),
    async (dir, git) => {
      const commands = 'python3 -m project.data && python3 -m project.train && python3 -m project.evaluate';
      await runThere(dir, commands);
      writeCards(dir);
      await git.add(['--all', '.']).commit('The figures of the second release');
      await git.addTag('api-1.0.0');
      await git.push('origin', 'main', ['--quiet', '--tags']);
    },
  );
  await live.pass(60);
  const commit = await head();
  // "re-run the last workflow": a second run on the same commit.
  const { data } = await asAda().request('GET /repos/{owner}/{repo}/actions/runs', { ...place, head_sha: commit });
  const course = data.workflow_runs.find(({ path }) => path.startsWith('.github/workflows/course.yml'))!;
  await asAda().request('POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun', {
    ...place,
    run_id: Number(course.id),
  });
  await live.pass(60);
  await live.pass(60);
  const milestones = await check(commit, 'milestones');
  expect(milestones.text).not.toContain('the last run got');
  expect([milestones.title, milestones.conclusion, milestones.text]).toEqual([
    '4 of 4 milestones reached',
    'success',
    milestones.text,
  ]);
  const score = await check(commit, 'score');
  expect([score.title, score.conclusion, score.text]).toEqual(['75 of 75 points so far', 'success', score.text]);
});
