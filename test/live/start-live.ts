// The whole app in this process, against a sandbox over HTTP and a database of its own: for tests of flows from end to end.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Octokit } from '@octokit/rest';
import { startApp } from '../../src/compose.ts';
import { freePort } from '../../src/free-port.ts';
import type { Store } from '../../src/ports/store.ts';
import { openStore } from '../../src/postgres/store.ts';
import {
  type ActionsOptions,
  buildWorld,
  movableClock,
  type MovableClock,
  startSandbox,
  type Sandbox,
} from '@practicum/sandbox';
import { withClone, type Person } from '../../src/rehearsal/push-files.ts';
import { untilQuiet } from '../../src/rehearsal/quiet.ts';
import { clientOf } from '../../src/rehearsal/world.ts';
import { cloneDatabase, type TestDatabase } from '../database.ts';
import { sandboxConfig } from '../sandbox-config.ts';

/** Path → text; undefined removes the file. */
export type Files = Record<string, string | Buffer | undefined>;

export type Live = {
  sandbox: Sandbox;
  clock: MovableClock;
  store: Store;
  database: TestDatabase;
  url: string;
  appId: number;
  /** The app's settings as environment variables, for commands beside it. */
  settings: Record<string, string>;
  teacher: Person;
  asTeacher: Octokit;
  person: (login: string) => Person;
  as: (login: string) => Octokit;
  /** Makes an empty repository of the organisation and pushes its first commit. */
  makeRepository: (name: string, files: Files, options?: object) => Promise<string>;
  /** Pushes one commit on the default branch; returns its id. */
  push: (repository: string, person: Person, files: Files, message?: string) => Promise<string>;
  install: () => void;
  quiet: () => Promise<void>;
  /** Moves course time on and waits until everything is at rest. */
  pass: (seconds: number) => Promise<void>;
  /** Stops the app, does something while it is down, and starts it again. */
  restart: (meanwhile: () => Promise<void>) => Promise<void>;
  stop: () => Promise<void>;
};

export const organisation = 'mlops';

type LiveOptions = { students: readonly string[]; actions?: ActionsOptions };

export async function startLive({ students, actions }: LiveOptions): Promise<Live> {
  const dir = mkdtempSync(join(tmpdir(), 'practicum-live-'));
  const clock = movableClock(new Date('2027-01-04T08:00:00Z'));
  const sandbox = await startSandbox({ clock, dir, ...(actions ? { actions } : {}) });
  const { admin } = sandbox;
  const port = await freePort();
  const secret = 'a secret of this test';
  const world = await buildWorld(sandbox, {
    organisation,
    members: students,
    app: {
      manifest: readFileSync(join(import.meta.dirname, '../../app.yml'), 'utf8'),
      webhook: { url: `http://127.0.0.1:${port}/api/github/webhooks`, secret },
      installed: false,
    },
  });
  const { owner: teacher } = world;
  const app = world.app!;
  const person = (login: string): Person => [teacher, ...world.members].find((candidate) => candidate.login === login)!;
  const database = await cloneDatabase();
  const url = `http://127.0.0.1:${port}`;
  const place = { sandbox, app, webhookSecret: secret, databaseUrl: database.url, port, dir };
  const config = { ...sandboxConfig(place), pace: 100_000 };
  let running = await startApp(config);
  const asTeacher = clientOf(sandbox, teacher);
  const quiet = (): Promise<void> => untilQuiet(sandbox, database.pool);
  const commit = async (repository: string, who: Person, files: Files, message: string, clone: boolean) => {
    const address = `${sandbox.url}/${organisation}/${repository}.git`;
    return withClone(
      address,
      who,
      clock.now(),
      async (directory, git) => {
        await writeFiles(directory, files);
        await git.add(['--all', '--force', '.']).commit(message);
        await git.push(address, 'main', ['--quiet']);
        return (await git.revparse(['HEAD'])).trim();
      },
      clone ? 'clone' : 'init',
    );
  };
  return {
    sandbox,
    clock,
    store: openStore(database.pool),
    database,
    url,
    appId: app.appId,
    settings: {
      APP_ID: String(app.appId),
      PRIVATE_KEY: app.privateKey,
      WEBHOOK_SECRET: secret,
      DATABASE_URL: database.url,
      GITHUB_API_URL: `${sandbox.url}/api/v3`,
      GITHUB_SERVER_URL: sandbox.url,
      PRACTICUM_HOME: join(dir, 'command'),
      PRACTICUM_PACE: '1000',
      PRACTICUM_CLOCK_URL: `${sandbox.url}/_sandbox/clock/stream`,
    },
    teacher,
    asTeacher,
    person,
    as: (login) => clientOf(sandbox, person(login)),
    async makeRepository(name, files, options = {}) {
      await asTeacher.request('POST /orgs/{org}/repos', { org: organisation, name, private: true, ...options });
      return commit(name, teacher, files, 'First commit', false);
    },
    push: (repository, who, files, message = 'A step on') => commit(repository, who, files, message, true),
    install: () => void admin.installApp({ appId: app.appId, account: organisation }),
    quiet,
    async pass(seconds) {
      await quiet();
      clock.set(new Date(clock.now().getTime() + seconds * 1000));
      await quiet();
    },
    async restart(meanwhile) {
      await running.stop();
      await meanwhile();
      running = await startApp(config);
    },
    async stop() {
      await running.stop();
      await sandbox.close();
      await database.drop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function writeFiles(directory: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const file = join(directory, path);
    if (content === undefined) {
      await rm(file, { recursive: true, force: true });
      continue;
    }
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

/** A course of one challenge with twenty rows of data; `more` is added to its challenge.yml. */
export function courseFiles(students: readonly string[], more = ''): Files {
  const rows = Array.from({ length: 20 }, (_, index) => `2026-01-${String(index + 1).padStart(2, '0')},${index * 3}`);
  return {
    'course.yml': `version: 1
title: A course
timezone: Europe/Copenhagen
roster: roster.csv
repositories: { name: "{challenge}-{owner}", template: student-template, visibility: private, permission: push }
`,
    'roster.csv': `login,id,name,group\n${students.map((login, index) => `${login},${index + 1},${login},`).join('\n')}\n`,
    'data/prices.csv': `date,price\n${rows.join('\n')}\n`,
    'challenges/prices/challenge.yml': `version: 1
name: prices
title: Prices
starts: 2027-01-04T10:00
ends: 2027-01-25T10:00
dataset: { source: data/prices.csv, target: price }
releases: { first: 2027-01-04T10:00, every: 7d, count: 2, path: "data/incoming/{release}.csv", carrier: commit }
${more}`,
  };
}
