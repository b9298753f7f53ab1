// A pull request in the course repository: show what merging it would mean, or every problem on its line.
import { canonicalJson } from '../../domain/text/canonical-json.ts';
import { buildGradebook, joinGradebooks, type Gradebook } from '../../domain/grade/gradebook.ts';
import { isAcceptable } from '../../domain/text/problem.ts';
import { describeWhatIf } from '../../domain/messages/what-if-summary.ts';
import { describePlan, describeProblems } from '../../domain/messages/plan-summary.ts';
import { scorePolicy } from '../../domain/evidence/policy.ts';
import { compareGradebooks } from '../../domain/grade/what-if.ts';
import type { Outside } from '../../ports/outside.ts';
import type { CourseSnapshot } from '../../ports/github.ts';
import { inForce } from '../course/in-force.ts';
import { planCourse } from './plan-course.ts';
import { readInChunks } from '../grade/read-gradebook.ts';

type Payload = { organisation: string; repository: string; commit: string };

export async function previewChallenge(outside: Outside, { organisation, repository, commit }: Payload): Promise<void> {
  const { store, clock } = outside;
  const record = await store.course(organisation);
  if (!record || repository !== outside.courseRepository) return;
  const { courseRepository, checkRuns } = outside.github(record);
  const snapshot = await courseRepository.snapshot(repository, commit, { fresh: true });
  const { changes, problems } = await planCourse(store, record, snapshot, clock.now());
  const name = { name: 'plan', headSha: commit, externalId: 'plan' };
  const { course } = snapshot;
  if (isAcceptable(problems) && course) {
    const words = describePlan({ ...snapshot, course }, changes, problems, clock.now());
    const effect = await effectOnGrades(outside, organisation, snapshot);
    const summary = effect === undefined ? words.summary : `${effect}\n\n${words.summary}`;
    return void (await checkRuns.publish(repository, { ...name, ...words, summary }));
  }
  await checkRuns.publish(repository, {
    ...name,
    ...describeProblems(problems, 'Nothing changes until they are mended.'),
  });
}

/** Whom new rules would move, over the evidence there is; undefined where the rules stay as they are. Applies nothing. */
async function effectOnGrades(
  { store, clock }: Outside,
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
