// A pull request in the course repository: show what merging it would mean, or every problem on its line.
import { canonicalJson } from '../../domain/text/canonical-json.ts';
import { buildGradebook, joinGradebooks, type Gradebook } from '../../domain/grade/gradebook.ts';
import { isAcceptable } from '../../domain/text/problem.ts';
import { describeWhatIf } from '../../domain/messages/what-if-summary.ts';
import { describePlan, describeProblems } from '../../domain/messages/plan-summary.ts';
import type { Course } from '../../domain/course/course.ts';
import { describeCourseChanges } from '../../domain/messages/course-changes.ts';
import { listPersonChanges, listRepositoryChanges, listRuleChanges } from '../../domain/plan/list-changes.ts';
import { scorePolicy } from '../../domain/evidence/policy.ts';
import { compareGradebooks } from '../../domain/grade/what-if.ts';
import { sayRunCosts } from '../../domain/report/billed-minutes.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { CourseSnapshot } from '../../ports/github.ts';
import { inForce } from '../course/in-force.ts';
import { checkTemplate } from './check-template.ts';
import { knowPeople } from './know-people.ts';
import { planCourse } from './plan-course.ts';
import { recentRunCosts } from './recent-run-costs.ts';
import { readInChunks } from '../grade/read-gradebook.ts';

type Payload = { organisation: string; repository: string; commit: string };

export async function previewChallenge(ports: FlowPorts, { organisation, repository, commit }: Payload): Promise<void> {
  const { store, clock } = ports;
  const record = await store.course(organisation);
  if (!record || repository !== ports.courseRepository) return;
  const github = ports.github(record);
  const { courseRepository, checkRuns } = github;
  const read = await courseRepository.snapshot(repository, commit, { fresh: true });
  const { snapshot } = await knowPeople(ports, record, read);
  const planned = await planCourse(store, record, snapshot, clock.now());
  const { changes } = planned;
  const problems = [
    ...planned.problems,
    ...(await checkTemplate(store, github, record, snapshot, planned.repositories)),
  ];
  const name = { name: 'plan', headSha: commit, externalId: 'plan' };
  const { course } = snapshot;
  if (isAcceptable(problems) && course) {
    const words = describePlan({ ...snapshot, course }, changes, problems, clock.now());
    const effect = await effectOnGrades(ports, organisation, snapshot);
    const changed = await courseChanges(ports, organisation, { ...snapshot, course });
    const title = changed.title === undefined ? words.title : `${changed.title}; ${words.title}`;
    const costs = await recentRunCosts(store, organisation, clock.now());
    const plan = [words.summary, ...changed.lines, '', sayRunCosts(costs, planned.repositories.length)].join('\n');
    const summary = effect === undefined ? plan : `${effect}\n\n${plan}`;
    return void (await checkRuns.publish(repository, { ...name, ...words, title, summary }));
  }
  await checkRuns.publish(repository, {
    ...name,
    ...describeProblems(problems, 'Nothing changes until they are fixed.'),
  });
}

/** Rules, people and access that the merge changes, against what is in force; nothing where nothing is yet. */
async function courseChanges(
  { store }: FlowPorts,
  organisation: string,
  after: CourseSnapshot & { course: Course },
): Promise<{ title?: string; lines: string[] }> {
  const found = await inForce(store, organisation);
  if (!found) return { lines: [] };
  const before = { ...found, files: found.record.files };
  const recorded = (await store.studentRepositories(organisation)).filter(({ state }) => state === 'ready');
  const changes = {
    rules: listRuleChanges(before, after),
    people: listPersonChanges(before.owners, after.owners),
    repositories: listRepositoryChanges(
      before,
      after,
      recorded.map((repository) => ({ letIn: [], letInAccounts: [], accounts: {}, ...repository })),
    ),
  };
  const counts = [
    [changes.rules.length, 'rule'],
    [changes.people.length, 'person'],
    [changes.repositories.length, 'repository'],
  ] as const;
  const plural = { rule: 'rules', person: 'people', repository: 'repositories' };
  const title = counts
    .flatMap(([count, one]) => (count === 0 ? [] : [`${count} ${count === 1 ? one : plural[one]}`]))
    .join(', ');
  return {
    ...(title === '' ? {} : { title: `${title} changed` }),
    lines: describeCourseChanges(changes, after.course.timezone),
  };
}

/** Whom new rules would move, over the evidence there is; undefined where the rules stay as they are. Applies nothing. */
async function effectOnGrades(
  { store, clock }: FlowPorts,
  organisation: string,
  { course, challenges }: CourseSnapshot,
): Promise<string | undefined> {
  const found = await inForce(store, organisation);
  if (!found || !course) return undefined;
  const before = found.challenges.map((challenge) => scorePolicy(challenge, found.course));
  const after = challenges.map((challenge) => scorePolicy(challenge, course));
  const pass = [found.course.grades.pass, course.grades.pass] as const;
  if (canonicalJson(before) === canonicalJson(after) && pass[0] === pass[1]) return undefined;
  const [old, changed]: [Gradebook[], Gradebook[]] = [[], []];
  for await (const input of readInChunks(store, { ...found, organisation, now: clock.now() }, { also: after })) {
    old.push(buildGradebook(input));
    changed.push(buildGradebook({ ...input, policies: after }));
  }
  return describeWhatIf(compareGradebooks(joinGradebooks(old), joinGradebooks(changed), pass[1], pass[0]));
}
