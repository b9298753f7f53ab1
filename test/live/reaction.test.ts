// A release that nobody has yet, run against five pipelines of five kinds; and what then became of it when it came.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checksOf } from '@practicum/sandbox';
import { bundleAction } from '../../scripts/bundle-action.ts';
import { judgeRun } from '../../src/domain/reaction/judge.ts';
import type { Reaction } from '../../src/domain/reaction/reaction.ts';
import { pushFolder } from '../../src/rehearsal/push-files.ts';
import { clientOf } from '../../src/rehearsal/world.ts';
import { courseFiles, organisation, startLive, type Live } from './start-live.ts';

let live: Live;
const root = join(import.meta.dirname, '../..');
const students = ['ann', 'ben', 'cleo', 'dan', 'eve'];
const course = { owner: organisation, repo: 'course' };
const place = (login: string) => ({ owner: organisation, repo: `prices-${login}` });

/** Accuracy by the number of lines that came: what the release changes. */
const scoring = (after: string): string => `version: 1
name: prices
inputs: { slices: data/incoming }
tasks:
  score:
    run: "if [ $(cat data/incoming/*.csv | wc -l) -gt 12 ]; then echo '{\\"accuracy\\": ${after}}'; else echo '{\\"accuracy\\": 0.9}'; fi > scores.json"
    inputs: [slices]
    outputs: { scores: { path: scores.json, kind: metrics } }
`;
const pipelines: Record<string, string | undefined> = {
  ann: scoring('0.85'),
  ben: scoring('0.7'),
  cleo: `version: 1
name: prices
inputs: { slices: data/incoming }
tasks:
  schema: { run: "if grep -q tornado data/incoming/*.csv; then echo \\"unexpected 'tornado'\\" >&2; exit 1; fi; touch ok", inputs: [slices], outputs: { ok: ok } }
`,
  // Red before anything comes.
  dan: `version: 1\nname: prices\ntasks:\n  train: { run: "echo no data yet >&2; exit 3" }\n`,
  eve: undefined,
};

const challenge = (drift = ''): string =>
  String(courseFiles(students)['challenges/prices/challenge.yml']).replace('carrier: commit }', `carrier: commit${drift} }`);
const drift = ', drift: [{ kind: schema, from: release-2, rename: { date: tornado } }]';

beforeAll(async () => {
  live = await startLive({ students });
  const { sandbox, teacher } = live;
  sandbox.admin.createOrganization({ login: 'practicum', owner: 'teacher' });
  await clientOf(sandbox, teacher).request('POST /orgs/{org}/repos', { org: 'practicum', name: 'practicum' });
  const folder = await mkdtemp(join(tmpdir(), 'practicum-reaction-'));
  await bundleAction(join(folder, 'action'));
  await pushFolder(`${sandbox.url}/practicum/practicum.git`, teacher, live.clock.now(), folder, 'Release', 'v1');
  await rm(folder, { recursive: true });
  const calling = (await readFile(join(root, 'templates/student/.github/workflows/course.yml'), 'utf8'))
    .replaceAll('__ORGANISATION__', organisation)
    .replaceAll('__COURSE_REPOSITORY__', 'course');
  await live.makeRepository('student-template', { 'README.md': 'A project\n', '.github/workflows/course.yml': calling }, { is_template: true });
  const workflow = (name: string) => readFile(join(root, `templates/course/.github/workflows/${name}.yml`), 'utf8');
  await live.makeRepository('course', {
    ...courseFiles(students),
    'challenges/prices/challenge.yml': challenge(),
    '.github/workflows/practicum.yml': await workflow('practicum'),
    '.github/workflows/react.yml': await workflow('react'),
  });
  live.install();
  // The first release comes an hour after the start.
  await live.pass(2 * 3600);
  for (const login of students) {
    const text = pipelines[login];
    if (text !== undefined) await live.push(`prices-${login}`, live.person(login), { 'pipeline.yml': text, '.gitignore': '.practicum/\nscores.json\nok\n' });
  }
  await live.quiet();
}, 240_000);
afterAll(async () => live?.stop());

async function propose(branch: string, text: string): Promise<{ number: number; commit: string }> {
  const { data: main } = await live.asTeacher.request('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...course, ref: 'heads/main' });
  await live.asTeacher.request('POST /repos/{owner}/{repo}/git/refs', { ...course, ref: `refs/heads/${branch}`, sha: main.object.sha });
  const commit = await write(branch, text);
  const { data: pull } = await live.asTeacher.request('POST /repos/{owner}/{repo}/pulls', { ...course, title: 'Drift', head: branch, base: 'main' });
  await live.quiet();
  return { number: pull.number, commit };
}
async function write(branch: string, text: string): Promise<string> {
  const path = 'challenges/prices/challenge.yml';
  const { data: before } = await live.asTeacher.request('GET /repos/{owner}/{repo}/contents/{path}', { ...course, path, ref: branch });
  const { data } = await live.asTeacher.request('PUT /repos/{owner}/{repo}/contents/{path}', {
    ...course, path, branch, message: 'Turn a knob', content: Buffer.from(text).toString('base64'), sha: (before as { sha: string }).sha,
  });
  return data.commit.sha!;
}
const checkOn = async (ref: string) => {
  const { data } = await live.asTeacher.request('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', { ...course, ref, check_name: 'reaction' });
  return data.check_runs[0];
};
const comment = async (login: string, number: number, body: string): Promise<void> => {
  await live.as(login).request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', { ...course, issue_number: number, body });
  await live.quiet();
};
/** Everything that students could see: commits, branches, issues, comments, checks of their repositories. */
const visible = async (): Promise<unknown[]> => {
  const of = async (login: string) => {
    const { data: branches } = await live.asTeacher.request('GET /repos/{owner}/{repo}/branches', place(login));
    const { data: issues } = await live.asTeacher.request('GET /repos/{owner}/{repo}/issues', { ...place(login), state: 'all' });
    const { data: runs } = await live.asTeacher.request('GET /repos/{owner}/{repo}/actions/runs', place(login));
    const { data: checks } = await live.asTeacher.request('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', { ...place(login), ref: 'main' });
    return [
      branches.map(({ name, commit }) => [name, commit.sha]),
      issues.map(({ number, updated_at }) => [number, updated_at]),
      runs.total_count,
      checks.check_runs.map(({ id, name }) => [id, name]).toSorted(),
    ];
  };
  return Promise.all(students.map(of));
};
const reactionsOf = (pull: number): Promise<Reaction[]> => live.store.reactions.ofPull(organisation, pull);

test('the price is shown first, staff starts it, numbers come back, and nobody is told', async () => {
  const before = await visible();
  const pull = await propose('drift', challenge(drift));
  const offer = await checkOn(pull.commit);
  expect([offer?.conclusion, offer?.output.title]).toEqual(['neutral', 'Would take 5 runs, at most 300 Actions minutes']);
  const runsOf = async () => (await live.asTeacher.request('GET /repos/{owner}/{repo}/actions/runs', course)).data.workflow_runs.filter(({ path }) => path.includes('react.yml'));
  expect(await runsOf()).toEqual([]);

  const shown = checksOf(live.sandbox.state).runs;
  const id = Object.values(shown).findLast(({ name }) => name === 'reaction')!.id;
  await live.sandbox.admin.clickAction({ checkRunId: id, login: 'teacher', identifier: 'react' });
  await live.quiet();
  const done = await checkOn(pull.commit);
  expect(done?.output.title).toBe("1 of 5 stays green, 1 loses more than 10 points of accuracy, 2 are not known, 1 breaks: `schema: unexpected 'tornado'`");
  expect(done?.conclusion).toBe('neutral');
  expect(done?.output.summary).toMatch(/ben \| loses: accuracy -20 points/);
  expect(done?.output.summary).toMatch(/dan \| not known: it does not run here without the release either: train: no data yet/);
  expect(done?.output.summary).toMatch(/eve \| not known: it has no pipeline/);
  expect(await runsOf()).toHaveLength(5);
  expect(await visible()).toEqual(before);
  // Of the slice nothing is kept but numbers and the line.
  const [reaction] = await reactionsOf(pull.number);
  expect(JSON.stringify(reaction)).not.toMatch(/2026-01-1\d,/);

  // The prediction, and then the real thing.
  await live.asTeacher.request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', { ...course, pull_number: pull.number });
  await live.quiet();
  await live.pass(7 * 86_400);
  for (const [index, login] of students.entries()) {
    const run = reaction!.runs[index]!;
    const { kind } = judgeRun(run, 'accuracy');
    const { data } = await live.asTeacher.request('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', { ...place(login), ref: 'main', check_name: 'practicum/pipeline' });
    const real = data.check_runs[0];
    const predicted = { green: 'success', loses: 'success', breaks: 'failure', unknown: undefined }[kind];
    if (predicted !== undefined) expect([login, real?.conclusion]).toEqual([login, predicted]);
    for (const value of Object.values(run.outcome?.after.metrics ?? {})) expect(real?.output.summary + String(real?.output.text)).toContain(String(value));
  }
}, 300_000);
