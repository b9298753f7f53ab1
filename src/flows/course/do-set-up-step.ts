// One step of the set-up, done by the app because somebody pressed its button. Doing it twice does nothing.
import { Failure } from '../../domain/text/failure.ts';
import type { CourseRecord } from '../../ports/records.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import { stepIds, type SetUpStep, type StepId } from '../../ports/set-up.ts';
import { onboardJob } from '../jobs/queue-jobs.ts';
import { workflowFileFor, workflowRepositoryName } from './course-files.ts';
import { lookAtStep, namesOf } from './look-at-set-up.ts';

type Do = (ports: FlowPorts, record: CourseRecord) => Promise<void>;

const acts: { readonly [Id in StepId]?: Do } = {
  team: async (ports, record) => {
    const { team } = await namesOf(ports, record);
    if (team !== undefined) await ports.github(record).preparation.makeTeam(team);
  },
  template: makeTemplate,
  workflow: keepWorkflow,
  access: async (ports, record) => {
    if (record.workflowRepository !== undefined)
      await ports.github(record).preparation.openAccess(record.workflowRepository);
  },
  course: async ({ store, clock }, record) => store.enqueue([onboardJob(record.organisation, clock.now())]),
};

/** `all`: each that the app can do, in order. Throws `set-up-refused` where it is not for the app to do. */
export async function doSetUpStep(ports: FlowPorts, organisation: string, id: StepId | 'all'): Promise<void> {
  if (id === 'all') {
    // Looked at anew before each: one may be the condition of the next.
    for (const each of stepIds) await doIfPossible(ports, organisation, each);
    return;
  }
  const step = await doIfPossible(ports, organisation, id);
  if (step.state !== 'done' && !step.can) throw new Failure('set-up-refused', step.found);
}

/** Returns the step as it was before. */
async function doIfPossible(ports: FlowPorts, organisation: string, id: StepId): Promise<SetUpStep> {
  const record = await installed(ports, organisation);
  const step = await lookAtStep(ports, record, id);
  if (step.state === 'done' || !step.can) return step;
  await acts[id]?.(ports, record);
  ports.log.info({ organisation, step: id }, 'a step of the set-up was done');
  return step;
}

async function installed({ store }: FlowPorts, organisation: string): Promise<CourseRecord> {
  const record = await store.course(organisation);
  if (record && record.installationId !== 0) return record;
  throw new Failure('set-up-refused', `the App is not installed on ${organisation}`);
}

async function makeTemplate(ports: FlowPorts, record: CourseRecord): Promise<void> {
  const { preparation } = ports.github(record);
  const { template } = await namesOf(ports, record);
  if (template === undefined) return;
  const made = await preparation.makeRepository(template, {
    description: 'What every student repository is made from',
    isTemplate: true,
    files: await ports.studentTemplate(),
    message: 'Start from the student template',
  });
  if (made === 'taken') await preparation.markTemplate(template);
}

/** Never a repository that was there before: whoever made it could change what runs count as proof. */
async function keepWorkflow(ports: FlowPorts, record: CourseRecord): Promise<void> {
  const { preparation, studentRepositories } = ports.github(record);
  const file = await workflowFileFor(ports, record);
  const message = 'Keep the workflow that student repositories call';
  const known = record.workflowRepository;
  if (known !== undefined) {
    const { path, contents } = file;
    return studentRepositories.ensureFile(known, { path, content: contents.toString(), message });
  }
  const name = workflowRepositoryName(ports);
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
  await ports.store.saveWorkflowRepository(record.organisation, name);
  await preparation.openAccess(name);
}
