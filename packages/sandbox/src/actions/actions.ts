// Everything the parts of Actions share while the sandbox runs; the records are in the store, this is not.
import type { State } from '../world/state.ts';
import type { World } from '../world/world.ts';
import type { ConcurrencyGroups } from './concurrency-groups.ts';
import type { JobLog } from './workflow/job-log.ts';
import type { LiveRun } from './live-run.ts';
import type { OidcSubject } from './oidc-claims.ts';
import type { OidcKeys } from './oidc-keys.ts';
import type { ActionCache } from './read-repository.ts';
import type { RunnerPool } from './runner-pool.ts';

export type Actions = {
  world: World;
  pool: RunnerPool;
  groups: ConcurrencyGroups;
  cache: ActionCache;
  oidc: OidcKeys;
  /** Jobs that may ask for an OIDC token, by their request token. */
  identities: Map<string, OidcSubject>;
  live: Map<number, LiveRun>;
  /** Logs of the jobs under way. */
  logs: Map<number, JobLog>;
  /** Aborts when the sandbox closes. */
  closing: AbortSignal;
  /** Where jobs work, and where logs and artifacts lie. */
  workFolder: string;
  fileFolder: string;
  /** PATH of the jobs. */
  path: string;
  /** Work between events that is not a run yet. */
  pending: Set<Promise<unknown>>;
};

const bound = new WeakMap<State, Actions>();

export function bindActions(state: State, actions: Actions): void {
  bound.set(state, actions);
}

/** The Actions of a world, for route handlers. */
export function actionsRunning(world: Pick<World, 'state'>): Actions {
  const actions = bound.get(world.state);
  if (!actions) throw new Error('Actions is not installed in this sandbox');
  return actions;
}
