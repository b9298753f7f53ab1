// Before a plan: who the people of the roster are on GitHub, and whether the team and the names that the course needs can be had.
import { identifyOwners, type Identity } from '../../domain/course/identify-owners.ts';
import { repositoryName } from '../../domain/course/repository-name.ts';
import { parseCourse } from '../../domain/course/read-course-file.ts';
import { rosterLines } from '../../domain/course/roster-lines.ts';
import type { Owner } from '../../domain/course/course.ts';
import type { ProblemCode } from '../../domain/text/problem-codes.ts';
import type { Level, Problem } from '../../domain/text/problem.ts';
import type { CourseSnapshot } from '../../ports/github.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { CourseRecord } from '../../ports/records.ts';

export type KnownPeople = { snapshot: CourseSnapshot; identity: Identity };

/** The snapshot with owners under the names that they keep, without members that GitHub does not know, and what is to be said of it. */
export async function knowPeople(
  ports: Pick<FlowPorts, 'store' | 'github'>,
  record: CourseRecord,
  snapshot: CourseSnapshot,
): Promise<KnownPeople> {
  const { store } = ports;
  const states = ports.github(record).repositoryStates;
  const known = await store.accounts(record.organisation);
  const logins = snapshot.owners.flatMap(({ members }) => members.map(({ login }) => login));
  const ids = whoIs(logins, await states.accounts(logins), known);
  const existing = snapshot.owners.flatMap((owner): Owner[] => {
    const members = owner.members.filter(({ login }) => ids.has(login.toLowerCase()));
    return members.length === 0 ? [] : [{ ...owner, members }];
  });
  const identity = identifyOwners(existing, ids, known);
  const problems = [
    ...unknownLogins(
      snapshot,
      logins.filter((login) => !ids.has(login.toLowerCase())),
    ),
    ...(await missingTeam(ports, record, snapshot)),
    ...(await takenNames(ports, record, { ...snapshot, owners: identity.owners })),
  ];
  return {
    identity,
    snapshot: { ...snapshot, owners: identity.owners, problems: [...snapshot.problems, ...problems] },
  };
}

/** GitHub's word first: a login that is known may be somebody else's by now. One that is nobody's any more was renamed, or is gone. */
function whoIs(
  logins: readonly string[],
  found: ReadonlyMap<string, number>,
  known: readonly { id: number; login: string }[],
): Map<string, number> {
  const ids = new Map(found);
  const present = new Set(found.values());
  const before = new Map(known.map(({ login, id }) => [login.toLowerCase(), id]));
  for (const login of logins) {
    const id = before.get(login.toLowerCase());
    if (!ids.has(login.toLowerCase()) && id !== undefined && !present.has(id)) ids.set(login.toLowerCase(), id);
  }
  return ids;
}

function say(file: string, line: number, level: Level, code: ProblemCode, message: string, hint: string): Problem {
  return { file, line, column: 1, level, code, message, hint };
}

function unknownLogins({ course, files }: CourseSnapshot, logins: readonly string[]): Problem[] {
  if (!course || logins.length === 0) return [];
  const lines = rosterLines(files[course.roster] ?? '');
  return logins.map((login) =>
    say(
      course.roster,
      lines.get(login.toLowerCase()) ?? 1,
      'warning',
      'login-unknown',
      `no GitHub account \`${login}\`: nothing is created for it, and the others start`,
      'correct the login',
    ),
  );
}

async function missingTeam(
  { github }: Pick<FlowPorts, 'github'>,
  record: CourseRecord,
  { course, files }: CourseSnapshot,
): Promise<Problem[]> {
  if (course?.staff === undefined || (await github(record).repositoryStates.teamExists(course.staff))) return [];
  const message = `the organisation has no team \`${course.staff}\``;
  const hint = 'make the team on GitHub, or correct `staff`';
  const { source } = parseCourse(Buffer.from(files['course.yml'] ?? ''));
  return [
    source?.problem(['staff'], 'error', 'team-missing', message, hint) ??
      say('course.yml', 1, 'error', 'team-missing', message, hint),
  ];
}

/** Only a repository that the app has made, or that the teacher names, is used: an old one may be public, or full of old work. */
async function takenNames(
  { store, github }: Pick<FlowPorts, 'store' | 'github'>,
  record: CourseRecord,
  snapshot: CourseSnapshot,
): Promise<Problem[]> {
  const { course, challenges, owners, files } = snapshot;
  if (!course) return [];
  const stored = await store.studentRepositories(record.organisation);
  // Planned counts, too: the app may be making it at this moment.
  const ours = new Set(stored.filter(({ state }) => state !== 'failed').map(({ name }) => name.toLowerCase()));
  const adopted = new Set(course.repositories.adopt.map((name) => name.toLowerCase()));
  const wanted = new Map(
    challenges.flatMap((challenge) =>
      owners.map((owner) => [repositoryName(course, challenge.name, owner), owner] as const),
    ),
  );
  const fresh = [...wanted.keys()].filter((name) => !ours.has(name.toLowerCase()) && !adopted.has(name.toLowerCase()));
  const taken = await github(record).repositoryStates.named(fresh);
  const lines = rosterLines(files[course.roster] ?? '');
  return [...taken].slice(0, 50).map(([name, { visibility }]) => {
    const login = wanted.get(name)?.members[0]?.login.toLowerCase() ?? '';
    const message = `the repository \`${name}\` exists already (${visibility}), and the app did not make it`;
    return say(
      course.roster,
      lines.get(login) ?? 1,
      'error',
      'repository-taken',
      message,
      'rename it, choose another `repositories.name`, or name it under `repositories.adopt` in course.yml',
    );
  });
}
