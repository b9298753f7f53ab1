// Puts Actions into a sandbox: listens to its events, goes on with the runs of a former process, stops with it.
import { mkdirSync } from 'node:fs';
import { dirname, join, delimiter } from 'node:path';
import { emitSuite, findSuite, makeSuite } from '../checks/write.ts';
import type { Repository } from '../world/records.ts';
import type { Emission, World } from '../world/world.ts';
import { bindActions, type Actions } from './actions.ts';
import { ConcurrencyGroups } from './concurrency-groups.ts';
import { driveRun } from './drive-run.ts';
import { LiveRun } from './live-run.ts';
import { ACTIONS_APP_ID, actionsApp } from '../world/job-token.ts';
import { OidcKeys } from './oidc-keys.ts';
import { ActionCache } from './read-repository.ts';
import { actionsOf } from './records.ts';
import { RunnerPool } from './runner-pool.ts';
import { rerun } from './start-run.ts';
import { triggerRuns } from './trigger-runs.ts';

/** The part of a sandbox that Actions needs. */
export type Host = {
  world: World;
  addRunning: (count: () => number) => void;
  onClose: (work: () => void | Promise<void>) => void;
};

export type ActionsOptions = {
  /** How many jobs of hosted labels run at once. */
  hostedRunners?: number;
  /** PATH of the jobs; that of this process by default. */
  path?: string;
};

const HOSTED_RUNNERS = 2;

export function installActions(host: Host, options: ActionsOptions = {}): Actions {
  const { world } = host;
  const closing = new AbortController();
  const fileFolder = join(world.dir, 'actions');
  const workFolder = join(fileFolder, 'work');
  mkdirSync(workFolder, { recursive: true });
  const actions: Actions = {
    world,
    pool: new RunnerPool(world.state, options.hostedRunners ?? HOSTED_RUNNERS),
    groups: new ConcurrencyGroups(),
    cache: new ActionCache(join(workFolder, 'actions')),
    oidc: new OidcKeys(),
    identities: new Map(),
    live: new Map(),
    logs: new Map(),
    closing: closing.signal,
    workFolder,
    fileFolder,
    // The Node that runs the sandbox comes first: `node` in a step is the same version as the actions get.
    path: [dirname(process.execPath), options.path ?? process.env['PATH'] ?? ''].join(delimiter),
    pending: new Set(),
  };
  actionsApp(world.state, world.clock.now());
  bindActions(world.state, actions);
  const stop = world.onEvent((emission) => hear(actions, emission));
  host.addRunning(() => countRunning(actions));
  host.onClose(async () => {
    stop();
    closing.abort();
    while (actions.live.size > 0 || actions.pending.size > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  });
  resume(actions);
  return actions;
}

/** Runs that work, or wait for a runner that exists, and events that are being looked at. */
function countRunning(actions: Actions): number {
  const working = [...actions.live.values()].filter(
    (live) => !live.isWaitingForRunners && !live.isWaitingForOthers,
  ).length;
  return working + actions.pending.size + (actions.pool.hasServable ? 1 : 0);
}

function hear(actions: Actions, emission: Emission): void {
  const work = react(actions, emission).catch((error: unknown) => {
    actions.world.log(`workflows of ${emission.event}: ${error instanceof Error ? error.stack : String(error)}`);
  });
  actions.pending.add(work);
  void work.finally(() => actions.pending.delete(work));
}

async function react(actions: Actions, emission: Emission): Promise<void> {
  const { event, action, repository, payload } = emission;
  if (event === 'repository' && action === 'deleted' && repository) return cancelRuns(actions, repository);
  if (event === 'push' && repository) await requestSuites(actions, emission, repository);
  if (
    (event === 'check_run' || event === 'check_suite') &&
    action === 'rerequested' &&
    emission.app === ACTIONS_APP_ID
  ) {
    const suite = (
      event === 'check_run'
        ? (payload['check_run'] as { check_suite: { id: number } }).check_suite
        : payload['check_suite']
    ) as { id: number };
    const run = Object.values(actionsOf(actions.world.state).runs).find((runRecord) => runRecord.suite === suite.id);
    if (run?.status === 'completed')
      rerun(
        actions,
        run,
        emission.sender,
        event === 'check_run' ? { job: (payload['check_run'] as { id: number }).id } : {},
      );
    return;
  }
  await triggerRuns(actions, emission);
}

function cancelRuns(actions: Actions, repository: Repository): void {
  for (const live of actions.live.values()) if (live.record.repository === repository.id) live.cancel();
}

/** Every push gives every app that may write checks a suite of its own and asks it for checks. */
async function requestSuites({ world }: Actions, emission: Emission, repository: Repository): Promise<void> {
  const ref = String(emission.payload['ref']);
  const after = String(emission.payload['after']);
  if (!ref.startsWith('refs/heads/') || /^0+$/.test(after)) return;
  for (const installation of Object.values(world.state.store.installations)) {
    const reached = installation.selection === 'all' || installation.repositories.includes(repository.id);
    if (installation.account !== repository.owner || !reached || installation.permissions['checks'] !== 'write')
      continue;
    if (installation.app === ACTIONS_APP_ID || installation.suspendedAt !== null) continue;
    if (findSuite(world, repository, installation.app, after)) continue;
    const before = String(emission.payload['before']);
    const suite = makeSuite(world, repository, {
      app: installation.app,
      headSha: after,
      headBranch: ref.slice('refs/heads/'.length),
      before,
    });
    await emitSuite(world, suite, 'requested', { sender: emission.sender });
  }
}

/** Runs of a former process begin again with the jobs that had not ended: same run, same attempt, same job ids. */
function resume(actions: Actions): void {
  for (const run of Object.values(actionsOf(actions.world.state).runs)) {
    if (run.status !== 'completed') void driveRun(actions, new LiveRun(run));
  }
}
