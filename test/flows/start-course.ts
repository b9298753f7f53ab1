// A course in the sandbox with the app in this process: a teacher's files, students, a clock moved by hand.
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Octokit } from '@octokit/rest';
import { startApp } from '../../src/compose.ts';
import type { Config } from '../../src/config.ts';
import { freePort } from '../../src/free-port.ts';
import { openStore } from '../../src/postgres/store.ts';
import type { Store } from '../../src/ports/store.ts';
import { buildWorld, movableClock, type MovableClock, type Sandbox, startSandbox } from '@practicum/sandbox';
import { withClone, type Person } from '../../src/rehearsal/push-files.ts';
import { untilQuiet } from '../../src/rehearsal/quiet.ts';
import { clientOf } from '../../src/rehearsal/world.ts';
import { cloneDatabase } from '../database.ts';
import { sandboxConfig } from '../sandbox-config.ts';

export const org = 'mlops';
const hour = 3_600_000;

export type CourseInSandbox = {
  sandbox: Sandbox;
  clock: MovableClock;
  store: Store;
  databaseUrl: string;
  /** PRACTICUM_HOME of the app. */
  home: string;
  teacher: Person;
  students: Person[];
  quiet: () => Promise<void>;
  /** Moves the clock and waits until nothing more happens. */
  advance: (hours: number) => Promise<void>;
  /** Does `during` while no app runs: webhooks of that time are lost. */
  outage: (during: () => Promise<void>) => Promise<void>;
  as: (person: Person) => Octokit;
  /** Where git finds a repository, with a person's token. */
  cloneUrl: (repo: string, token: string) => string;
  renameAccount: (login: string, to: string) => void;
  setActionsEnabled: (repo: string, enabled: boolean) => void;
  /** Commits files as a person, by git; resolves when the app has seen it. */
  push: (person: Person, repo: string, files: Record<string, string>, message?: string) => Promise<string>;
  /** Presses a button of a check run on GitHub. */
  press: (login: string, checkRunId: number, identifier: string) => Promise<void>;
  /** Where the dashboard is. */
  url: string;
  checks: (
    repo: string,
    commit: string,
  ) => Promise<{ id: number; name: string; conclusion: string | null; output: Output }[]>;
  stop: () => Promise<void>;
};
type Output = { title: string | null; summary: string | null; text: string | null; annotations_count: number };

/** Logins become student repositories `<challenge>-<login>`; outsiders have an account, and are no members yet. The clock stands an hour before `starts`. */
export async function startCourse(
  files: Record<string, string>,
  logins: readonly string[],
  starts: Date,
  outsiders: readonly string[] = [],
  environment: Record<string, string> = {},
  /** People sign in with GitHub; without it everybody who reaches the dashboard is staff. */
  signIn = false,
  more: Partial<Config> = {},
): Promise<CourseInSandbox> {
  const dir = await mkdtemp(join(tmpdir(), 'practicum-flows-'));
  const clock = movableClock(new Date(starts.getTime() - hour));
  const database = await cloneDatabase();
  const sandbox = await startSandbox({ dir, clock });
  const { admin } = sandbox;
  const port = await freePort();
  const secret = randomBytes(16).toString('hex');
  const firstFiles = { 'README.md': 'A repository\n' };
  const world = await buildWorld(sandbox, {
    organisation: org,
    members: logins,
    outsiders,
    repositories: [
      { name: 'course', files: firstFiles },
      { name: 'student-template', template: true, files: firstFiles },
    ],
    app: {
      manifest: await readFile(new URL('../../app.yml', import.meta.url), 'utf8'),
      webhook: { url: `http://127.0.0.1:${port}/api/github/webhooks`, secret },
      installed: false,
    },
  });
  const { owner: teacher, members: students } = world;
  const app = world.app!;
  const as = (who: Person): Octokit => clientOf(sandbox, who);
  const config: Config = {
    ...sandboxConfig({ sandbox, app, webhookSecret: secret, databaseUrl: database.url, port, dir }),
    allowLoopback: true,
    ...(signIn ? signingIn(sandbox.state.app(app.appId)) : {}),
    environment: { ...environment, PATH: process.env['PATH'] ?? '' },
    ...more,
  };
  let running = await startApp(config);
  const quiet = (): Promise<void> => untilQuiet(sandbox, database.pool);
  const push: CourseInSandbox['push'] = async (who, repo, changes, message = 'Work') => {
    const commit = await withClone(`${sandbox.url}/${org}/${repo}.git`, who, clock.now(), async (directory, git) => {
      for (const [path, text] of Object.entries(changes)) {
        await mkdir(dirname(join(directory, path)), { recursive: true });
        await writeFile(join(directory, path), text);
      }
      await git.add(['--all', '--force', '.']).commit(`${message} [skip ci]`);
      await git.push('origin', 'main', ['--quiet']);
      return git.revparse(['HEAD']);
    });
    await quiet();
    return commit;
  };
  admin.installApp({ appId: app.appId, account: org });
  await quiet();
  await push(teacher, 'course', files);
  return {
    sandbox,
    clock,
    store: openStore(database.pool),
    databaseUrl: database.url,
    home: config.home,
    teacher,
    students,
    quiet,
    async outage(during) {
      await running.stop();
      await during();
      running = await startApp(config);
      await quiet();
    },
    as,
    cloneUrl: (repo, token) => sandbox.url.replace('//', `//x-access-token:${token}@`) + `/${org}/${repo}.git`,
    push,
    url: config.dashboardUrl,
    async press(login, checkRunId, identifier) {
      await admin.clickAction({ checkRunId, login, identifier });
      await quiet();
    },
    setActionsEnabled(repo, enabled) {
      admin.setActionsEnabled({ repository: `${org}/${repo}`, enabled });
    },
    renameAccount(login, to) {
      const { state } = sandbox.world;
      const account = state.accountByLogin(login)!;
      delete state.store.logins[login];
      state.store.logins[to] = account.id;
      account.login = to;
    },
    async advance(hours) {
      clock.advance(hours * hour);
      await quiet();
    },
    async checks(repo, commit) {
      const { data } = await as(teacher).request('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', {
        owner: org,
        repo,
        ref: commit,
      });
      return data.check_runs.map((checkRun) => ({ ...checkRun, id: Number(checkRun.id) }));
    },
    async stop() {
      await running.stop();
      await sandbox.close();
      await database.drop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** A table whose label is `hot` where `x` is at least 50: a rule that a service can be right about. */
export function dataOf(rows: number): string {
  const lines = Array.from({ length: rows }, (_, index) => {
    const x = (index * 37) % 100;
    return `${index},${x},${x >= 50 ? 'hot' : 'cold'}`;
  });
  return `${['id,x,label', ...lines].join('\n')}\n`;
}

/** The request files of a repository, as the student reads them. */
export async function readRequests(client: Octokit, repo: string): Promise<Record<string, any>[]> {
  const { data } = await client.request('GET /repos/{owner}/{repo}/contents/{path}', {
    owner: org,
    repo,
    path: 'requests',
  });
  return Promise.all(
    (data as { path: string }[]).map(async ({ path }) => {
      const file = await client.request('GET /repos/{owner}/{repo}/contents/{path}', { owner: org, repo, path });
      return JSON.parse(Buffer.from((file.data as { content: string }).content, 'base64').toString());
    }),
  );
}

export async function readText(client: Octokit, repo: string, path: string): Promise<string> {
  const { data } = await client.request('GET /repos/{owner}/{repo}/contents/{path}', { owner: org, repo, path });
  return Buffer.from((data as { content: string }).content, 'base64').toString();
}

function signingIn({ clientId, clientSecret = '' }: { clientId: string; clientSecret?: string }): Partial<Config> {
  return { oauth: { clientId, clientSecret }, dashboardToken: 'a token that nobody has' };
}
