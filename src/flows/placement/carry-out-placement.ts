// What the queue decided, done on GitHub: start a task, stop a run, tell a team where its pipeline stands.
import { readAside } from '../aside/read-aside.ts';
import type { LiveAction } from '../../domain/placement/live/advance.ts';
import { latest } from '../../domain/placement/live/state.ts';
import { tasksBefore } from '../../domain/placement/live/task-script.ts';
import { isFailure } from '../../domain/text/failure.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import { inForce } from '../course/in-force.ts';
import { readWithFiles } from './read-submission.ts';

type Payload<Type extends LiveAction['type']> = {
  organisation: string;
  action: Extract<LiveAction, { type: Type }>;
};

/** Looks for a run of this name before it starts one. */
export async function placeTask(ports: FlowPorts, { organisation, action }: Payload<'dispatch'>): Promise<void> {
  const { store } = ports;
  const found = await inForce(store, organisation);
  const submission = await store.placements.submission(organisation, action.pipeline);
  const queue = await store.placements.queue(organisation);
  const entry = queue?.pipelines.find(({ id }) => id === action.pipeline);
  if (!found || !submission || !entry || latest(entry, action.task)?.attempt !== action.attempt) return;
  const { placements } = ports.github(found.record);
  const { file, repository, commit } = submission;
  const before = tasksBefore(entry.pipeline.tasks, action.task);
  const task = await readWithFiles({ placements, repository, commit }, (known) =>
    readAside(ports, repository, 'writeScript', known, file, action.task, before),
  ).catch((error: unknown) => {
    // It could be read when it was submitted: without a script the task fails, and says so.
    if (isFailure(error, 'reading-exceeded')) return undefined;
    throw error;
  });
  const direct = entry.pipeline.tasks.find(({ name }) => name === action.task)?.after ?? [];
  await placements.dispatch(found.record.repository, action.id, {
    repository: `${found.record.login}/${submission.repository}`,
    sha: submission.commit,
    task: action.task,
    labels: JSON.stringify(action.labels),
    dispatch: action.id,
    script: task?.script ?? 'echo "the commit has no valid pipeline with this task" >&2; exit 1',
    app: ports.appUrl,
    outputs: (task?.outputs ?? []).join('\n'),
    data: JSON.stringify(direct.flatMap((name) => latest(entry, name)?.runId ?? [])),
  });
}

export async function stopTask(ports: FlowPorts, { organisation, action }: Payload<'stop'>): Promise<void> {
  const record = await ports.store.course(organisation);
  if (record?.repository) await ports.github(record).placements.cancel(record.repository, action.runId);
}

export async function tellPlacement(ports: FlowPorts, { organisation, action }: Payload<'report'>): Promise<void> {
  const record = await ports.store.course(organisation);
  const submission = await ports.store.placements.submission(organisation, action.id);
  if (!record || !submission) return;
  const { status, conclusion = 'failure', title, summary } = action.report;
  await ports.github(record).checkRuns.publish(submission.repository, {
    name: 'placement',
    headSha: submission.commit,
    externalId: 'placement',
    conclusion,
    ...(status === 'completed' ? {} : { status }),
    title,
    summary,
  });
}
