// The sandbox with a course in it, the database and the app as a process of its own, as chaos plays them.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Octokit } from '@octokit/rest';
import { freePort } from '../../src/free-port.ts';
import { openDatabase } from '../../src/postgres/open-database.ts';
import { openStore } from '../../src/postgres/store.ts';
import {
  boundlessHour,
  buildWorld,
  type BuiltWorld,
  movableClock,
  type MovableClock,
  startSandbox,
  type Sandbox,
  quietLog,
} from '@practicum/sandbox';
import { startAppProcess, type AppProcess } from '../../src/rehearsal/app-process.ts';
import { watchAcknowledged, type Acknowledged } from './acknowledged.ts';
import { organisation, starts, writeCourse } from './make-course.ts';
import { mountSmallDisk, type SmallDisk } from './small-disk.ts';
import { startProxy, type StallingProxy } from './stalling-proxy.ts';
import { appName } from './troubles.ts';

export type World = {
  sandbox: Sandbox;
  clock: MovableClock;
  /** The bare repositories. */
  git: string;
  database: Awaited<ReturnType<typeof openDatabase>>;
  /** The app's way to the database. */
  proxy: StallingProxy;
  acknowledged: Acknowledged;
  store: ReturnType<typeof openStore>;
  /** One or more processes on one database; GitHub's webhooks go to the first. */
  apps: AppProcess[];
  /** Where they keep their files; undefined where this machine mounts nothing for us. */
  disk: SmallDisk | undefined;
  /** A student who works while data comes in; false where a fault struck them. */
  pushWork: (student: number, release: number) => Promise<boolean>;
};

type Plan = { dir: string; students: readonly string[]; releases: number; seed: number; processes: number };

/** `closing` receives what ends each part, to be called from the last to the first, also when this throws. */
export async function startWorld(plan: Plan, closing: (() => Promise<unknown>)[]): Promise<World> {
  const { dir, students, releases, seed, processes } = plan;
  const clock = movableClock(new Date(starts.getTime() - 86_400_000));
  const sandbox = await startSandbox({ dir: join(dir, 'github'), clock, rateLimits: boundlessHour });
  closing.push(() => sandbox.close());
  const { url } = sandbox;
  await writeCourse(join(dir, 'course'), students, releases);
  const port = await freePort();
  const webhook = { url: `http://127.0.0.1:${port}/api/github/webhooks`, secret: `chaos-${seed}-secret` };
  const { members, app: known } = await buildWorld(sandbox, {
    organisation,
    members: students,
    repositories: [{ name: 'course', folder: join(dir, 'course') }],
    app: {
      manifest: await readFile(join(import.meta.dirname, '../../app.yml'), 'utf8'),
      webhook,
      installed: false,
    },
  });
  const as = (token: string): Octokit => new Octokit({ baseUrl: `${url}/api/v3`, auth: token, log: quietLog });

  const database = await openDatabase({
    databaseUrl: process.env['DATABASE_URL'],
    home: join(dir, 'app'),
    durable: false,
  });
  closing.push(database.erase);
  const acknowledged = await watchAcknowledged({ sandbox, database }, known!.appId);
  const way = new URL(database.url);
  const proxy = await startProxy({ host: way.hostname, port: Number(way.port || 5432) });
  closing.push(() => proxy.close());
  way.port = String(proxy.port);
  const home = join(dir, 'home');
  const disk = mountSmallDisk(home);
  if (disk) closing.push(() => disk.close());
  const apps: AppProcess[] = [];
  for (let index = 0; index < processes; index++) {
    const at = { port: index === 0 ? port : await freePort(), home: join(home, `app-${index + 1}`) };
    const app = await startApp(sandbox, way.href, dir, { ...at, ...known! });
    closing.push(() => app.stop());
    apps.push(app);
  }
  sandbox.admin.installApp({ appId: known!.appId, account: organisation });
  return {
    sandbox,
    clock,
    git: join(dir, 'github/git'),
    database,
    proxy,
    acknowledged,
    store: openStore(database.pool),
    apps,
    disk,
    pushWork: (student, release) =>
      as(members[student]!.token)
        .request('PUT /repos/{owner}/{repo}/contents/{path}', {
          owner: organisation,
          repo: `work-${students[student]}`,
          path: `notes-${release}.md`,
          message: 'My notes',
          content: Buffer.from(`release ${release}\n`).toString('base64'),
        })
        .then(
          () => true,
          () => false,
        ),
  };
}

async function startApp(
  { url }: Sandbox,
  databaseUrl: string,
  dir: string,
  { appId, privateKey, webhookSecret, port, home }: NonNullable<BuiltWorld['app']> & { port: number; home: string },
): Promise<AppProcess> {
  return startAppProcess(
    {
      APP_ID: String(appId),
      PRIVATE_KEY: privateKey,
      WEBHOOK_SECRET: webhookSecret!,
      GITHUB_API_URL: `${url}/api/v3`,
      GITHUB_SERVER_URL: url,
      DATABASE_URL: databaseUrl,
      PGAPPNAME: appName,
      PORT: String(port),
      PRACTICUM_HOME: home,
      PRACTICUM_CLOCK_URL: `${url}/_sandbox/clock/stream`,
      PRACTICUM_DASHBOARD_TOKEN: 'open',
      PRACTICUM_PACE: '1000',
    },
    join(dir, 'app.log'),
    `http://127.0.0.1:${port}/readyz`,
  );
}
