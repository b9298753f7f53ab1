// The composition: one file wires adapters to flows, from a Config. main.ts starts it through `practicum serve`.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { pino, type Logger } from 'pino';
import { followedClock, systemClock } from './clock.ts';
import type { Config } from './config.ts';
import { courseSlices } from './course-folder/course-slices.ts';
import { readSnapshot } from './course-folder/read-snapshot.ts';
import { courseTemplate } from './course-folder/read-course-template.ts';
import { putRemote, sourceAccess } from './course-folder/source-access.ts';
import { openSlices } from './dataset/slice/open-slices.ts';
import { openAside } from './aside/open-aside.ts';
import { CONFIRM_AFTER_MS } from './domain/endpoint/probe-policy.ts';
import { openEndpoints } from './endpoint/open-endpoints.ts';
import { probeKey, probeTiming, publicProbeKey } from './endpoint/sign-request.ts';
import { pipelinesByHttp } from './flows/placement/submit-by-http.ts';
import { giveCheckoutToken } from './flows/placement/give-checkout-token.ts';
import { answerReaction } from './flows/reaction/answer-run.ts';
import { receiveReport } from './flows/report/receive-report.ts';
import { reportParkedJob } from './flows/jobs/queue-jobs.ts';
import { reconcileJob } from './flows/upkeep/reconcile.ts';
import { roleOf } from './flows/people/role-of.ts';
import { openClient } from './github/client/client.ts';
import { signInDoor } from './github/client/sign-in.ts';
import { openGitHub } from './github/github.ts';
import { hooks } from './github/course/hooks.ts';
import { identityReader, tokenVerifier } from './github/report/verify-token.ts';
import { openInbox } from './inbox.ts';
import { jobTable } from './jobs.ts';
import type { Clock } from './ports/clock.ts';
import { parsePayload } from './ports/job-map.ts';
import type { JobQueue } from './ports/jobs.ts';
import type { Outside } from './ports/outside.ts';
import { jobQueue } from './postgres/job-queue.ts';
import { listen } from './postgres/listen.ts';
import { openDatabase } from './postgres/open-database.ts';
import { openPace } from './postgres/pace.ts';
import { openPool, type Pool } from './postgres/pool.ts';
import { sessionStore } from './postgres/session-store.ts';
import { openStore } from './postgres/store.ts';
import { accessBy, type Access } from './web/access.ts';
import type { RouteSettings, SignIn } from './web/route-settings.ts';
import { routes } from './web/routes.ts';
import { startServer } from './web/server.ts';
import { makePrivate } from './life/make-private.ts';
import { reachGitHub } from './life/reach-github.ts';
import { readiness } from './life/readiness.ts';
import { stopInTime } from './life/stop-in-time.ts';
import { startWorker, type Worker } from './worker.ts';
import { Failure } from './domain/text/failure.ts';

export type Running = { port: number; dashboardUrl: string; stop: () => Promise<void> };

/** Starts the whole app: database, server, and the worker as soon as GitHub has answered. */
export async function startApp(config: Config, more: Pick<RouteSettings, 'examine'> = {}): Promise<Running> {
  const log = openLog(config);
  await makePrivate(config.home);
  const { pool, url: databaseUrl } = await openDatabase(config);
  // Webhooks have connections of their own: they wait behind no page and no job, and no longer than GitHub does.
  const doorPool = openPool(databaseUrl, { max: 3, answerMs: 7000 });
  const clock = config.clockUrl ? await followedClock(config.clockUrl) : systemClock;
  const token = config.dashboardToken ?? randomBytes(16).toString('base64url');
  const access = accessBy(token);
  const studentPage = studentPages(config, access);
  const queue = jobQueue(pool);
  let worker: Worker | undefined;
  const reaching = await reachGitHub({
    log,
    open: () => openOutside(config, pool, clock, log, studentPage),
    begin: async (outside) => {
      worker = await beginWork(outside, queue, databaseUrl);
    },
  });
  const outsideNow = (): Outside => {
    const outside = reaching.now();
    if (!outside) throw new Failure('github-unreachable', 'GitHub has not answered yet');
    return outside;
  };
  const server = await startServer({
    secret: config.webhookSecret,
    host: config.host,
    port: config.port,
    accept: openInbox({ store: openStore(doorPool), clock }).accept,
    failed: (err) => log.error({ err }, 'a webhook could not be stored; GitHub was told so'),
    pages: routes({
      store: openStore(pool),
      clock,
      log,
      access,
      ...more,
      ...(config.oauth ? { signIn: signInBy(config, config.oauth, pool, outsideNow) } : {}),
      webUrl: config.webUrl,
      dashboardUrl: config.dashboardUrl,
      probeKey: publicProbeKey(probeKey(config.privateKey)),
      ...machineDoors(outsideNow),
      ready: readiness({
        askDatabase: () => doorPool.query('select 1'),
        home: config.home,
        reachedGitHub: () => reaching.now() !== undefined,
      }),
    }).fetch,
  });
  const dashboardUrl = `${config.dashboardUrl}/${config.dashboardToken ? '' : `?token=${token}`}`;
  log.info({ port: server.port }, 'listening');
  return {
    port: server.port,
    dashboardUrl,
    async stop() {
      reaching.stop();
      if ('stop' in clock) (clock as { stop: () => void }).stop();
      await stopInTime({ log, server, worker, pool, doorPool, giveBack: () => queue.giveBackAll() });
    },
  };
}

/** What machines ask for, once GitHub has answered. */
function machineDoors(
  outsideNow: () => Outside,
): Pick<RouteSettings, 'pipelines' | 'checkoutToken' | 'reaction' | 'receiveReport'> {
  return {
    pipelines: pipelinesByHttp(outsideNow),
    checkoutToken: async (identity) => giveCheckoutToken(outsideNow(), identity),
    reaction: async (identity, asked) => answerReaction(outsideNow(), identity, asked),
    receiveReport: async (body) => receiveReport(outsideNow(), body),
  };
}

/** Addresses of students' own pages. Whoever can sign in needs no key in them. */
function studentPages({ dashboardUrl, oauth }: Config, access: Access): Outside['studentPage'] {
  return (organisation, owner) => {
    const path = access.studentPath(organisation, owner);
    return dashboardUrl + (oauth ? path.split('?')[0]! : path);
  };
}

function signInBy(
  { webUrl, apiUrl, dashboardUrl }: Config,
  { clientId, clientSecret }: NonNullable<Config['oauth']>,
  pool: Pool,
  outsideNow: () => Outside,
): SignIn {
  const callback = `${dashboardUrl}/sign-in/callback`;
  return {
    door: signInDoor({ clientId, clientSecret, webUrl, apiUrl, callback }),
    sessions: sessionStore(pool),
    roleOf: (organisation, person) => roleOf(outsideNow(), organisation, person),
    key: clientSecret,
  };
}

/** Starts to work off what is due, and looks for what was missed. */
async function beginWork(outside: Outside, queue: JobQueue, databaseUrl: string): Promise<Worker> {
  const { clock, log } = outside;
  await queue.enqueue([reconcileJob(clock.now())]);
  return startWorker({
    queue,
    clock,
    log,
    jobs: jobTable(outside),
    onQueued: (listener) => listen(databaseUrl, 'job', listener),
    onParked: async ({ name, payload }) => {
      const parsed = name === 'dispatch-shipment' ? parsePayload(name, payload) : undefined;
      if (!parsed || !('payload' in parsed)) return;
      await queue.enqueue([reportParkedJob(parsed.payload.organisation, clock.now())]);
    },
  });
}

/** What flows are given. `practicum dispatch` needs no more than this. */
export async function openOutside(
  config: Config,
  pool: Pool,
  clock: Clock,
  log: Logger,
  studentPage: Outside['studentPage'],
): Promise<Outside> {
  const { appId, privateKey, apiUrl } = config;
  const client = openClient({ appId, privateKey, apiUrl }, openPace(pool, config.pace));
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
    endpoints: openEndpoints({
      key: probeKey(config.privateKey),
      timing: probeTiming(config.privateKey),
      allowLoopback: config.allowLoopback === true,
      knownHost: new URL(config.apiUrl).hostname,
      // Where the clock is moved by hand, no course time passes between two probes.
      confirmAfterSeconds: clock.runs ? CONFIRM_AFTER_MS / 1000 : 0.2,
    }),
    hooks: hooks(client.app),
    readIdentity: identityReader({ issuers: config.oidcIssuers, now: clock.now }),
    verifyToken: tokenVerifier({ issuers: config.oidcIssuers, useToken: store.useToken, now: clock.now }),
    github: openGitHub({
      client,
      appId: config.appId,
      appSlug,
      webUrl: config.webUrl,
      home: join(config.home, 'courses'),
      readArchive: (repository, zip) => aside.read(repository, 'readTestReports', zip),
      putRemote: (file, remote, name) => putRemote(config.environment, file, remote, name),
      readCourse: (directory) => readSnapshot(directory, config.environment, sources),
    }),
    courseRepository: config.courseRepository,
    courseTemplate,
    appUrl: config.dashboardUrl,
  };
}

export function openLog({ logLevel }: Pick<Config, 'logLevel'>): Logger {
  return pino({
    level: logLevel,
    redact: ['*.token', '*.privateKey', '*.authorization', 'err.request', 'err.response', 'err.cause'],
  });
}
