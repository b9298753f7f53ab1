// Plays a course in the sandbox: the teacher's pull request, every due date, every act of every student, in course time.
import { cp, readdir, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Octokit } from '@octokit/rest';
import type { MovableClock, Sandbox } from '@practicum/sandbox';
import { withClone } from './push-files.ts';
import { actsOf, ordinaryActs, practiceActs, type Act, type Student } from './student.ts';
import type { StudentServices } from './student-service.ts';
import { clientOf, type World } from './world.ts';
import { Failure } from '../domain/text/failure.ts';

/** `isPull`: it has to be merged. */
export type Release = { challenge: string; name: string; due: Date; isPull: boolean };

export type Play = {
  sandbox: Sandbox;
  clock: MovableClock;
  world: World;
  students: Student[];
  releases: Release[];
  /** When the course is over. */
  ends: Date;
  courseFolder: string;
  /** Where synthetic students serve their models. */
  services: StudentServices;
  /** Resolves when sandbox and app are at rest. */
  quiet: () => Promise<void>;
  /** One line of progress, at the present course time. */
  tell: (line: string) => void;
  /** Ends the play before the next act. */
  signal: AbortSignal;
};

const day = 86_400_000;

/** Plays all of it, or goes on where a killed one stopped: whatever was done is found done. */
export async function play(course: Play): Promise<void> {
  const { clock, quiet, tell } = course;
  await quiet();
  await proposeCourse(course);
  await quiet();
  const acts = actsIn(course);
  for (const at of momentsOf(course, acts)) {
    if (at < clock.now()) continue;
    course.signal.throwIfAborted();
    clock.set(at);
    await quiet();
    for (const { name, due, challenge } of course.releases)
      if (due.getTime() === at.getTime()) tell(`${name} of ${challenge} is due`);
    await actTogether(
      acts.filter((act) => act.at.getTime() === at.getTime()),
      course,
    );
    await quiet();
  }
  if (clock.now() < course.ends) clock.set(course.ends);
  await quiet();
}

/** Everything that students will do. */
function actsIn({ sandbox, world, students, releases, services, ends }: Play): Act[] {
  const { organisation } = world;
  const acts = releases.flatMap((release) => {
    const siblings = releases.filter(({ challenge }) => challenge === release.challenge);
    const place = { index: siblings.indexOf(release), count: siblings.length };
    return students
      .filter(({ challenge }) => challenge === release.challenge)
      .flatMap((student) => [
        ...actsOf(sandbox, organisation, student, { ...release, ...place }),
        ...practiceActs(sandbox, organisation, student, release, services),
      ]);
  });
  // Between the last release and the end: services are probed then, too.
  for (const days of [5, 2]) {
    const at = new Date(ends.getTime() - days * day);
    for (const student of students) acts.push(...ordinaryActs(sandbox, organisation, student, at, services));
  }
  return acts;
}

function momentsOf({ releases }: Play, acts: readonly Act[]): Date[] {
  const times = [...releases.map(({ due }) => due), ...acts.map(({ at }) => at)].map((at) => at.getTime());
  return [...new Set(times)].toSorted((a, b) => a - b).map((time) => new Date(time));
}

/** More students who do the same at the same moment are told in one line. */
const mostNamed = 3;

/** What happens at one moment: students act at once, a few at a time, and each does one thing after the other. */
async function actTogether(acts: readonly Act[], { tell, signal }: Pick<Play, 'tell' | 'signal'>): Promise<void> {
  const together = Map.groupBy(acts, ({ student, does }) => `${student.kind}/${does}`);
  const isCrowd = ({ student, does }: Act): boolean => together.get(`${student.kind}/${does}`)!.length > mostNamed;
  for (const crowd of together.values())
    if (crowd.length > mostNamed) tell(`each of ${crowd.length} ${crowd[0]!.student.kind} students ${crowd[0]!.does}`);
  const turns = [...Map.groupBy(acts, ({ student }) => student.repository).values()];
  const act = async (): Promise<void> => {
    for (let own = turns.shift(); own; own = turns.shift()) {
      for (const next of own) {
        if (signal.aborted) return;
        if (!isCrowd(next)) tell(`${next.student.person.login} (${next.student.kind}) ${next.does}`);
        await next.act();
      }
    }
  };
  // Each of them waits for git, a server or a model most of the time.
  await Promise.all(Array.from({ length: 3 * availableParallelism() }, act));
}

/** The teacher proposes the course as a pull request, reads the plan, and merges. */
async function proposeCourse({ sandbox, world, courseFolder, quiet, tell }: Play): Promise<void> {
  const { organisation: owner, teacher } = world;
  const repo = 'course';
  const client = clientOf(sandbox, teacher);
  const find = async () =>
    (await client.request('GET /repos/{owner}/{repo}/pulls', { owner, repo, state: 'all', head: `${owner}:plan` }))
      .data[0];
  let pull = await find();
  if (!pull) {
    await declineOnboarding(client, owner, repo);
    await pushBranch(sandbox, world, courseFolder);
    await client.request('POST /repos/{owner}/{repo}/pulls', {
      owner,
      repo,
      title: 'The course',
      head: 'plan',
      base: 'main',
    });
    pull = await find();
    tell('the teacher opens a pull request with course.yml, roster.csv and challenge.yml');
    await quiet();
  }
  if (pull!.merged_at) return;
  const { data } = await client.request('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', {
    owner,
    repo,
    ref: pull!.head.sha,
    check_name: 'plan',
  });
  const plan = data.check_runs[0];
  if (plan?.conclusion !== 'success') {
    throw new Failure(
      'plan-refused',
      `the plan of the course is not accepted: ${plan?.output.title ?? 'no check run'}\n${plan?.output.summary ?? ''}`,
    );
  }
  tell(`the app answers with the check run "plan": ${plan.output.title}`);
  await client.request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', {
    owner,
    repo,
    pull_number: pull!.number,
  });
  tell('the teacher merges');
}

/** The app offers a course to start from; this teacher has one. */
async function declineOnboarding(client: Octokit, owner: string, repo: string): Promise<void> {
  const { data } = await client.request('GET /repos/{owner}/{repo}/pulls', { owner, repo, state: 'open' });
  for (const { number: pull_number } of data) {
    await client.request('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', {
      owner,
      repo,
      pull_number,
      state: 'closed',
    });
  }
}

async function pushBranch(sandbox: Sandbox, { organisation, teacher }: World, folder: string): Promise<void> {
  const url = `${sandbox.url}/${organisation}/course.git`;
  await withClone(url, teacher, sandbox.clock.now(), async (directory, git) => {
    await git.checkoutLocalBranch('plan');
    for (const name of await readdir(directory))
      if (name !== '.git') await rm(join(directory, name), { recursive: true });
    await cp(folder, directory, { recursive: true });
    await git.add(['--all', '--force', '.']).commit('Set the course up');
    await git.push('origin', 'plan', ['--quiet']);
  });
}
