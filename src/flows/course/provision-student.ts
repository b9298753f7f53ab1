// One student repository: made from the template, filled, opened to its owner and the staff, with the course's workflow in it.
import { labelMeanings } from '../../domain/messages/data-message.ts';
import { studentWorkflow, workflowPath } from '../../domain/messages/student-workflow.ts';
import { codeOf, Failure } from '../../domain/text/failure.ts';
import { classifyFailure } from '../../domain/jobs/classify-failure.ts';
import type { ClaimedJob, JobOutcome } from '../../ports/jobs.ts';
import type { NamedRepository } from '../../ports/repository-state.ts';
import type { StudentRepository } from '../../ports/records.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import { inForceWithIds } from './in-force.ts';
import { bringInLine, justMade } from './look-at-repository.ts';
import { dashboardJob, reportRepositoriesJob } from '../jobs/queue-jobs.ts';

type Payload = { organisation: string; repository: string };

/** Seconds until we look again at a repository that GitHub is still copying; longer each time. */
const copying = 1;
/** After so many looks the staff is told; after so many more, some twenty minutes in all, it is a failure. */
const [usualLooks, mostLooks] = [4, 12];
const stillEmpty = 'repository-empty: GitHub has created it but not filled it yet';

/** Every step may be repeated: whatever is there already is left as it is. */
export async function provisionStudent(
  ports: FlowPorts,
  { organisation, repository: name }: Payload,
  { away: looks }: Pick<ClaimedJob, 'away'> = { away: 0 },
): Promise<JobOutcome> {
  const { store } = ports;
  const found = await inForceWithIds(store, organisation);
  const planned = await store.studentRepository(organisation, name);
  if (!found || !planned) return undefined;
  const { record, course } = found;
  const { studentRepositories } = ports.github(record);
  const { template, visibility, adopt } = course.repositories;
  const { repositoryStates } = ports.github(record);
  if (planned.repositoryId === undefined && !adopt.some((each) => each.toLowerCase() === name.toLowerCase())) {
    const taken = (await repositoryStates.named([name])).get(name);
    if (taken && !isOurs(taken, planned)) return refuse(ports, organisation, planned);
  }

  const wanted = { name, visibility, ...(template === undefined ? {} : { template }) };
  const say = (lastError: string): Promise<void> =>
    store.saveStudentRepository(organisation, { ...planned, state: 'failed', lastError });
  const made = await studentRepositories.ensure(wanted).catch(async (error: Error) => {
    if (classifyFailure(error) === 'own') await say(`${codeOf(error) ?? 'error'}: ${error.message}`);
    throw error;
  });
  if (!made) {
    if (looks >= usualLooks) await say(stillEmpty);
    if (looks >= mostLooks) throw new Failure('repository-empty', `${name} stays empty`);
    return { postpone: copying, why: stillEmpty };
  }
  const workflow = studentWorkflow({
    current: await studentRepositories.readFile(name, workflowPath),
    organisation: record.login,
    courseRepository: record.workflowRepository ?? record.repository ?? ports.courseRepository,
  });
  if (workflow !== undefined) {
    await studentRepositories.ensureFile(name, {
      path: workflowPath,
      content: workflow,
      message: 'Run the course workflow on every push',
    });
  }
  await studentRepositories.ensureLabels(name, labelMeanings);
  const { lastError: _, differences: __, ...kept } = planned;
  const ready: StudentRepository = {
    ...kept,
    state: 'ready',
    repositoryId: made.id,
    defaultBranch: made.defaultBranch,
    ...(planned.templateSha === undefined && made.templateSha !== undefined ? { templateSha: made.templateSha } : {}),
  };
  await store.saveStudentRepository(organisation, ready);
  const isNew = planned.repositoryId === undefined && (planned.letIn ?? []).length === 0 && !adopt.includes(name);
  const seen = isNew
    ? justMade({ name, visibility }, made, ports.clock.now())
    : await repositoryStates.read({ id: made.id });
  await bringInLine(ports, found, ready, seen);
  // Now rather than with the first release: opening an issue counts as content, of which GitHub takes 500 an hour.
  await store.enqueue([dashboardJob(organisation, name, ports.clock.now())]);
  return undefined;
}

/** Clocks of two machines may differ by so much. */
const skewMs = 120_000;

/** Made since the course wanted it: by an attempt that did not live to say so. Nobody else makes repositories of such names meanwhile. */
function isOurs({ createdAt }: NamedRepository, { plannedAt }: StudentRepository): boolean {
  return plannedAt !== undefined && createdAt.getTime() >= plannedAt.getTime() - skewMs;
}

async function refuse(
  { store, clock }: FlowPorts,
  organisation: string,
  planned: StudentRepository,
): Promise<undefined> {
  const reason = `\`${planned.name}\` was there before the course wanted it: rename it, or name it under \`repositories.adopt\` in course.yml`;
  await store.saveStudentRepository(organisation, {
    ...planned,
    state: 'failed',
    lastError: reason,
    differences: [{ kind: 'not-ours', reason }],
  });
  await store.enqueue([reportRepositoriesJob(organisation, clock.now())]);
  return undefined;
}
