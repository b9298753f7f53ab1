// From what happened in a repository to the workflows that it starts.
import { diffTrees } from '../git/diff-trees.ts';
import { emptyTree } from '../git/objects.ts';
import { factsOf } from '../pulls/facts.ts';
import { findPull } from '../pulls/records.ts';
import type { Repository } from '../world/records.ts';
import type { Emission, World } from '../world/world.ts';
import type { Actions } from './actions.ts';
import { ACTIONS_APP_ID } from '../world/job-token.ts';
import { asksToSkip, isTriggered, shortRef, type TriggerEvent } from './workflow/match-trigger.ts';
import { actionsOf, type RunRecord } from './records.ts';
import { listWorkflowFiles } from './read-repository.ts';
import {
  asMap,
  InvalidWorkflow,
  readWorkflow,
  type Json,
  type JsonMap,
  type Workflow,
} from './workflow/read-workflow.ts';
import { startRun, workflowRecord, type RunRequest } from './start-run.ts';

/** Events that GITHUB_TOKEN may cause and that start workflows all the same. */
const ALWAYS = new Set(['workflow_dispatch', 'repository_dispatch']);
/** Events without a trigger of their name, or whose trigger GitHub leaves to others. */
const NEVER = new Set([
  'workflow_dispatch',
  'workflow_job',
  'installation',
  'installation_repositories',
  'repository',
  'member',
  'membership',
  'organization',
  'team',
]);
/** A workflow_run that was started by a workflow_run …: three levels and no more. */
const MAX_CHAIN = 3;
const ZERO = '0'.repeat(40);

type Place = Pick<RunRequest, 'ref' | 'sha' | 'headSha' | 'headBranch'> &
  Partial<Pick<RunRequest, 'headRef' | 'baseRef' | 'pulls' | 'chain'>> & {
    trigger: TriggerEvent;
    title: string;
    message: string;
  };

/** Starts the workflows of one emission. Returns the runs. */
export async function triggerRuns(actions: Actions, emission: Emission): Promise<RunRecord[]> {
  const { repository, event, actor } = emission;
  if (repository?.settings['actions_enabled'] === false) return [];
  if (!repository || repository.archived || NEVER.has(event) || isOfActions(emission)) return [];
  if (actor?.kind === 'installation' && actor.workflow && !ALWAYS.has(event)) return [];
  const place = await locate(actions, emission, repository);
  if (!place) return [];
  if ((event === 'push' || event === 'pull_request') && asksToSkip(place.message)) return [];
  const runs: RunRecord[] = [];
  for (const [path, text] of await listWorkflowFiles(actions.world, repository, place.sha)) {
    const workflow = parse(text, path);
    const wanted = workflow
      ? isTriggered(workflow, place.trigger)
      : event === 'push' && place.ref.startsWith('refs/heads/');
    if (!wanted) continue;
    const record = workflowRecord(actions, repository, path, workflow?.name ?? path);
    if (record.state !== 'active') continue;
    const { trigger: _trigger, title, message: _message, ...where } = place;
    runs.push(
      startRun(actions, {
        repository,
        workflow: record,
        event,
        actor: emission.sender,
        displayTitle: title,
        payload: slim(emission),
        ...where,
      }),
    );
  }
  return runs;
}

/** Keeps the list of workflows in step with the default branch. */
async function registerWorkflows(actions: Actions, repository: Repository, sha: string): Promise<void> {
  for (const [path, text] of await listWorkflowFiles(actions.world, repository, sha)) {
    workflowRecord(actions, repository, path, parse(text, path)?.name ?? path);
  }
}

/** A file that cannot be read starts a run on every push, which then fails: GitHub's way of saying so. */
function parse(text: string, path: string): Workflow | undefined {
  try {
    return readWorkflow(text, path);
  } catch (error) {
    if (error instanceof InvalidWorkflow) return undefined;
    throw error;
  }
}

/** Checks of Actions itself start nothing, or every run would start the next. */
function isOfActions({ event, payload }: Emission): boolean {
  if (event !== 'check_run' && event !== 'check_suite') return false;
  return asMap(asMap(payload[event] as Json)['app'])['id'] === ACTIONS_APP_ID;
}

function slim({ payload, action }: Emission): Json {
  const {
    repository: _repository,
    sender: _sender,
    organization: _organization,
    installation: _installation,
    ...rest
  } = payload;
  return JSON.parse(JSON.stringify({ ...(action === undefined ? {} : { action }), ...rest })) as Json;
}

async function locate(actions: Actions, emission: Emission, repository: Repository): Promise<Place | undefined> {
  if (emission.event === 'push') return locatePush(actions, emission, repository);
  if (emission.event === 'pull_request') return locatePullRequest(actions.world, emission, repository);
  return locateOnDefaultBranch(actions, emission, repository);
}

async function locatePush(actions: Actions, { payload }: Emission, repository: Repository): Promise<Place | undefined> {
  const { world } = actions;
  const ref = String(payload['ref']);
  const after = String(payload['after']);
  if (after === ZERO) return undefined;
  const git = world.git.open(world.state.fullName(repository));
  const sha = (await git.resolveCommit(after)) ?? after;
  if (ref === `refs/heads/${repository.defaultBranch}`) await registerWorkflows(actions, repository, sha);
  const commit = await git.commit(sha);
  const message = commit?.message ?? '';
  const paths = await changedPaths(world, repository, String(payload['before']), sha);
  return {
    ref,
    sha,
    headSha: sha,
    headBranch: shortRef(ref),
    trigger: { name: 'push', ref, ...(paths ? { paths } : {}) },
    title: firstLine(message),
    message,
  };
}

async function changedPaths(
  world: World,
  repository: Repository,
  before: string,
  after: string,
): Promise<string[] | undefined> {
  const git = world.git.open(world.state.fullName(repository));
  let base: string | undefined = before;
  if (before === ZERO || !(await git.commit(before))) {
    const head = await git.ref(`refs/heads/${repository.defaultBranch}`);
    base = head && head !== after ? await git.mergeBase(head, after) : undefined;
  }
  const tip = await git.commit(after);
  if (!tip) return undefined;
  const from = base ? await git.commit(base) : undefined;
  // Without starting git: a course pushes to a thousand repositories at once.
  return (await diffTrees(git, from?.tree ?? emptyTree, tip.tree)).map((change) => change.path);
}

async function locatePullRequest(
  world: World,
  { payload, action }: Emission,
  repository: Repository,
): Promise<Place | undefined> {
  const pull = asMap(payload['pull_request'] as Json);
  const head = asMap(pull['head']);
  const base = asMap(pull['base']);
  const number = Number(payload['number'] ?? pull['number']);
  const record = findPull(world.state, repository, number);
  const facts = record && record.state === 'open' ? await factsOf(world, repository, record) : undefined;
  // A pull request with conflicts has no merge commit to run on: GitHub starts nothing.
  if (facts?.mergeable === false) return undefined;
  const git = world.git.open(world.state.fullName(repository));
  const ref = `refs/pull/${number}/merge`;
  const headSha = String(head['sha']);
  const sha = facts?.mergeSha ?? headSha;
  const paths = await changedPaths(
    world,
    repository,
    (await git.mergeBase(String(base['sha']), headSha)) ?? ZERO,
    headSha,
  );
  return {
    ref,
    sha,
    headSha,
    headBranch: String(head['ref']),
    headRef: String(head['ref']),
    baseRef: String(base['ref']),
    pulls: [number],
    trigger: {
      name: 'pull_request',
      ref: `refs/heads/${String(base['ref'])}`,
      ...(action === undefined ? {} : { action }),
      ...(paths ? { paths } : {}),
    },
    title: String(pull['title'] ?? ''),
    message: (await git.commit(headSha))?.message ?? '',
  };
}

/** Everything else runs the files of the default branch. */
async function locateOnDefaultBranch(
  actions: Actions,
  { event, action, payload }: Emission,
  repository: Repository,
): Promise<Place | undefined> {
  const { world } = actions;
  const ref = `refs/heads/${repository.defaultBranch}`;
  const sha = await world.git.open(world.state.fullName(repository)).ref(ref);
  if (!sha) return undefined;
  const source: JsonMap = asMap(payload['workflow_run'] as Json);
  const chain = event === 'workflow_run' ? (actionsOf(world.state).runs[Number(source['id'])]?.chain ?? 0) + 1 : 0;
  if (chain > MAX_CHAIN) return undefined;
  const triggerRef = event === 'workflow_run' ? `refs/heads/${String(source['head_branch'])}` : ref;
  return {
    ref,
    sha,
    headSha: sha,
    headBranch: repository.defaultBranch,
    chain,
    trigger: {
      name: event,
      ref: triggerRef,
      ...(action === undefined ? {} : { action }),
      ...(event === 'workflow_run' ? { workflow: String(source['name']) } : {}),
    },
    title: event === 'repository_dispatch' ? (action ?? event) : titleOf(payload, event),
    message: '',
  };
}

function titleOf(payload: Record<string, unknown>, event: string): string {
  const subject = asMap((payload['issue'] ?? payload['pull_request'] ?? payload['workflow_run']) as Json);
  return String(subject['title'] ?? subject['display_title'] ?? event);
}

function firstLine(message: string): string {
  return message.split('\n')[0] ?? '';
}
