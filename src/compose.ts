// The composition: one file wires adapters to flows, from a Config. main.ts starts it through `practicum serve`.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { pino, type Logger } from 'pino';
import { followedClock, systemClock } from './clock.ts';
import type { Config } from './config.ts';
import { courseSlices } from './course-folder/course-slices.ts';
import { openDrafts } from './course-folder/draft/open-drafts.ts';
import { readSnapshot } from './course-folder/read-snapshot.ts';
import { courseTemplate, studentTemplate } from './course-folder/read-course-template.ts';
import { putRemote, remoteFaults, sourceAccess } from './course-folder/source-access.ts';
import { openSlices } from './dataset/slice/open-slices.ts';
import { openAside } from './aside/open-aside.ts';
import { CONFIRM_AFTER_MS } from './domain/endpoint/probe-policy.ts';
import { ownAction } from './domain/messages/name-action.ts';
import { staffChannel } from './endpoint/staff-channel.ts';
import { resolveName } from './endpoint/guarded-connect.ts';
import { openEndpoints } from './endpoint/open-endpoints.ts';
import { probeKey, probeTiming } from './endpoint/sign-request.ts';
import { accessReader } from './github/client/read-access.ts';
import { reportParkedJob } from './flows/jobs/queue-jobs.ts';
import { reconcileJob } from './flows/upkeep/reconcile.ts';
import { openClient } from './github/client/client.ts';
import { openGitHub } from './github/github.ts';
import { hooks } from './github/course/hooks.ts';
import { identityReader, tokenVerifier } from './github/report/verify-token.ts';
import { openDoors, type MoreDoors } from './doors.ts';
import { openInbox } from './inbox.ts';
import { jobTable } from './jobs.ts';
import type { Clock } from './ports/clock.ts';
import { parsePayload } from './ports/job-map.ts';
import type { JobQueue } from './ports/jobs.ts';
import type { FlowPorts } from './ports/flow-ports.ts';
import type { Store } from './ports/store.ts';
import { jobQueue } from './postgres/job-queue.ts';
import { listen } from './postgres/listen.ts';
import { openDatabase } from './postgres/open-database.ts';
import { openPace } from './postgres/pace.ts';
import { openPool, type Pool } from './postgres/pool.ts';
import { openStore } from './postgres/store.ts';
import { accessBy, type Access } from './web/access.ts';
import { startServer } from './web/server.ts';
import { logOutput } from './life/log-output.ts';
import { openMeters, type Meters } from './life/meters.ts';
import { makePrivate } from './life/make-private.ts';
import { reachGitHub } from './life/reach-github.ts';
import { stopInTime } from './life/stop-in-time.ts';
import { startWorker, type Worker } from './worker.ts';
import { Failure } from './domain/text/failure.ts';

export type Running = {
  port: number;
  dashboardUrl: string;
  /** Ends in seconds; once `hurry` resolves, without waiting for the work in hand. */
  stop: (hurry?: Promise<void>) => Promise<void>;
};

/** Starts the whole app: database, server, and the worker as soon as GitHub has answered. */
export async function startApp(config: Config, more: MoreDoors = {}): Promise<Running> {
  const log = openLog(config);
  await makePrivate(config.home);
  const { pool, url: databaseUrl } = await openDatabase(config);
  const [doorPool, queuePool] = [openImpatient(databaseUrl), openImpatient(databaseUrl)];
  const clock = config.clockUrl ? await followedClock(config.clockUrl) : systemClock;
  const token = config.dashboardToken ?? randomBytes(16).toString('base64url');
  const access = accessBy(token);
  const studentPage = studentPages(config, access);
  const queue = jobQueue(queuePool);
  const meters = openMeters(figuresNow(openStore(pool), clock));
  let worker: Worker | undefined;
  const reaching = await reachGitHub({
    log,
    open: () => openPorts(config, pool, clock, log, studentPage, meters),
    begin: async (ports) => {
      worker = await beginWork(ports, queue, databaseUrl);
    },
  });
  const portsNow = (): FlowPorts => {
    const ports = reaching.now();
    if (!ports) throw new Failure('github-unreachable', 'GitHub has not answered yet');
    return ports;
  };
  // Of its own: what students wrote is not read before it.
  const aside = openAside({ threads: 1 });
  const own = { ...config, slug: () => reaching.now()?.appSlug };
  const server = await startServer({
    secret: config.webhookSecret,
    host: config.host,
    port: config.port,
    accept: openInbox({ store: openStore(doorPool), clock, own }).accept,
    failed: (err) => log.error({ err }, 'a webhook could not be stored; GitHub was told so'),
    readLarge: (body) => aside.read('webhooks', 'slimDelivery', body),
    pages: openDoors(config, {
      pool,
      doorPool,
      clock,
      log,
      access,
      meters,
      portsNow,
      reached: reaching.now,
      ...more,
    }),
  });
  const dashboardUrl = `${config.dashboardUrl}/${config.dashboardToken ? '' : `?token=${token}`}`;
  log.info({ port: server.port }, 'listening');
  return {
    port: server.port,
    dashboardUrl,
    async stop(hurry) {
      reaching.stop();
      if ('stop' in clock) (clock as { stop: () => void }).stop();
      await aside.close();
      const pools = [pool, doorPool, queuePool];
      await stopInTime({ log, server, worker, hurry, pools, giveBack: () => queue.giveBackAll() });
    },
  };
}

/**
 * Webhooks have connections of their own: they wait behind no page and no job, and no longer than GitHub does. So has the
 * queue: leases are renewed and given back however long pages and jobs wait for an answer on theirs.
 */
function openImpatient(databaseUrl: string): Pool {
  return openPool(databaseUrl, { max: 3, answerMs: 7000 });
}

/** What the database says, read anew for whoever asks. */
function figuresNow(store: Store, clock: Clock): Parameters<typeof openMeters>[0] {
  return async () => {
    const now = clock.now();
    return { figures: await store.figures(now), now };
  };
}

/** Addresses of students' own pages. Whoever can sign in needs no key in them. */
function studentPages({ dashboardUrl, oauth }: Config, access: Access): FlowPorts['studentPage'] {
  return (organisation, owner) => {
    const path = access.studentPath(organisation, owner);
    return dashboardUrl + (oauth ? path.split('?')[0]! : path);
  };
}

/** Starts to work off what is due, and looks for what was missed. */
async function beginWork(ports: FlowPorts, queue: JobQueue, databaseUrl: string): Promise<Worker> {
  const { clock, log } = ports;
  await queue.enqueue([reconcileJob(clock.now())]);
  return startWorker({
    queue,
    clock,
    log,
    jobs: jobTable(ports),
    onQueued: (listener) => listen(databaseUrl, 'job', listener),
    onParked: async ({ name, payload }) => {
      const parsed = name === 'dispatch-shipment' ? parsePayload(name, payload) : undefined;
      if (!parsed || !('payload' in parsed)) return;
      await queue.enqueue([reportParkedJob(parsed.payload.organisation, clock.now())]);
    },
  });
}

/** What flows are given. `practicum dispatch` needs no more than this. */
export async function openPorts(
  config: Config,
  pool: Pool,
  clock: Clock,
  log: Logger,
  studentPage: FlowPorts['studentPage'],
  meters?: Meters,
): Promise<FlowPorts> {
  const { appId, privateKey, apiUrl } = config;
  const client = openClient({ appId, privateKey, apiUrl }, openPace(pool, config.pace, meters?.budget));
  const { data: app } = await client.app.rest.apps.getAuthenticated();
  const appSlug = app?.slug ?? '';
  const store = openStore(pool);
  const bounds = config.slicesGb === undefined ? {} : { mostBytes: config.slicesGb * 2 ** 30 };
  const sources = openSlices(join(config.home, 'slices'), sourceAccess(config.environment), bounds);
  const aside = openAside(config.reading);
  return {
    clock,
    log,
    store,
    aside,
    ...(config.shares ? { shares: config.shares } : {}),
    studentPage,
    appSlug,
    slices: courseSlices(sources),
    drafts: openDrafts(join(config.home, 'drafts'), sources),
    endpoints: meters?.timed(endpointsOf(config, clock)) ?? endpointsOf(config, clock),
    remoteFaults: remoteFaults(config.environment),
    hooks: hooks(client.app),
    readIdentity: identityReader({ issuers: config.oidcIssuers, now: clock.now }),
    readAccess: accessReader(apiUrl),
    verifyToken: tokenVerifier({ issuers: config.oidcIssuers, useToken: store.useToken, now: clock.now }),
    github: openGitHub({
      client,
      appId: config.appId,
      appSlug,
      webUrl: config.webUrl,
      home: join(config.home, 'courses'),
      readArchive: (repository, zip) => aside.read(repository, 'readTestReports', zip),
      readDatabase: (repository, bytes) => aside.read(repository, 'readMlflowDatabase', bytes),
      readPaths: (repository, what, text) => aside.read(repository, what, text),
      putRemote: (file, remote, name) => putRemote(config.environment, file, remote, name),
      readCourse: (directory) => readSnapshot(directory, config.environment, sources),
    }),
    courseRepository: config.courseRepository,
    courseTemplate,
    studentTemplate,
    action: config.action ?? ownAction,
    appUrl: config.dashboardUrl,
    ...(config.staffWebhook
      ? { tellStaff: staffChannel(config.staffWebhook, { allowLoopback: config.allowLoopback === true }) }
      : {}),
  };
}

function endpointsOf({ privateKey, allowLoopback, apiUrl, nameServers }: Config, clock: Clock): FlowPorts['endpoints'] {
  return openEndpoints({
    key: probeKey(privateKey),
    timing: probeTiming(privateKey),
    allowLoopback: allowLoopback === true,
    knownHost: new URL(apiUrl).hostname,
    knownPort: Number(new URL(apiUrl).port || 443),
    ...(nameServers ? { lookup: (host) => resolveName(host, nameServers) } : {}),
    // Where the clock is moved by hand, no course time passes between two probes.
    confirmAfterSeconds: clock.runs ? CONFIRM_AFTER_MS / 1000 : 0.2,
  });
}

export function openLog({ logLevel }: Pick<Config, 'logLevel'>): Logger {
  const redact = ['*.token', '*.privateKey', '*.authorization', 'err.request', 'err.response', 'err.cause'];
  return pino({ level: logLevel, redact }, logOutput());
}
