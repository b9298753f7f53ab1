// The template changed: every repository made from it gets the change, and what became of it is kept.
import { studentWorkflow, workflowPath } from '../../domain/messages/student-workflow.ts';
import { describeSuperseded, describeTemplateUpdate, isTemplateBranch } from '../../domain/messages/template-update.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { StudentRepository } from '../../ports/records.ts';
import type { GitHub } from '../../ports/github.ts';
import { inForce, type InForce } from './in-force.ts';
import { templateJob } from '../jobs/queue-jobs.ts';

type Where = { organisation: string; repository: string };

/** A push to the template's default branch: one job for each repository made from it. */
export async function templatePushed(
  ports: FlowPorts,
  { organisation, repository, commit }: Where & { commit: string },
): Promise<void> {
  const { store, clock } = ports;
  const record = await store.course(organisation);
  if (!record?.commitSha || repository === record.repository) return;
  const found = await inForce(store, organisation);
  if (found?.course.repositories.template?.toLowerCase() !== repository.toLowerCase()) return;
  const made = (await store.studentRepositories(organisation)).filter(({ state }) => state === 'ready');
  await store.enqueue(made.map(({ name }) => templateJob(organisation, name, commit, clock.now())));
}

/** May be repeated: what was merged, pushed or proposed before is found again. */
export async function updateTemplate(ports: FlowPorts, payload: Where & { commit: string }): Promise<void> {
  const { organisation, repository, commit: to } = payload;
  const { store, clock } = ports;
  const found = await inForce(store, organisation);
  const student = await store.studentRepository(organisation, repository);
  const template = found?.course.repositories.template;
  if (!found || !student || !template || student.templateSha === to) return;
  const { templateUpdates } = ports.github(found.record);
  const { from, ...result } = await templateUpdates.apply({
    repository: student.name,
    template,
    ...(student.templateSha === undefined ? {} : { from: student.templateSha }),
    to,
    adapt: { path: workflowPath, change: adaptWorkflow(found) },
    describe: (merge) => describeTemplateUpdate(template, to, merge),
  });
  await store.transaction(async (inside) => {
    await inside.saveTemplateUpdate(organisation, {
      repository: student.name,
      templateSha: to,
      ...(from === undefined ? {} : { fromSha: from }),
      at: clock.now(),
      ...result,
    });
    const has = result.state === 'committed' || result.state === 'current' ? to : from;
    if (has !== undefined && has !== student.templateSha)
      await inside.saveStudentRepository(organisation, { ...student, templateSha: has });
  });
  if (result.pullRequest !== undefined)
    await supersede(ports, organisation, templateUpdates, student, to, result.pullRequest);
}

/** The template's workflow as it is written into a repository of this course. */
function adaptWorkflow({ record }: InForce): (text: string) => string | undefined {
  return (current) =>
    studentWorkflow({
      current,
      organisation: record.login,
      courseRepository: record.workflowRepository ?? record.repository,
    });
}

/** The new pull request starts from the same template commit as those that still wait: it contains them. */
async function supersede(
  { store }: FlowPorts,
  organisation: string,
  templateUpdates: GitHub['templateUpdates'],
  { name }: StudentRepository,
  to: string,
  by: number,
): Promise<void> {
  const waiting = (await store.templateUpdates(organisation)).filter(
    ({ repository, templateSha, state }) =>
      repository === name && templateSha !== to && (state === 'proposed' || state === 'conflict'),
  );
  for (const { pullRequest } of waiting)
    if (pullRequest !== undefined) await templateUpdates.supersede(name, pullRequest, describeSuperseded(by));
}

type Closed = Where & { branch: string; number: number; merged: boolean; at: Date };

/** Merged: the repository has the template's change from now on. Closed: it is remembered as refused. */
export async function followTemplatePull(
  { store }: FlowPorts,
  { organisation, repository, branch, number, merged, at }: Closed,
): Promise<void> {
  if (!isTemplateBranch(branch)) return;
  const student = await store.studentRepository(organisation, repository);
  const update = (await store.templateUpdates(organisation)).find(
    (templateUpdate) => templateUpdate.repository === student?.name && templateUpdate.pullRequest === number,
  );
  if (!student || !update) return;
  await store.transaction(async (inside) => {
    await inside.saveTemplateUpdate(organisation, { ...update, state: merged ? 'merged' : 'refused', at });
    if (merged) await inside.saveStudentRepository(organisation, { ...student, templateSha: update.templateSha });
  });
}
