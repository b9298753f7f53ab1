// A release that nobody has yet, run against five pipelines of five kinds; and what then became of it when it came.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { actionsRunning, checksOf } from '@practicum/sandbox';
import { copyBundledAction } from '../bundled-action.ts';
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
    run: "if [ $(cat data/incoming/*.csv | wc -l) -gt 10 ]; then echo '{\\"accuracy\\": ${after}}'; else echo '{\\"accuracy\\": 0.9}'; fi > scores.json"
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

const challenge = (more = '', below = ''): string =>
  String(courseFiles(students, below)['challenges/prices/challenge.yml'])
    .replace('count: 2', 'count: 4')
    .replace('carrier: commit }', `carrier: commit${more} }`)
    .replace('2027-01-25', '2027-02-25');
const drift = ', drift: [{ kind: schema, from: release-2, to: release-2, rename: { date: tornado } }]';

beforeAll(async () => {
  live = await startLive({ students });
  const { sandbox, teacher } = live;
  sandbox.admin.createOrganization({ login: 'practicum', owner: 'teacher' });
  await clientOf(sandbox, teacher).request('POST /orgs/{org}/repos', { org: 'practicum', name: 'practicum' });
  const folder = await mkdtemp(join(tmpdir(), 'practicum-reaction-'));
  await copyBundledAction(join(folder, 'action'));
  await pushFolder(`${sandbox.url}/practicum/practicum.git`, teacher, live.clock.now(), folder, 'Release', 'v1');
  await rm(folder, { recursive: true });
  const calling = (await readFile(join(root, 'templates/student/.github/workflows/course.yml'), 'utf8'))
    .replaceAll('__ORGANISATION__', organisation)
    .replaceAll('__COURSE_REPOSITORY__', 'course');
  await live.makeRepository(
    'student-template',
    { 'README.md': 'A project\n', '.github/workflows/course.yml': calling },
    { is_template: true },
  );
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
    if (text !== undefined)
      await live.push(`prices-${login}`, live.person(login), {
        'pipeline.yml': text,
        '.gitignore': '.practicum/\nscores.json\nok\n',
      });
  }
  await live.quiet();
}, 480_000);
afterAll(async () => live?.stop());

async function propose(branch: string, text: string): Promise<{ number: number; commit: string }> {
  const { data: main } = await live.asTeacher.request('GET /repos/{owner}/{repo}/git/ref/{ref}', {
    ...course,
    ref: 'heads/main',
  });
  await live.asTeacher.request('POST /repos/{owner}/{repo}/git/refs', {
    ...course,
    ref: `refs/heads/${branch}`,
    sha: main.object.sha,
  });
  const commit = await write(branch, text);
  const { data: pull } = await live.asTeacher.request('POST /repos/{owner}/{repo}/pulls', {
    ...course,
    title: 'Drift',
    head: branch,
    base: 'main',
  });
  await live.quiet();
  return { number: pull.number, commit };
}
async function write(branch: string, text: string): Promise<string> {
  const path = 'challenges/prices/challenge.yml';
  const { data: before } = await live.asTeacher.request('GET /repos/{owner}/{repo}/contents/{path}', {
    ...course,
    path,
    ref: branch,
  });
  const { data } = await live.asTeacher.request('PUT /repos/{owner}/{repo}/contents/{path}', {
    ...course,
    path,
    branch,
    message: 'Turn a knob',
    content: Buffer.from(text).toString('base64'),
    sha: (before as { sha: string }).sha,
  });
  return data.commit.sha!;
}
const checkOn = async (ref: string) => {
  const { data } = await live.asTeacher.request('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', {
    ...course,
    ref,
    check_name: 'reaction',
  });
  return data.check_runs[0];
};
const comment = async (login: string, number: number, body: string): Promise<void> => {
  await live
    .as(login)
    .request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', { ...course, issue_number: number, body });
  await live.quiet();
};
/** Everything that students could see: commits, branches, issues, comments, checks of their repositories. */
const visible = async (): Promise<unknown[]> => {
  const of = async (login: string) => {
    const { data: branches } = await live.asTeacher.request('GET /repos/{owner}/{repo}/branches', place(login));
    const { data: issues } = await live.asTeacher.request('GET /repos/{owner}/{repo}/issues', {
      ...place(login),
      state: 'all',
    });
    const { data: runs } = await live.asTeacher.request('GET /repos/{owner}/{repo}/actions/runs', place(login));
    const { data: checks } = await live.asTeacher.request('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', {
      ...place(login),
      ref: 'main',
    });
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
  expect([offer?.conclusion, offer?.output.title]).toEqual([
    'neutral',
    'Would take 5 runs, at most 300 Actions minutes',
  ]);
  const runsOf = async () =>
    (await live.asTeacher.request('GET /repos/{owner}/{repo}/actions/runs', course)).data.workflow_runs.filter(
      ({ path }) => path.includes('react.yml'),
    );
  expect(await runsOf()).toEqual([]);

  const shown = checksOf(live.sandbox.state).runs;
  const id = Object.values(shown).findLast(({ name }) => name === 'reaction')!.id;
  await live.sandbox.admin.clickAction({ checkRunId: id, login: 'teacher', identifier: 'react' });
  await live.quiet();
  const done = await checkOn(pull.commit);
  expect(done?.output.title).toBe(
    "1 of 5 stays green, 1 loses more than 10 points of accuracy, 2 are not known, 1 breaks: `schema: unexpected 'tornado'`",
  );
  expect(done?.conclusion).toBe('neutral');
  expect(done?.output.summary).toMatch(/ben \| loses: accuracy -20 points/);
  expect(done?.output.summary).toMatch(
    /dan \| not known: it does not run here without the release either: train: no data yet/,
  );
  expect(done?.output.summary).toMatch(/eve \| not known: it has no pipeline/);
  expect(await runsOf()).toHaveLength(5);
  expect(await visible()).toEqual(before);
  // Of the slice nothing is kept but numbers and the line.
  const [reaction] = await reactionsOf(pull.number);
  expect(JSON.stringify(reaction)).not.toMatch(/2026-01-1\d,/);

  // The prediction, and then the real thing.
  await live.asTeacher.request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', {
    ...course,
    pull_number: pull.number,
  });
  await live.quiet();
  await live.pass(7 * 86_400);
  for (const [index, login] of students.entries()) {
    const run = reaction!.runs[index]!;
    const { kind } = judgeRun(run, 'accuracy');
    const { data } = await live.asTeacher.request('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', {
      ...place(login),
      ref: 'main',
      check_name: 'practicum/pipeline',
    });
    const real = data.check_runs[0];
    const predicted = { green: 'success', loses: 'success', breaks: 'failure', unknown: undefined }[kind];
    if (predicted !== undefined) expect([login, real?.conclusion]).toEqual([login, predicted]);
    for (const value of Object.values(run.outcome?.after.metrics ?? {}))
      expect(real?.output.summary + String(real?.output.text)).toContain(String(value));
  }
}, 300_000);

test('a newer commit has a reaction of its own; the older one is superseded, and what its runs say counts no more', async () => {
  const pull = await propose(
    'knob',
    challenge(', drift: [{ kind: missing, column: date, from: release-3, rate: 0.1 }]'),
  );
  // As if its runs were going on.
  const [offered] = await reactionsOf(pull.number);
  expect(offered).toMatchObject({ release: 'release-3', state: 'offered', students: 5 });
  const runs = offered!.runs.map((run) => ({
    ...run,
    commit: pull.commit,
    state: 'started' as const,
    sent: true as const,
    startedAt: live.clock.now(),
  }));
  await live.store.reactions.save(organisation, { ...offered!, state: 'running', runs });
  const newer = await write(
    'knob',
    challenge(', drift: [{ kind: missing, column: date, from: release-3, rate: 0.5 }]'),
  );
  await live.quiet();
  const old = await checkOn(pull.commit);
  expect([old?.conclusion, old?.output.title]).toEqual(['cancelled', 'Superseded by a newer commit']);
  expect((await checkOn(newer))?.output.title).toBe('Would take 5 runs, at most 300 Actions minutes');
  const states = (await reactionsOf(pull.number)).map(({ state }) => state);
  expect(states).toEqual(['superseded', 'offered']);

  // Only two are looked at, so the shares are known with an error.
  await comment('teacher', pull.number, '/reaction 2');
  const done = await checkOn(newer);
  expect(done?.output.title).toMatch(/ of 2 /);
  expect(done?.output.summary).toMatch(
    /2 of 5 were drawn\. Of the class these shares are known to ±\d+ points of a hundred/,
  );
  await comment('teacher', pull.number, '/reaction everybody');
  const { data } = await live.asTeacher.request('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
    ...course,
    issue_number: pull.number,
  });
  expect(data.at(-1)?.body).toContain('neither a challenge nor a number');
}, 200_000);

test('where the course repository is public, or has no react.yml, nothing runs and it says so', async () => {
  const pull = await propose(
    'open',
    challenge(', drift: [{ kind: missing, column: date, from: release-3, rate: 0.3 }]'),
  );
  const make = (isPrivate: boolean) =>
    live.asTeacher.request('PATCH /repos/{owner}/{repo}', { ...course, private: isPrivate });
  await make(false);
  await comment('teacher', pull.number, '/reaction');
  expect(await checkOn(pull.commit)).toMatchObject({
    conclusion: 'action_required',
    output: { title: 'The course repository is public' },
  });
  await make(true);
  await live.push('course', live.teacher, { '.github/workflows/react.yml': undefined });
  await live.quiet();
  await comment('teacher', pull.number, '/reaction');
  expect(await checkOn(pull.commit)).toMatchObject({
    conclusion: 'action_required',
    output: { title: 'There is no react.yml' },
  });
  const text = await readFile(join(root, 'templates/course/.github/workflows/react.yml'), 'utf8');
  await live.push('course', live.teacher, { '.github/workflows/react.yml': text });
  await live.quiet();
}, 120_000);

test('a change of the contract alone is looked at, too; one of a text beside it is not', async () => {
  const { data: main } = await live.asTeacher.request('GET /repos/{owner}/{repo}/git/ref/{ref}', {
    ...course,
    ref: 'heads/main',
  });
  await live.asTeacher.request('POST /repos/{owner}/{repo}/git/refs', {
    ...course,
    ref: 'refs/heads/contract',
    sha: main.object.sha,
  });
  const add = async (path: string, text: string): Promise<string> => {
    const content = Buffer.from(text).toString('base64');
    const { data } = await live.asTeacher.request('PUT /repos/{owner}/{repo}/contents/{path}', {
      ...course,
      path,
      branch: 'contract',
      message: 'More',
      content,
    });
    return data.commit.sha!;
  };
  const notes = await add('challenges/prices/notes.md', 'Notes');
  await live.asTeacher.request('POST /repos/{owner}/{repo}/pulls', {
    ...course,
    title: 'Contract',
    head: 'contract',
    base: 'main',
  });
  await live.quiet();
  expect(await checkOn(notes)).toBeUndefined();
  const contract = await add(
    'challenges/prices/schema.yml',
    'version: 1\ncolumns:\n  price: { type: number, min: -1 }\n  date: { type: date }\n',
  );
  await live.quiet();
  expect((await checkOn(contract))?.output.title).toBe('Would take 5 runs, at most 300 Actions minutes');
}, 120_000);

test('a course that places pipelines runs them on its own runners, in turn, and its students see nothing of it', async () => {
  live.sandbox.admin.registerRunner({ owner: organisation, name: 'fast', labels: ['fast'], speed: 1 });
  const below = 'placement: { placer: earliest_finish, window: 5s }\n';
  await live.push('course', live.teacher, { 'challenges/prices/challenge.yml': challenge('', below) });
  await live.quiet();
  const before = await visible();
  const pull = await propose('queue', challenge(drift.replaceAll('release-2', 'release-3'), below));
  expect((await checkOn(pull.commit))?.output.title).toBe('Would take 5 runs');
  await comment('teacher', pull.number, '/reaction');
  expect((await live.store.placements.queue(organisation))?.pipelines.map(({ pipeline }) => pipeline.owner)).toEqual(
    Array(5).fill('reaction'),
  );
  for (let turn = 0; turn < 8; turn++) await live.pass(60);
  const done = await checkOn(pull.commit);
  expect(done?.output.title).toBe('2 of 5 stay green, 3 are not known');
  // The second release is with everybody by now: who broke on it is not green without the third either.
  expect(done?.output.summary).toMatch(/cleo \| not known: it does not run here without the release either: schema/);
  const queue = (await live.store.placements.queue(organisation))!;
  expect(queue.pipelines.map(({ status }) => status)).toEqual(Array(5).fill('succeeded'));
  expect(new Set(queue.pipelines.flatMap(({ tasks }) => tasks.map(({ node }) => node)))).toEqual(new Set(['fast']));
  expect(await visible()).toEqual(before);
}, 300_000);

test('the door gives nothing to whom it does not know', async () => {
  const ask = async (what: string, token?: string) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const answer = await fetch(`${live.url}/api/reaction/${what}`, { method: 'POST', headers });
    return [answer.status, await answer.text()];
  };
  expect(await ask('slice')).toEqual([403, 'there is no identity token\n']);
  expect(await ask('slice', 'no.token.at-all')).toEqual([403, expect.stringContaining('not issued by GitHub Actions')]);
  expect(await ask('everything')).toEqual([404, 'there is no such question\n']);
  // A student's own run, whose token is genuine.
  const { data } = await live.asTeacher.request('GET /repos/{owner}/{repo}/actions/runs', place('ann'));
  const run = data.workflow_runs[0]!;
  const token = await actionsRunning(live.sandbox.world).oidc.sign(
    {
      jti: 'mine',
      iss: `${live.sandbox.url}/_services/token`,
      aud: `${live.url}/api/reaction`,
      repository: run.repository.full_name,
      repository_id: String(run.repository.id),
      repository_owner_id: String(run.repository.owner.id),
      run_id: String(run.id),
      run_attempt: '1',
      sha: run.head_sha,
      event_name: 'push',
    },
    live.clock.now(),
  );
  expect(await ask('slice', token)).toEqual([403, 'the token is not of a course repository\n']);
}, 60_000);
