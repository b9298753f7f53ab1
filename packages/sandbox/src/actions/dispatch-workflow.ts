// workflow_dispatch and repository_dispatch: their limits, their runs, their answers.
import { invalid, notFound, refused, unprocessable } from '../world/errors.ts';
import { noContent, ok, type Reply } from '../http/reply.ts';
import { repositoryApi } from '../present/repository.ts';
import type { Ctx } from '../http/context.ts';
import { actionsRunning } from './actions.ts';
import { findWorkflow } from './find-records.ts';
import { shortRef } from './workflow/match-trigger.ts';
import { typeInputs } from './plan-scope.ts';
import { listWorkflowFiles } from './read-repository.ts';
import {
  asMap,
  InvalidWorkflow,
  isMap,
  readWorkflow,
  type Json,
  type JsonMap,
  type Workflow,
} from './workflow/read-workflow.ts';
import { startRun } from './start-run.ts';

const MAX_INPUTS = 25;
const MAX_PAYLOAD = 65_535;
const MAX_KEYS = 10;
const MAX_EVENT_TYPE = 100;
/** From this version on the answer is always 200 with the run. */
const VERSION_WITH_RUN = '2026-03-10';

export async function dispatchWorkflow(ctx: Ctx): Promise<Reply> {
  const record = findWorkflow(ctx);
  if (ctx.repository.settings['actions_enabled'] === false) throw refused('actions-disabled');
  const { ref, inputs = {} } = ctx.body as { ref?: unknown; inputs?: Json };
  if (typeof ref !== 'string' || ref === '') throw unprocessable('Invalid request.\n\n"ref" wasn\'t supplied.');
  if (!isMap(inputs)) throw unprocessable("Invalid request.\n\nFor 'properties/inputs', the value is not an object.");
  if (Object.keys(inputs).length > MAX_INPUTS)
    throw unprocessable(
      `Invalid request.\n\nNo more than ${MAX_INPUTS} properties are allowed; ${Object.keys(inputs).length} were supplied.`,
    );
  if (JSON.stringify(inputs).length > MAX_PAYLOAD) throw unprocessable('inputs are too large.');
  const { sha, full } = await resolveRef(ctx, ref);
  const workflow = await readAt(ctx, record.path, sha);
  if (!workflow.on.has('workflow_dispatch')) throw refused('no-dispatch-trigger');
  const declared = asMap(asMap(workflow.on.get('workflow_dispatch'))['inputs']);
  checkInputs(declared, inputs);
  if (record.state !== 'active') throw refused('workflow-disabled');
  const typed = typeInputs(declared, inputs);
  const payload = {
    inputs: Object.fromEntries(Object.entries(typed).map(([name, value]) => [name, String(value)])),
    ref: full,
    workflow: record.path,
  };
  ctx.emit({ event: 'workflow_dispatch', payload, sender: ctx.caller, repository: ctx.repository, actor: ctx.actor });
  const run = startRun(actionsRunning(ctx), {
    repository: ctx.repository,
    workflow: record,
    event: 'workflow_dispatch',
    ref: full,
    sha,
    headSha: sha,
    headBranch: shortRef(full),
    actor: ctx.caller,
    displayTitle: workflow.name,
    inputs: typed,
    payload,
  });
  if (ctx.headers['x-github-api-version'] !== VERSION_WITH_RUN && ctx.body['return_run_details'] !== true)
    return noContent();
  return ok({
    workflow_run_id: run.id,
    run_url: `${repositoryApi(ctx, ctx.repository)}/actions/runs/${run.id}`,
    html_url: `${ctx.url}/${ctx.state.fullName(ctx.repository)}/actions/runs/${run.id}`,
  });
}

export function dispatchRepository(ctx: Ctx): Reply {
  const { event_type, client_payload = {} } = ctx.body as { event_type?: unknown; client_payload?: Json };
  if (typeof event_type !== 'string' || event_type === '')
    throw unprocessable('Invalid request.\n\n"event_type" wasn\'t supplied.');
  if (event_type.length > MAX_EVENT_TYPE)
    throw unprocessable(
      `Invalid request.\n\nOnly ${MAX_EVENT_TYPE} characters are allowed; ${event_type.length} were supplied.`,
    );
  if (!isMap(client_payload))
    throw unprocessable("Invalid request.\n\nFor 'properties/client_payload', the value is not an object.");
  const keys = Object.keys(client_payload).length;
  if (keys > MAX_KEYS)
    throw unprocessable(`Invalid request.\n\nNo more than ${MAX_KEYS} properties are allowed; ${keys} were supplied.`);
  if (JSON.stringify(client_payload).length > MAX_PAYLOAD)
    throw invalid('RepositoryDispatch', 'client_payload', 'invalid', 'client_payload is too large.');
  const { repository } = ctx;
  ctx.emit({
    event: 'repository_dispatch',
    action: event_type,
    payload: { branch: repository.defaultBranch, client_payload },
    sender: ctx.caller,
    repository,
    actor: ctx.actor,
  });
  return noContent();
}

async function resolveRef(ctx: Ctx, ref: string): Promise<{ sha: string; full: string }> {
  const git = ctx.git.open(ctx.state.fullName(ctx.repository));
  const candidates = ref.startsWith('refs/') ? [ref] : [`refs/heads/${ref}`, `refs/tags/${ref}`];
  for (const full of candidates) {
    const sha = (await git.ref(full)) && (await git.resolveCommit(full));
    if (sha) return { sha, full };
  }
  throw refused('no-such-ref', { ref });
}

async function readAt(ctx: Ctx, path: string, sha: string): Promise<Workflow> {
  const text = (await listWorkflowFiles(ctx, ctx.repository, sha)).get(path);
  if (text === undefined) throw notFound();
  try {
    return readWorkflow(text, path);
  } catch (error) {
    if (error instanceof InvalidWorkflow) throw unprocessable(`failed to parse workflow: ${error.message}`);
    throw error;
  }
}

function checkInputs(declared: JsonMap, given: JsonMap): void {
  const unexpected = Object.keys(given).filter((name) => !(name in declared));
  if (unexpected.length > 0) throw unprocessable(`Unexpected inputs provided: ${JSON.stringify(unexpected)}`);
  for (const [name, input] of Object.entries(declared)) {
    const { required, default: fallback, options, type } = asMap(input);
    const value = given[name];
    if (required === true && value === undefined && fallback === undefined)
      throw unprocessable(`Required input '${name}' not provided`);
    if (
      type === 'choice' &&
      value !== undefined &&
      Array.isArray(options) &&
      !options.map(String).includes(String(value))
    ) {
      throw unprocessable(`Provided value '${String(value)}' for input '${name}' not in the list of allowed values`);
    }
  }
}
