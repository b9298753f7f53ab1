// First contact: a workflow that runs, its identity token, its artifact, and the webhook that tells of a push.
import { readZip } from '../report/read-zip.ts';
import { commitFiles } from './repository-steps.ts';
import type { Scene, Seen } from './scene.ts';
import { contactWorkflow, quietWorkflow } from './workflow-text.ts';

const patienceSeconds = 240;

export async function workflow(scene: Scene, seen: Seen): Promise<void> {
  const { ask, as, until, owner, repo, known } = scene;
  const files = { '.github/workflows/contact.yml': contactWorkflow, '.github/workflows/quiet.yml': quietWorkflow };
  const pushed = await commitFiles(scene, files, 'Add workflows');
  seen['pushed'] = pushed.outcome;
  if (pushed.oid === undefined) return;
  known.pushed = pushed.oid;
  const octokit = as('place');
  const mine = () =>
    ask(() => octokit.rest.actions.listWorkflowRunsForRepo({ owner, repo, head_sha: pushed.oid!, per_page: 10 }));
  const first = await until(60, async () => (await mine()).data?.workflow_runs[0]);
  seen['started'] = first !== undefined;
  if (!first) return;
  known.runId = first.id;
  const ended = await until(patienceSeconds, async () => {
    const { data } = await ask(() => octokit.rest.actions.getWorkflowRun({ owner, repo, run_id: first.id }));
    return data?.status === 'completed' ? data : undefined;
  });
  seen['conclusion'] = ended?.conclusion ?? 'not ended in time';
  const run = { owner, repo, run_id: first.id, filter: 'all', per_page: 100 } as const;
  const jobs = (await ask(() => octokit.rest.actions.listJobsForWorkflowRun(run))).data?.jobs ?? [];
  seen['jobs'] = jobs
    .map(({ name }) => name)
    .toSorted()
    .join(', ');
  seen['steps'] = jobs.some(({ steps }) => steps?.some(({ name, conclusion }) => name === 'Say' && conclusion));
  const dispatch = (workflow_id: string) =>
    ask(() => octokit.rest.actions.createWorkflowDispatch({ owner, repo, workflow_id, ref: known.branch ?? 'main' }));
  seen['dispatched'] = (await dispatch('contact.yml')).outcome;
  seen['dispatchedWithoutTrigger'] = (await dispatch('quiet.yml')).outcome;
}

type Word = Partial<Record<'missing' | 'audience' | 'repository' | 'commit' | 'run' | 'environment', unknown>>;

export async function artifact(scene: Scene, seen: Seen): Promise<void> {
  const word = await readArtifact(scene, seen);
  seen['content'] = word !== undefined;
}

async function readArtifact({ ask, as, until, owner, repo, known }: Scene, seen: Seen): Promise<Word | undefined> {
  const octokit = as('observe');
  const wanted = { owner, repo, name: 'contact', per_page: 30 };
  let list = await ask(() => octokit.rest.actions.listArtifactsForRepo(wanted));
  const found = await until(20, async () => {
    const artifact = list.data?.artifacts.find(({ workflow_run }) => workflow_run?.head_sha === known.pushed);
    if (!artifact) list = await ask(() => octokit.rest.actions.listArtifactsForRepo(wanted));
    return artifact;
  });
  seen['listed'] = list.outcome;
  seen['ofCommit'] = found !== undefined;
  if (!found) return undefined;
  seen['expired'] = found.expired;
  const asked = { owner, repo, artifact_id: found.id, archive_format: 'zip' };
  const zip = await ask(() => octokit.rest.actions.downloadArtifact(asked));
  seen['read'] = zip.outcome;
  if (!zip.data) return undefined;
  const text = readZip(Buffer.from(zip.data as Uint8Array), () => true, 100_000).get('word.json');
  return text === undefined ? undefined : (JSON.parse(text) as Word);
}

/** The job says of its token which claims it has and whether they are its own; the token itself never leaves it. */
export async function identity(scene: Scene, seen: Seen): Promise<void> {
  const word = await readArtifact(scene, {});
  if (!word) return;
  const missing = Array.isArray(word.missing) ? word.missing : ['?'];
  seen['claims'] = missing.length === 0 ? 'all' : `without ${missing.join(', ')}`;
  for (const name of ['audience', 'repository', 'commit', 'run'] as const) seen[name] = word[name] === true;
  seen['environment'] = String(word.environment);
}

export async function webhook({ ask, app, until, known }: Scene, seen: Seen): Promise<void> {
  const list = () => ask(() => app.rest.apps.listWebhookDeliveries({ per_page: 100 }));
  let last = await list();
  seen['listed'] = last.outcome;
  if (!last.data) return;
  const found = await until(60, async () => {
    const activity = last.data?.find(
      ({ event, repository_id }) => event === 'push' && repository_id === known.repositoryId,
    );
    if (!activity) last = await list();
    return activity;
  });
  seen['recorded'] = found !== undefined;
  if (!found) return;
  seen['arrived'] = found.status === 'OK' ? true : `${found.status} (${found.status_code})`;
  seen['redelivery'] = found.redelivery;
  seen['signedEvent'] = found.event;
}
