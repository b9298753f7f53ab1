// What people and machines come in by, over HTTP: the routes, with all that they are given.
import type { Config } from './config.ts';
import { publicProbeKey, probeKey } from './endpoint/sign-request.ts';
import { doSetUpStep } from './flows/course/do-set-up-step.ts';
import { lookAtSetUp } from './flows/course/look-at-set-up.ts';
import { openDraft } from './flows/draft/open-draft.ts';
import { previewDraft } from './flows/draft/preview-draft.ts';
import { saveDraft } from './flows/draft/save-draft.ts';
import { roleOf } from './flows/people/role-of.ts';
import { giveCheckoutToken } from './flows/placement/give-checkout-token.ts';
import { pipelinesByHttp } from './flows/placement/submit-by-http.ts';
import { answerReaction } from './flows/reaction/answer-run.ts';
import { receiveReport } from './flows/report/receive-report.ts';
import { signInDoor } from './github/client/sign-in.ts';
import type { Meters } from './life/meters.ts';
import { readiness } from './life/readiness.ts';
import type { Clock, Log } from './ports/clock.ts';
import type { FlowPorts } from './ports/flow-ports.ts';
import type { Pool } from './postgres/pool.ts';
import { sessionStore } from './postgres/session-store.ts';
import { openStore } from './postgres/store.ts';
import { tryToStore } from './postgres/try-to-store.ts';
import type { Access } from './web/access.ts';
import type { Drafting, RouteSettings, SignIn } from './web/route-settings.ts';
import { routes } from './web/routes.ts';

export type MoreDoors = Pick<RouteSettings, 'examine'>;
type Inner = MoreDoors & {
  pool: Pool;
  /** The connections of webhooks: what they wait for is what readiness asks. */
  doorPool: Pool;
  clock: Clock;
  log: Log;
  access: Access;
  meters: Meters;
  /** Throws until GitHub has answered. */
  portsNow: () => FlowPorts;
  reached: () => FlowPorts | undefined;
};

export function openDoors(config: Config, inner: Inner): (request: Request) => Response | Promise<Response> {
  const { pool, doorPool, clock, log, access, meters, portsNow, reached, examine } = inner;
  const store = openStore(pool);
  return routes({
    store,
    clock,
    log,
    access,
    ...(examine ? { examine } : {}),
    setUp: {
      async look() {
        const courses = (await store.courses()).filter(({ installationId }) => installationId !== 0);
        return Promise.all(courses.map((course) => lookAtSetUp(portsNow(), course)));
      },
      act: (organisation, step) => doSetUpStep(portsNow(), organisation, step),
    },
    drafting: draftingBy(portsNow),
    metrics: { expose: meters.expose, ...(config.metricsToken ? { token: config.metricsToken } : {}) },
    ...(config.oauth ? { signIn: signInBy(config, config.oauth, inner) } : {}),
    webUrl: config.webUrl,
    dashboardUrl: config.dashboardUrl,
    probeKey: publicProbeKey(probeKey(config.privateKey)),
    ...machineDoors(portsNow),
    holds: () => openStore(doorPool).holds(),
    ready: readiness({
      askDatabase: () => tryToStore(doorPool),
      home: config.home,
      reachedGitHub: () => reached() !== undefined,
    }),
  }).fetch;
}

/** Challenges in the browser, once GitHub has answered. */
export function draftingBy(portsNow: () => FlowPorts): Drafting {
  return {
    keep: async (...file) => portsNow().drafts.keep(...file),
    upload: async (organisation, id) => portsNow().drafts.upload(organisation, id),
    open: async (organisation, wanted) => openDraft(portsNow(), organisation, wanted),
    preview: async (place, text) => previewDraft(portsNow(), place, text),
    save: async (place, text, author) => saveDraft(portsNow(), place, text, author),
  };
}

/** What machines ask for, once GitHub has answered. */
function machineDoors(
  portsNow: () => FlowPorts,
): Pick<RouteSettings, 'pipelines' | 'checkoutToken' | 'reaction' | 'receiveReport'> {
  return {
    pipelines: pipelinesByHttp(portsNow),
    checkoutToken: async (identity) => giveCheckoutToken(portsNow(), identity),
    reaction: async (identity, asked) => answerReaction(portsNow(), identity, asked),
    receiveReport: async (body, from) => receiveReport(portsNow(), body, from),
  };
}

function signInBy(
  { webUrl, apiUrl, dashboardUrl }: Config,
  { clientId, clientSecret }: NonNullable<Config['oauth']>,
  { pool, portsNow }: Inner,
): SignIn {
  const callback = `${dashboardUrl}/sign-in/callback`;
  return {
    door: signInDoor({ clientId, clientSecret, webUrl, apiUrl, callback }),
    sessions: sessionStore(pool),
    roleOf: (organisation, person) => roleOf(portsNow(), organisation, person),
    key: clientSecret,
  };
}
