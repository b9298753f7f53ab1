// One step of the set-up, done by the app because somebody pressed its button. Doing it twice does nothing.
import { Failure } from '../../domain/text/failure.ts';
import type { CourseRecord } from '../../ports/records.ts';
import type { Outside } from '../../ports/outside.ts';
import { stepIds, type SetUpStep, type StepId } from '../../ports/set-up.ts';
import { onboardJob } from '../jobs/queue-jobs.ts';
import { workflowFileFor, workflowRepositoryName } from './course-files.ts';
import { lookAtStep, namesOf } from './look-at-set-up.ts';

type Do = (outside: Outside, record: CourseRecord) => Promise<void>;

const acts: { readonly [Id in StepId]?: Do } = {
  team: async (outside, record) => {
    const { team } = await namesOf(outside, record);
    if (team !== undefined) await outside.github(record).preparation.makeTeam(team);
  },
  template: makeTemplate,
  workflow: keepWorkflow,
  access: async (outside, record) => {
    if (record.workflowRepository !== undefined)
      await outside.github(record).preparation.openAccess(record.workflowRepository);
  },
  course: async ({ store, clock }, record) => store.enqueue([onboardJob(record.organisation, clock.now())]),
};

/** `all`: each that the app can do, in order. Throws `set-up-refused` where it is not for the app to do. */
export async function doSetUpStep(outside: Outside, organisation: string, id: StepId | 'all'): Promise<void> {
  if (id === 'all') {
    // Looked at anew before each: one may be the condition of the next.
    for (const each of stepIds) await doIfPossible(outside, organisation, each);
    return;
  }
  const step = await doIfPossible(outside, organisation, id);
  if (step.state !== 'done' && !step.can) throw new Failure('set-up-refused', step.found);
}

/** Returns the step as it was before. */
async function doIfPossible(outside: Outside, organisation: string, id: StepId): Promise<SetUpStep> {
  const record = await installed(outside, organisation);
  const step = await lookAtStep(outside, record, id);
  if (step.state === 'done' || !step.can) return step;
  await acts[id]?.(outside, record);
  outside.log.info({ organisation, step: id }, 'a step of the set-up was done');
  return step;
}

async function installed({ store }: Outside, organisation: string): Promise<CourseRecord> {
  const record = await store.course(organisation);
  if (record && record.installationId !== 0) return record;
  throw new Failure('set-up-refused', `the App is not installed on ${organisation}`);
}

async function makeTemplate(outside: Outside, record: CourseRecord): Promise<void> {
  const { preparation } = outside.github(record);
  const { template } = await namesOf(outside, record);
  if (template === undefined) return;
  const made = await preparation.makeRepository(template, {
    description: 'What every student repository is made from',
    isTemplate: true,
    files: await outside.studentTemplate(),
    message: 'Start from the student template',
  });
  if (made === 'taken') await preparation.markTemplate(template);
}

/** Never a repository that was there before: whoever made it could change what runs count as proof. */
async function keepWorkflow(outside: Outside, record: CourseRecord): Promise<void> {
  const { preparation, studentRepositories } = outside.github(record);
  const file = await workflowFileFor(outside, record);
  const message = 'Keep the workflow that student repositories call';
  const known = record.workflowRepository;
  if (known !== undefined) {
    const { path, contents } = file;
    return studentRepositories.ensureFile(known, { path, content: contents.toString(), message });
  }
  const name = workflowRepositoryName(outside);
  const made = await preparation.makeRepository(name, {
    description: 'The workflow that student repositories call, and nothing else',
    isTemplate: false,
    files: [file],
    message,
  });
  if (made === 'taken')
    throw new Failure(
      'set-up-refused',
      `${record.login}/${name} was there before, and the app did not make it: rename or delete it, then try again`,
    );
  await outside.store.saveWorkflowRepository(record.organisation, name);
  await preparation.openAccess(name);
}
