// From nothing to a running course, as a person walks it: git, Node, a browser and an organisation. What it takes is counted.
import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { movableClock, startSandbox, type Sandbox } from '@practicum/sandbox';
import { copyBundledAction } from '../bundled-action.ts';
import { freePort } from '../../src/free-port.ts';
import { clientOf, publishAction } from '../../src/rehearsal/world.ts';
import { startChannel, type Channel } from '../edges/start-channel.ts';
import { projectFiles, root } from '../project-files.ts';
import { openBrowser } from './open-browser.ts';
import { runAxe } from './run-axe.ts';

const org = 'mlops';
const begins = new Date('2027-01-04T08:00:00Z');
const firstRelease = new Date('2027-01-11T08:00:30Z');
const folder = mkdtempSync(join(tmpdir(), 'practicum-first-hour-'));
const home = join(folder, 'practicum');
const clock = movableClock(begins);
let sandbox: Sandbox;
let channel: Channel;
let browser: Browser;
let child: ChildProcess | undefined;
let output = '';

beforeAll(async () => {
  sandbox = await startSandbox({ dir: join(folder, 'github'), clock });
  for (const login of ['teacher', 'ada']) sandbox.admin.createUser({ login });
  sandbox.admin.createOrganization({ login: org, owner: 'teacher' });
  await publishAction(sandbox, copyBundledAction);
  channel = await startChannel();
  browser = await openBrowser();
  // What `git clone` and `npm ci` leave: the files and the packages, and no settings.
  for (const path of projectFiles()) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    cpSync(join(root, path), join(home, path));
  }
  symlinkSync(join(root, 'node_modules'), join(home, 'node_modules'));
});
afterAll(async () => {
  child?.kill('SIGTERM');
  await browser?.close();
  channel?.close();
  await sandbox?.close();
  const stop =
    'const { openDatabase } = await import("./src/postgres/open-database.ts"); await (await openDatabase({ home: ".practicum" })).erase();';
  execFileSync(process.execPath, ['--input-type=module', '-e', stop], { cwd: home, stdio: 'ignore' });
  rmSync(folder, { recursive: true, force: true });
});

/** What a person did: each thing typed, each decision that is theirs, each step. */
const walked = { steps: [] as string[], typed: [] as string[], decisions: [] as string[] };
const step = (what: string): number => walked.steps.push(what);
const typed = (...what: string[]): number => walked.typed.push(...what);
const decided = (what: string): number => walked.decisions.push(what);

/** git and Node, and the system's own tools; the addresses stand for github.com and smee.io, which are not here. */
const environment = (): NodeJS.ProcessEnv => ({
  PATH: [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
  HOME: folder,
  GITHUB_API_URL: `${sandbox.url}/api/v3`,
  GITHUB_SERVER_URL: sandbox.url,
  WEBHOOK_PROXY_URL: channel.url,
  PRACTICUM_CLOCK_URL: `${sandbox.url}/_sandbox/clock/stream`,
  LOG_LEVEL: 'warn',
});

async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = performance.now() + 90_000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`not in time: ${what}\n${output}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function noViolations(page: Page): Promise<void> {
  expect((await runAxe(page)).violations, page.url()).toEqual([]);
}

/** The state of each step of the set-up, as the page shows it. */
async function states(page: Page): Promise<Record<string, string>> {
  await page.reload();
  const rows = await page.locator('tbody tr').all();
  const cells = await Promise.all(rows.map((row) => row.locator('th, td').allTextContents()));
  return Object.fromEntries(cells.map(([name = '', state = '']) => [name.trim(), state.trim()]));
}

async function registerAndInstall(page: Page, address: string): Promise<void> {
  step('open the address that the terminal shows');
  await page.goto(address);
  await noViolations(page);
  await page.getByLabel('Organisation on GitHub').fill(org);
  typed(org);
  decided('which organisation');
  decided('webhooks through a channel (the address stays empty)');
  await page.getByRole('button', { name: 'Go on' }).click();
  step('name the organisation');
  await noViolations(page);
  await page.getByRole('button', { name: 'Register on GitHub' }).click();
  step('register');
  await page.getByRole('heading', { name: 'Registered' }).waitFor();
  await noViolations(page);
  const next = await page.getByRole('link', { name: 'what is done and what is missing' }).getAttribute('href');
  await page.getByRole('link', { name: 'Install the App' }).click();
  await until(() => output.includes('Practicum is running'), 'the app starts with its keys');
  await page.getByRole('button', { name: org }).click();
  step('install');
  await page.goto(next!);
  step('see what is missing');
  await until(async () => (await states(page))['Course repository'] !== undefined, 'the installation is known');
  await noViolations(page);
}

/** In GitHub's own pages, which the sandbox does not have: by its API, as the same person. */
async function onGitHub(): Promise<void> {
  const github = clientOf(sandbox, {
    login: 'teacher',
    name: 'Teacher',
    ...sandbox.admin.createToken({ login: 'teacher' }),
  });
  const course = { owner: org, repo: 'course' };
  await github.request('POST /orgs/{org}/teams', { org, name: 'teaching-staff' });
  step('make the team that the page names');
  typed('teaching-staff');
  const { data: pulls } = await github.request('GET /repos/{owner}/{repo}/pulls', course);
  const { number, head } = pulls[0]!;
  const { data: roster } = await github.request('GET /repos/{owner}/{repo}/contents/{path}', {
    ...course,
    path: 'roster.csv',
    ref: head.ref,
  });
  const { content, sha } = roster as { content: string; sha: string };
  const line = 'ada,1,Ada Lovelace,\n';
  await github.request('PUT /repos/{owner}/{repo}/contents/{path}', {
    ...course,
    path: 'roster.csv',
    branch: head.ref,
    message: 'Add the students',
    content: Buffer.concat([Buffer.from(content, 'base64'), Buffer.from(line)]).toString('base64'),
    sha,
  });
  step('fill in the roster on the pull request');
  typed(line.trim());
  decided('who takes part');
  decided('when: the dates of the example stay');
  const plan = async (): Promise<string | null | undefined> => {
    const { data: pull } = await github.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', {
      ...course,
      pull_number: number,
    });
    const { data } = await github.request('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', {
      ...course,
      ref: pull.head.sha,
      check_name: 'plan',
    });
    return data.check_runs[0]?.conclusion;
  };
  await until(async () => (await plan()) === 'success', 'the plan is green');
  step('read the plan');
  await github.request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', { ...course, pull_number: number });
  step('merge');
  decided('merge');
}

test('from `npm start` to a running course', { timeout: 600_000 }, async () => {
  const began = performance.now();
  const port = await freePort();
  child = spawn('npm', ['start'], {
    cwd: home,
    env: { ...environment(), PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  step('npm start');
  typed('npm start');
  await until(() => output.includes('/setup'), 'the set-up page');
  const page = await (await browser.newContext()).newPage();
  page.setDefaultTimeout(90_000);
  await registerAndInstall(page, /Set it up at (\S+)/.exec(output)![1]!);
  await until(async () => (await states(page))['Course repository'] === 'done', 'a course is proposed');
  await page.getByRole('button', { name: /^Do all/ }).click();
  step('do all that the app can do');
  const byHand = Object.entries(await states(page)).filter(([, state]) => state !== 'done');
  expect(byHand.map(([name]) => name).toSorted()).toEqual(['A course in force', 'Staff team']);
  await onGitHub();
  await until(async () => Object.values(await states(page)).every((state) => state === 'done'), 'everything is done');
  expect(await page.getByText('Everything is there.').isVisible()).toBe(true);
  await until(() => sandbox.state.repositoryByName(org, 'weather-ada') !== undefined, 'a student has a repository');
  clock.set(firstRelease);
  await until(async () => (await releasedTo('weather-ada')) > 0, 'the first release is there');
  await page.getByRole('link', { name: 'dashboard' }).click();
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('MLOps');
  await noViolations(page);
  const seconds = Math.round((performance.now() - began) / 1000);
  const { steps, typed: keys, decisions } = walked;
  process.stderr.write(
    [
      `first hour: ${steps.length} steps, ${keys.length} things typed, ${decisions.length} decisions, ${(seconds / 60).toFixed(1)} minutes of the machine`,
      ...steps.map((text, index) => `  ${index + 1}. ${text}`),
      `  typed: ${keys.join(' · ')}`,
      `  decided: ${decisions.join(' · ')}`,
      '',
    ].join('\n'),
  );
  expect(decisions.length).toBeLessThanOrEqual(6);
  expect(seconds).toBeLessThan(600);
  const asked = promisify(execFile)('npm', ['run', '-s', 'practicum', '--', 'doctor'], {
    cwd: home,
    env: environment(),
  });
  const { stdout: doctor } = await asked.catch((error: Error & { stdout: string }) => error);
  expect(doctor).not.toContain('FAIL');
});

/** Commits that brought data; none while GitHub still copies the template. */
async function releasedTo(repo: string): Promise<number> {
  const asked = asTeacher().request('GET /repos/{owner}/{repo}/commits', { owner: org, repo });
  const { data } = await asked.catch((error: { status?: number }) => {
    if (error.status !== 409) throw error;
    return { data: [] };
  });
  return data.filter(({ commit }) => commit.message.includes('Practicum-Shipment: ')).length;
}

function asTeacher(): ReturnType<typeof clientOf> {
  return clientOf(sandbox, { login: 'teacher', name: 'Teacher', ...sandbox.admin.createToken({ login: 'teacher' }) });
}
