// What a course still needs on GitHub, step by step: done, missing, or not known because GitHub did not say.
import { parseCourse } from '../../domain/course/read-course-file.ts';
import { describeOnboarding } from '../../domain/messages/onboarding.ts';
import { codeOf } from '../../domain/text/failure.ts';
import type { CourseRecord } from '../../ports/records.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { CourseSetUp, SetUpStep, StepId } from '../../ports/set-up.ts';
import { inForce } from './in-force.ts';
import { workflowFileFor, workflowRepositoryName } from './course-files.ts';

export type Names = { team?: string; template?: string };
type StepFindings = Omit<SetUpStep, 'id' | 'name'>;
type Look = (ports: FlowPorts, record: CourseRecord, names: Names) => Promise<StepFindings>;

const steps: { readonly [Id in StepId]: { name: string; look: Look } } = {
  action: { name: 'The Action that workflows call', look: lookAtAction },
  team: { name: 'Staff team', look: lookAtTeam },
  template: { name: 'Student template', look: lookAtTemplate },
  workflow: { name: 'Workflow repository', look: lookAtWorkflow },
  access: { name: 'Access to the workflow', look: lookAtAccess },
  course: { name: 'Course repository', look: lookAtCourseRepository },
  merged: { name: 'A course in force', look: lookAtMerge },
};

export async function lookAtSetUp(ports: FlowPorts, record: CourseRecord): Promise<CourseSetUp> {
  const names = await namesOf(ports, record);
  const found = Object.keys(steps).map((id) => look(ports, record, names, id as StepId));
  return { login: record.login, steps: await Promise.all(found) };
}

/** One step alone: for whoever is about to do it. */
export async function lookAtStep(ports: FlowPorts, record: CourseRecord, id: StepId): Promise<SetUpStep> {
  return look(ports, record, await namesOf(ports, record), id);
}

async function look(ports: FlowPorts, record: CourseRecord, names: Names, id: StepId): Promise<SetUpStep> {
  const { name, look: find } = steps[id];
  try {
    return { id, name, ...(await find(ports, record, names)) };
  } catch (error) {
    const why = `${codeOf(error) ?? 'error'}: ${(error as Error).message.split('\n')[0]}`;
    return { id, name, state: 'unknown', found: `GitHub did not say (${why})`, can: false };
  }
}

/** As the course in force calls them, or the one that is proposed. */
export async function namesOf(ports: FlowPorts, record: CourseRecord): Promise<Names> {
  const found = await inForce(ports.store, record.organisation);
  const course = found?.course ?? parseCourse(await proposedCourse(ports)).draft;
  const { staff, repositories } = course;
  return {
    ...(staff === undefined ? {} : { team: staff }),
    ...(repositories?.template === undefined ? {} : { template: repositories.template }),
  };
}

async function proposedCourse(ports: FlowPorts): Promise<Buffer> {
  return (await ports.courseTemplate()).find(({ path }) => path === 'course.yml')!.contents;
}

const done = (found: string): StepFindings => ({ state: 'done', found, can: false });
const missing = (found: string, more: { can: boolean; at?: string }): StepFindings => ({
  state: 'missing',
  found,
  ...more,
});

async function lookAtAction(ports: FlowPorts, record: CourseRecord): Promise<StepFindings> {
  const { repository, ref } = ports.action;
  const commit = await ports.github(record).preparation.commitOf(repository, ref);
  if (commit !== undefined) return done(`${repository}@${commit}${commit === ref ? '' : ` (${ref})`}`);
  return missing(
    `GitHub shows the App no ${repository}@${ref}: set PRACTICUM_ACTION to OWNER/REPO@VERSION of a release, and start the app again`,
    { can: false },
  );
}

async function lookAtTeam(ports: FlowPorts, record: CourseRecord, { team }: Names): Promise<StepFindings> {
  if (team === undefined) return done('the course names none: staff is who may write to the course repository');
  const { repositoryStates, preparation, url } = ports.github(record);
  const at = `${url.replace(/\/[^/]+$/, '')}/orgs/${record.login}`;
  if (await repositoryStates.teamExists(team)) return { ...done(team), at: `${at}/teams/${team}` };
  if (await preparation.mayMakeTeams()) return missing(`there is no team ${team}`, { can: true });
  return missing(`there is no team ${team}, and the App may not make one: make it, and put your colleagues into it`, {
    can: false,
    at: `${at}/new-team`,
  });
}

async function lookAtTemplate(ports: FlowPorts, record: CourseRecord, { template }: Names): Promise<StepFindings> {
  if (template === undefined) return done('the course names none: repositories begin empty');
  const { studentRepositories, url } = ports.github(record);
  const isOwn = !template.includes('/');
  const standing = await studentRepositories.template(template);
  const where = isOwn ? `${record.login}/${template}` : template;
  if (standing === 'good') return done(where);
  const at = `${url.replace(/\/[^/]+$/, '')}/${where}/settings`;
  const said = {
    missing: `${where} does not exist`,
    'not-a-template': `${where} is not marked as a template`,
    empty: `${where} has no commit: push to it what every student starts from`,
  }[standing];
  return missing(said, { can: isOwn && standing !== 'empty', ...(standing === 'missing' ? {} : { at }) });
}

async function lookAtWorkflow(ports: FlowPorts, record: CourseRecord): Promise<StepFindings> {
  const name = record.workflowRepository;
  if (name === undefined)
    return missing(
      `${record.login}/${workflowRepositoryName(ports)} is not there: without it, student repositories call the workflow in the course repository, and may then read all of that`,
      { can: true },
    );
  const { studentRepositories } = ports.github(record);
  const { path, contents } = await workflowFileFor(ports, record);
  const text = await studentRepositories.readFile(name, path);
  if (text === contents.toString()) return done(`${record.login}/${name}`);
  const said = text === undefined ? 'has no workflow' : 'has another workflow than this version of the app brings';
  return missing(`${record.login}/${name} ${said}`, { can: true });
}

async function lookAtAccess(ports: FlowPorts, record: CourseRecord): Promise<StepFindings> {
  const { preparation, url } = ports.github(record);
  const name = record.workflowRepository;
  if (name === undefined) return missing('first the workflow repository', { can: false });
  const access = await preparation.access(name);
  if (access === 'open') return done(`repositories of ${record.login} may call the workflow in ${name}`);
  const at = `${url}/${name}/settings/actions`;
  if (access === undefined) return missing(`${record.login}/${name} is gone`, { can: false });
  return missing(`no other repository may call the workflow in ${name}`, { can: true, at });
}

async function lookAtCourseRepository(ports: FlowPorts, record: CourseRecord): Promise<StepFindings> {
  const { courseRepository: name } = ports;
  const { courseRepository, preparation, url } = ports.github(record);
  if (record.commitSha !== undefined) return done(`${record.login}/${record.repository}`);
  const { branch } = describeOnboarding(record.login, name);
  const pull = await preparation.pullRequest(name, branch);
  if (pull?.state === 'open') return { ...done('proposed by a pull request'), at: pull.url };
  const head = await courseRepository.head(name);
  if (head && !(await courseRepository.snapshot(name, head.commit)).isEmpty) return done(`${record.login}/${name}`);
  if (pull)
    return missing(`the proposed course was ${pull.state}, and ${name} has none: open that pull request again`, {
      can: false,
      at: pull.url,
    });
  return missing(`${record.login}/${name} has no course yet`, { can: true, at: `${url}/${name}` });
}

async function lookAtMerge(ports: FlowPorts, record: CourseRecord): Promise<StepFindings> {
  if (record.refused)
    return missing(`its newest commit has ${record.refused.problems.length} problems: see the check *sync*`, {
      can: false,
      at: `${ports.github(record).url}/${record.refused.repository}/commit/${record.refused.commit}`,
    });
  if (record.commitSha !== undefined) return done(`commit ${record.commitSha.slice(0, 7)}`);
  const { branch } = describeOnboarding(record.login, ports.courseRepository);
  const pull = await ports.github(record).preparation.pullRequest(ports.courseRepository, branch);
  const what = 'fill in roster and dates on the pull request, read the check *plan*, and merge it';
  return missing(what, { can: false, ...(pull?.state === 'open' ? { at: pull.url } : {}) });
}
