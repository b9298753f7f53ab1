// One student repository: made from the template, filled, opened to its owner and the staff, with the course's workflow in it.
import { labelMeanings } from '../../domain/messages/data-message.ts';
import { studentWorkflow, workflowPath } from '../../domain/messages/student-workflow.ts';
import { classifyFailure } from '../../domain/jobs/classify-failure.ts';
import type { ClaimedJob, JobOutcome } from '../../ports/jobs.ts';
import type { Outside } from '../../ports/outside.ts';
import { inForce } from './in-force.ts';
import { dashboardJob } from '../jobs/queue-jobs.ts';

type Payload = { organisation: string; repository: string };

/** Seconds until we look again at a repository that GitHub is still copying; longer each time. */
const copying = 1;
/** After so many looks the staff is told; after so many more, some twenty minutes in all, it is a failure. */
const [usualLooks, mostLooks] = [4, 12];
const stillEmpty = 'repository-empty: GitHub has made it and not filled it yet';

/** Every step may be repeated: whatever is there already is left as it is. */
export async function provisionStudent(
  outside: Outside,
  { organisation, repository: name }: Payload,
  { away: looks }: Pick<ClaimedJob, 'away'> = { away: 0 },
): Promise<JobOutcome> {
  const { store } = outside;
  const found = await inForce(store, organisation);
  const planned = await store.studentRepository(organisation, name);
  if (!found || !planned) return undefined;
  const { record, course } = found;
  const { studentRepositories } = outside.github(record);
  const { template, visibility, permission } = course.repositories;

  const wanted = { name, visibility, ...(template === undefined ? {} : { template }) };
  const say = (lastError: string): Promise<void> =>
    store.saveStudentRepository(organisation, { ...planned, state: 'failed', lastError });
  const made = await studentRepositories.ensure(wanted).catch(async (error: Error & { code?: string }) => {
    if (classifyFailure(error) === 'own') await say(`${error.code ?? 'error'}: ${error.message}`);
    throw error;
  });
  if (!made) {
    if (looks >= usualLooks) await say(stillEmpty);
    if (looks >= mostLooks) throw Object.assign(new Error(`${name} stays empty`), { code: 'repository-empty' });
    return { postpone: copying, why: stillEmpty };
  }
  const workflow = studentWorkflow({
    current: await studentRepositories.readFile(name, workflowPath),
    organisation: record.login,
    courseRepository: record.repository ?? outside.courseRepository,
  });
  if (workflow !== undefined) {
    await studentRepositories.ensureFile(name, {
      path: workflowPath,
      content: workflow,
      message: 'Run the course workflow on every push',
    });
  }
  await studentRepositories.ensureLabels(name, labelMeanings);
  await studentRepositories.grant(name, planned.members, permission, course.staff);
  const { lastError: _, ...kept } = planned;
  await store.saveStudentRepository(organisation, {
    ...kept,
    state: 'ready',
    repositoryId: made.id,
    defaultBranch: made.defaultBranch,
    ...(planned.templateSha === undefined && made.templateSha !== undefined ? { templateSha: made.templateSha } : {}),
  });
  // Now rather than with the first release: opening an issue counts as content, of which GitHub takes 500 an hour.
  await store.enqueue([dashboardJob(organisation, name, outside.clock.now())]);
  return undefined;
}
