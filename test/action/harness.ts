// Runs the bundled Action in a clean process, against a small server that stands in for GitHub's API and notes every request.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bundledAction } from '../bundled-action.ts';

export type Sent = { method: string; path: string; body: any; headers: Record<string, string | string[] | undefined> };
export type Answer = { status: number; body?: unknown; headers?: Record<string, string> } | 'drop' | 'hang';
export type Scenario = {
  files?: Record<string, string>;
  inputs?: Record<string, string>;
  env?: Record<string, string>;
  event?: unknown;
  /** Answers by `METHOD path`, tried before the usual ones; a list is used up from its front. */
  answers?: (request: Sent, seen: readonly Sent[]) => Answer | undefined;
  /** Keep the workspace of an earlier run. */
  workspace?: string;
  token?: string;
  identity?: boolean;
  /** Send the signal of a cancelled job as soon as this file is there. */
  cancelWhen?: string;
  /** Folder, from the workspace, of the files for outputs and summary. */
  runnerFiles?: string;
  /** Send SIGINT as soon as the Action asks the API for anything. */
  cancelOnRequest?: boolean;
};
export type Ran = {
  exit: number | null;
  log: string;
  requests: Sent[];
  outputs: Record<string, string>;
  summary: string;
  workspace: string;
  temp: string;
  checkRuns: any[];
};

const folders: string[] = [];

export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** Inputs as the runner passes them: every declared one, with its default; what is asked again may take its time here. */
const defaults: Record<string, string> = {
  mode: 'all',
  endpoint: 'auto',
  fail: 'true',
  force: 'false',
  manifest: 'data/MANIFEST.json',
  'run-job': 'run',
  patience: '20',
};

export async function runAction(scenario: Scenario): Promise<Ran> {
  const main = join(await bundledAction(), 'dist/index.js');
  const base = mkdtempSync(join(tmpdir(), 'practicum-job-'));
  folders.push(base);
  const workspace = scenario.workspace ?? join(base, 'work');
  const temp = join(base, 'temp');
  for (const folder of [workspace, temp]) mkdirSync(folder, { recursive: true });
  for (const [path, text] of Object.entries(scenario.files ?? {})) {
    mkdirSync(dirname(join(workspace, path)), { recursive: true });
    writeFileSync(join(workspace, path), text);
  }
  const requests: Sent[] = [];
  const asked = new AbortController();
  const server = await listen(requests, scenario, asked);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const files = join(workspace, scenario.runnerFiles ?? '..');
  mkdirSync(files, { recursive: true });
  for (const name of ['output', 'summary']) writeFileSync(join(files, name), '');
  writeFileSync(
    join(base, 'event.json'),
    JSON.stringify(scenario.event ?? { repository: { id: 42, default_branch: 'main' } }),
  );
  const inputs: Record<string, string> = { ...defaults, token: scenario.token ?? 'job-token', ...scenario.inputs };
  if (inputs['app-url']) inputs['app-url'] = inputs['app-url'].replace('SELF', url);
  const env: Record<string, string> = {
    PATH: process.env['PATH']!,
    HOME: base,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_API_URL: url,
    GITHUB_SERVER_URL: 'https://github.example',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_EVENT_PATH: join(base, 'event.json'),
    GITHUB_JOB: 'pipeline',
    GITHUB_OUTPUT: join(files, 'output'),
    GITHUB_STEP_SUMMARY: join(files, 'summary'),
    GITHUB_REF: 'refs/heads/main',
    GITHUB_REPOSITORY: 'course/weather-ada',
    GITHUB_REPOSITORY_ID: '42',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_RUN_ID: '7001',
    GITHUB_SHA: 'a'.repeat(40),
    GITHUB_WORKFLOW_REF: 'course/weather-ada/.github/workflows/course.yml@refs/heads/main',
    GITHUB_WORKSPACE: workspace,
    RUNNER_TEMP: temp,
    ...(scenario.identity
      ? {
          ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/identity?api-version=2.0`,
          ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token',
        }
      : {}),
    ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
    ...scenario.env,
  };
  try {
    const { exit, log } = await start(main, env, workspace, { ...scenario, asked: asked.signal });
    const outputs = parseOutputs(readFileSync(join(files, 'output'), 'utf8'));
    const checkRuns = requests
      .filter(({ method, path }) => method === 'POST' && path.endsWith('/check-runs'))
      .map(({ body }) => body);
    return {
      exit,
      log,
      requests,
      outputs,
      summary: readFileSync(join(files, 'summary'), 'utf8'),
      workspace,
      temp,
      checkRuns,
    };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

function start(
  main: string,
  env: Record<string, string>,
  cwd: string,
  { cancelWhen, cancelOnRequest, asked }: Pick<Scenario, 'cancelWhen' | 'cancelOnRequest'> & { asked: AbortSignal },
): Promise<{ exit: number | null; log: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [main], { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    if (cancelOnRequest) asked.addEventListener('abort', () => child.kill('SIGINT'));
    let log = '';
    child.stdout.on('data', (data) => (log += data));
    child.stderr.on('data', (data) => (log += data));
    const watcher = setInterval(() => {
      if (cancelWhen === undefined || !existsSync(join(cwd, cancelWhen))) return;
      clearInterval(watcher);
      child.kill('SIGTERM');
    }, 20);
    child.on('close', (exit) => {
      clearInterval(watcher);
      resolve({ exit, log });
    });
  });
}

function listen(requests: Sent[], scenario: Scenario, asked: AbortController): Promise<Server> {
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const sent: Sent = { method: request.method!, path: request.url!, body: parse(text), headers: request.headers };
    const answer = scenario.answers?.(sent, requests) ?? usual(sent, requests);
    requests.push(sent);
    asked.abort();
    if (answer === 'drop') return void request.socket.destroy();
    if (answer === 'hang') return;
    response
      .writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers })
      .end(answer.body === undefined ? '' : JSON.stringify(answer.body));
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

function usual(sent: Sent, seen: readonly Sent[]): Answer {
  if (sent.method === 'POST' && sent.path.endsWith('/check-runs'))
    return { status: 201, body: { id: 900 + seen.length } };
  if (sent.method === 'PATCH') return { status: 200, body: { id: Number(sent.path.split('/').at(-1)) } };
  if (sent.path.includes('/check-runs')) return { status: 200, body: { total_count: 0, check_runs: [] } };
  if (sent.path.includes('/jobs'))
    return { status: 200, body: { total_count: 1, jobs: [{ name: 'practicum / run', conclusion: 'success' }] } };
  if (sent.path.startsWith('/identity')) return { status: 200, body: { value: 'aGVhZGVy.cGF5bG9hZA.c2lnbmF0dXJl' } };
  return { status: 404, body: { message: 'Not Found' } };
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}

/** `name<<MARK … MARK` blocks of GITHUB_OUTPUT. */
function parseOutputs(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const match of text.matchAll(/^([\w-]+)<<(\S+)\n([\s\S]*?)\n\2$/gm)) found[match[1]!] = match[3]!;
  return found;
}

/** Check-run requests without what differs from run to run: times, digests, temporary paths. */
export function settle(value: unknown): unknown {
  const text = JSON.stringify(value, null, 2)
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replaceAll(/\| \d+\.\d \|/g, '| S.S |')
    .replaceAll(/[0-9a-f]{64}/g, 'SHA256');
  return JSON.parse(text);
}
