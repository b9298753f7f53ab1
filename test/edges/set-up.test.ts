// The set-up from nothing: register the App on the sandbox's GitHub, install it, and hear its webhooks through a channel.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request as rawRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { movableClock, startSandbox, type Sandbox } from '@practicum/sandbox';
import { bareEnvironment } from '../bare-environment.ts';
import { freePort } from '../../src/free-port.ts';
import { writeEnvFile } from '../../src/life/write-env-file.ts';
import { copyBundledAction } from '../bundled-action.ts';
import { clientOf, publishAction } from '../../src/rehearsal/world.ts';
import { startChannel, type Channel } from './start-channel.ts';
import { all, attribute, readPage, text } from '../web/read-page.ts';
import { cloneDatabase, type TestDatabase } from '../database.ts';

const main = join(import.meta.dirname, '../../src/main.ts');
const folder = mkdtempSync(join(tmpdir(), 'practicum-set-up-'));
let sandbox: Sandbox;
let database: TestDatabase;
let channel: Channel;
let child: ChildProcess;
let port: number;
let output = '';
/** The cookie of whoever holds the dashboard's token. */
let holder = '';

beforeAll(async () => {
  sandbox = await startSandbox({ dir: join(folder, 'github'), clock: movableClock(new Date('2027-01-04T08:00:00Z')) });
  sandbox.admin.createUser({ login: 'teacher' });
  sandbox.admin.createOrganization({ login: 'mlops', owner: 'teacher' });
  database = await cloneDatabase();
  channel = await startChannel();
  port = await freePort();
  writeFileSync(join(folder, '.env'), '# mine\nPRACTICUM_HOME=home\n');
  child = spawn(process.execPath, [main, 'serve'], {
    cwd: folder,
    env: {
      ...bareEnvironment,
      GITHUB_API_URL: `${sandbox.url}/api/v3`,
      GITHUB_SERVER_URL: sandbox.url,
      DATABASE_URL: database.url,
      PORT: String(port),
      WEBHOOK_PROXY_URL: channel.url,
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  await until(() => output.includes('once:'));
}, 120_000);

afterAll(async () => {
  child.kill('SIGKILL');
  channel.close();
  await sandbox.close();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 60_000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`not in time; ${output}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const url = (path: string): string => `http://127.0.0.1:${port}${path}`;
const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(path.startsWith('http') ? path : url(path), { redirect: 'manual', ...init });
const cookieOf = (answer: Response): string => answer.headers.getSetCookie()[0]!.split(';')[0]!;
const form = (fields: Record<string, string>, cookie = ''): RequestInit => ({
  method: 'POST',
  body: new URLSearchParams(fields),
  headers: { origin: url(''), cookie },
});

/** As a browser that was led here under another name, or a proxy on this machine. */
const askAs = (headers: Record<string, string>, path = '/setup'): Promise<number> =>
  new Promise((resolve, reject) => {
    rawRequest({ port, host: '127.0.0.1', path, headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode!);
    })
      .on('error', reject)
      .end();
  });

test('the set-up is open at this machine; elsewhere, to the token that the terminal shows, once', async () => {
  expect((await ask('/setup')).status).toBe(200);
  const elsewhere = { host: 'practicum.example.edu' };
  expect(await askAs(elsewhere)).toBe(403);
  expect(await askAs({ host: `127.0.0.1:${port}`, 'x-forwarded-for': '203.0.113.9' })).toBe(403);
  expect(await askAs({ host: '127.0.0.1.example.edu' })).toBe(403);
  const token = /token=(\S+)/.exec(output)![1]!;
  expect(await askAs(elsewhere, '/setup?token=wrong')).toBe(403);
  expect(await askAs(elsewhere, `/setup?token=${token}`)).toBe(303);
  expect(await askAs(elsewhere, `/setup?token=${token}`)).toBe(403);
});

test('a form of another site, a wrong name and a foreign registration change nothing', async () => {
  const foreign = { ...form({ organisation: 'mlops' }), headers: { origin: 'https://evil.example' } };
  expect((await ask('/setup/manifest', foreign)).status).toBe(403);
  expect((await ask('/setup/manifest', form({ organisation: '../x' }))).status).toBe(400);
  expect((await ask('/setup/manifest', form({ organisation: 'mlops', address: 'http://plain' }))).status).toBe(400);
  expect((await ask('/setup/registered?code=abc&state=')).status).toBe(403);
  expect(
    (await ask('/setup/registered?code=abc&state=x', { headers: { cookie: 'practicum_register=y' } })).status,
  ).toBe(403);
  expect(readFileSync(join(folder, '.env'), 'utf8')).toBe('# mine\nPRACTICUM_HOME=home\n');
});

test(
  'registered, the keys are in .env for nobody else, the app runs, is installed, and hears of it',
  { timeout: 120_000 },
  async () => {
    const asked = await ask('/setup/manifest', form({ organisation: 'mlops' }));
    const page = await asked.text();
    const unescape = (text: string): string => text.replaceAll('&quot;', '"').replaceAll('&amp;', '&');
    const manifest = unescape(/name="manifest"\s+value="([^"]*)"/.exec(page)![1]!);
    const action = unescape(/action="([^"]*)"/.exec(page)![1]!);
    expect(JSON.parse(manifest)).toMatchObject({
      name: 'Practicum mlops',
      public: false,
      hook_attributes: { url: channel.url },
    });
    const github = await ask(action, { method: 'POST', body: new URLSearchParams({ manifest }) });
    const back = github.headers.get('location')!;
    const done = await ask(back, { headers: { cookie: cookieOf(asked) } });
    expect(done.status).toBe(200);
    const text = await done.text();
    const env = parseEnv(readFileSync(join(folder, '.env'), 'utf8'));
    expect(statSync(join(folder, '.env')).mode & 0o777).toBe(0o600);
    expect(env).toMatchObject({ PRACTICUM_HOME: 'home', WEBHOOK_PROXY_URL: channel.url });
    for (const name of ['APP_ID', 'PRIVATE_KEY', 'WEBHOOK_SECRET', 'CLIENT_ID', 'CLIENT_SECRET'])
      expect(env[name], name).toBeTruthy();
    expect(text).not.toContain(env['CLIENT_SECRET']);
    await until(() => output.includes('Practicum is running'));
    const install = /href="([^"]*\/installations\/new)"/.exec(text)![1]!;
    await ask(install, { method: 'POST', body: new URLSearchParams({ account: 'mlops' }) });
    await until(async () => (await database.pool.query('select from course')).rows.length === 1);
    const entered = await ask(/href="([^"]*\/setup\?token=[^"]*)"/.exec(text)![1]!);
    expect(entered.headers.get('location')).toBe('/setup');
    const state = await (await ask('/setup', { headers: { cookie: cookieOf(entered) } })).text();
    expect(state).toMatch(/installed<\/th>\s*<td>done/);
    expect((await ask('/setup')).status).toBe(403);
    holder = cookieOf(entered);
  },
);

const asTeacher = () =>
  clientOf(sandbox, { login: 'teacher', name: 'Teacher', ...sandbox.admin.createToken({ login: 'teacher' }) });

/** What the page says of each step: its state and what is to do. */
async function steps(
  page?: string,
): Promise<Record<string, { state: string; found: string; button: boolean; link?: string }>> {
  const text_ = page ?? (await (await ask('/setup', { headers: { cookie: holder } })).text());
  const root = readPage(text_);
  const rows = all(root, 'tr').filter((row) => all(row, 'td').length === 3);
  return Object.fromEntries(
    rows.map((row) => {
      const [state, found, act] = all(row, 'td');
      const link = all(act!, 'a')[0];
      return [
        text(all(row, 'th')[0]!),
        {
          state: text(state!),
          found: text(found!),
          button: all(act!, 'button').length > 0,
          ...(link ? { link: attribute(link, 'href')! } : {}),
        },
      ];
    }),
  );
}
const press = (step: string): Promise<Response> => ask('/setup/do', form({ organisation: 'mlops', step }, holder));

test('what the App can prepare has a button, and the rest says where; who has no token presses nothing', async () => {
  const before = await steps();
  expect(before['The Action that workflows call']).toMatchObject({ state: 'missing', button: false });
  expect(before['The Action that workflows call']!.found).toContain('set PRACTICUM_ACTION');
  expect(before['Staff team']).toMatchObject({
    state: 'missing',
    button: false,
    link: `${sandbox.url}/orgs/mlops/new-team`,
  });
  for (const name of ['Student template', 'Workflow repository'])
    expect(before[name], name).toMatchObject({ state: 'missing', button: true });
  expect(before['Access to the workflow']).toMatchObject({ state: 'missing', button: false });
  expect((await ask('/setup/do', form({ organisation: 'mlops', step: 'all' }))).status).toBe(403);
  const foreign = { ...form({ organisation: 'mlops', step: 'all' }, holder).headers, origin: 'https://evil.example' };
  expect(
    (await ask('/setup/do', { ...form({ organisation: 'mlops', step: 'all' }, holder), headers: foreign })).status,
  ).toBe(403);
  // Not for the app to do, and not there at all: said on the page.
  for (const step of ['team', 'merged', 'everything']) expect((await press(step)).status, step).toBe(409);
});

test(
  'all that the app can do is done, and nothing of the course is open to students',
  { timeout: 120_000 },
  async () => {
    await publishAction(sandbox, copyBundledAction);
    expect((await press('all')).status).toBe(303);
    await until(async () => (await steps())['Course repository']!.state === 'done');
    const after = await steps();
    for (const name of [
      'The Action that workflows call',
      'Student template',
      'Workflow repository',
      'Access to the workflow',
    ])
      expect(after[name], name).toMatchObject({ state: 'done', button: false });
    expect(after['A course in force']!.link).toMatch(/\/pull\/1$/);
    const sha = /@([0-9a-f]{40}) \(v1\)/.exec(after['The Action that workflows call']!.found)![1];
    const client = asTeacher();
    const tree = async (repo: string) =>
      (
        await client.request('GET /repos/{owner}/{repo}/git/trees/{tree_sha}', {
          owner: 'mlops',
          repo,
          tree_sha: 'main',
          recursive: '1',
        })
      ).data.tree
        .filter(({ type }) => type === 'blob')
        .map(({ path }) => path);
    // The workflow and nothing else; what it calls stays as it is.
    expect(await tree('course-workflows')).toEqual(['.github/workflows/practicum.yml', 'README.md']);
    const workflow = sandbox.git.open('mlops/course-workflows');
    const text_ = (await workflow.output(['show', 'main:.github/workflows/practicum.yml'])) as string;
    expect(text_.match(/uses: practicum\/practicum\/action@(\S+) # v1/g)).toHaveLength(2);
    expect(text_).toContain(`practicum/practicum/action@${sha}`);
    const template = await client.request('GET /repos/{owner}/{repo}', { owner: 'mlops', repo: 'student-template' });
    expect(template.data).toMatchObject({ is_template: true, private: true });
    expect(await tree('student-template')).toEqual(
      expect.arrayContaining(['pipeline.yml', '.github/workflows/course.yml']),
    );
    // Again changes nothing.
    expect((await press('workflow')).status).toBe(303);
    expect(await tree('course-workflows')).toHaveLength(2);
  },
);

test('a workflow that was changed and a door that was shut are seen, and set right', async () => {
  const client = asTeacher();
  const place = { owner: 'mlops', repo: 'course-workflows' };
  await client.request('PUT /repos/{owner}/{repo}/actions/permissions/access', { ...place, access_level: 'none' });
  expect((await steps())['Access to the workflow']).toMatchObject({ state: 'missing', button: true });
  expect((await press('access')).status).toBe(303);
  expect((await steps())['Access to the workflow']!.state).toBe('done');
  const { data } = await client.request('GET /repos/{owner}/{repo}/contents/{path}', {
    ...place,
    path: '.github/workflows/practicum.yml',
  });
  await client.request('PUT /repos/{owner}/{repo}/contents/{path}', {
    ...place,
    path: '.github/workflows/practicum.yml',
    message: 'Change it',
    content: Buffer.from('name: other\n').toString('base64'),
    sha: (data as { sha: string }).sha,
  });
  expect((await steps())['Workflow repository']).toMatchObject({ state: 'missing', button: true });
  expect((await press('workflow')).status).toBe(303);
  expect((await steps())['Workflow repository']!.state).toBe('done');
});

test('a repository of that name that the app did not make is not taken', async () => {
  await database.pool.query('update course set workflow_repository = null');
  const refused = await press('workflow');
  expect(refused.status).toBe(409);
  expect(await refused.text()).toContain('was there before, and the app did not make it');
  await database.pool.query(`update course set workflow_repository = 'course-workflows'`);
});

test('what GitHub does not say is not known, and never done', async () => {
  const message = 'Resource not accessible by integration';
  const fault = sandbox.faults.add({ match: { path: '/teams/' }, status: 403, body: { message } });
  const found = await steps();
  sandbox.faults.remove(fault);
  expect(found['Staff team']).toMatchObject({ state: 'not known', button: false });
  expect(found['Staff team']!.found).toContain('GitHub did not say (forbidden');
  expect(found['Student template']!.state).toBe('done');
});

test('what .env held stays, also where a value has several lines', async () => {
  const own = mkdtempSync(join(folder, 'env-'));
  writeFileSync(join(own, '.env'), '# first\nexport APP_ID=1\nPRIVATE_KEY="a\nb\nc"\nOTHER=\'x\ny\'\nLAST=1');
  await writeEnvFile(own, { APP_ID: '2', PRIVATE_KEY: 'k\nl\n' });
  const text = readFileSync(join(own, '.env'), 'utf8');
  expect(text).toBe('# first\nOTHER=\'x\ny\'\nLAST=1\nAPP_ID=2\nPRIVATE_KEY="k\\nl\\n"\n');
  expect(parseEnv(text)).toMatchObject({ APP_ID: '2', PRIVATE_KEY: 'k\nl\n', OTHER: 'x\ny', LAST: '1' });
});
