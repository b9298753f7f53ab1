// What happens to repositories, and to the course: by students, by the teacher on GitHub's own pages, and in course.yml.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Incident } from './incidents-people.ts';
import { org } from '../../flows/start-course.ts';
import { at, repoOf, type Class, type Student } from './world.ts';

type Call = (world: Class, repo: string, student: Student) => Promise<unknown>;

/** Something is done to a repository by its teacher, and undone after some days where `undo` says how. */
function done(kind: string, act: Call, undo?: Call): Incident {
  return {
    kind,
    async act(world) {
      const student = world.pick();
      const repo = repoOf(student);
      await act(world, repo, student);
      await world.course.quiet();
      if (!undo) return undefined;
      const after = async (): Promise<void> => {
        await undo(world, repo, student);
        await world.course.quiet();
      };
      return { days: 8, after };
    },
  };
}

/** Something is done that the app may not undo. */
function stays(kind: string, difference: string, words: RegExp, act: Call): Incident {
  return done(kind, async (world, repo, student) => {
    await act(world, repo, student);
    world.standing.push({ kind: difference, repo, words });
  });
}

const change =
  (settings: object): Call =>
  ({ teacher }, repo) =>
    teacher.request('PATCH /repos/{owner}/{repo}', { ...at(repo), ...settings });
const remove: Call = async ({ teacher, anew }, repo) => {
  await teacher.request('DELETE /repos/{owner}/{repo}', at(repo));
  anew.add(repo);
};
const actions =
  (enabled: boolean): Call =>
  async ({ course }, repo) =>
    course.setActionsEnabled(repo, enabled);
const letIn =
  (permission: string, who?: string): Call =>
  ({ teacher }, repo, student) =>
    teacher.request('PUT /repos/{owner}/{repo}/collaborators/{username}', {
      ...at(repo),
      username: who ?? student.login,
      permission,
    });
const putOut: Call = ({ teacher }, repo, student) =>
  teacher.request('DELETE /repos/{owner}/{repo}/collaborators/{username}', { ...at(repo), username: student.login });

const ownBranch: Call = async (world, repo, student) => {
  await world.git(student, repo, async (_, git) => {
    await git.checkoutLocalBranch('trunk');
    await git.push('origin', 'trunk', ['--quiet']);
  });
  await change({ default_branch: 'trunk' })(world, repo, student);
};

/** Nobody can take the last commit from a repository: an empty tree is as empty as it gets. */
const emptyByForce: Call = async (world, repo, student) => {
  await world.git(student, repo, async (_, git) => {
    await git.checkout(['--orphan', 'bare']);
    await git.rm(['-rf', '--quiet', '.']);
    await git.commit('Nothing [skip ci]', ['--allow-empty']);
    await git.push('origin', 'bare:main', ['--force', '--quiet']);
  });
  world.emptied.set(repo, world.course.clock.now());
};

/** Without a single commit, as GitHub's support leaves a repository. */
const withoutCommits: Call = async ({ course, anew, emptied }, repo) => {
  const { git } = course.sandbox;
  anew.add(repo);
  emptied.set(repo, course.clock.now());
  await git.remove(`${org}/${repo}`);
  await git.create(`${org}/${repo}`, 'main');
};
const begunAgain: Call = async (world, repo, student) => {
  await world.git(student, repo, async (directory, git) => {
    await git.checkout(['--orphan', 'main']).catch(() => undefined);
    await writeFile(join(directory, 'README.md'), 'Begun again\n');
    await git.add('.').commit('Begun again [skip ci]');
    await git.push('origin', 'HEAD:main', ['--quiet']);
  });
};

const sendAway: Call = async ({ teacher, course }, repo) => {
  await teacher.request('POST /repos/{owner}/{repo}/transfer', { ...at(repo), new_owner: course.teacher.login });
};
const bringBack: Call = async ({ teacher, course }, repo) => {
  await teacher.request('POST /repos/{owner}/{repo}/transfer', {
    owner: course.teacher.login,
    repo,
    new_owner: org,
  });
};

const takenName: Call = async (world, repo, student) => {
  await world.course.outage(async () => {
    await change({ name: `${repo}-mine` })(world, repo, student);
    await world.teacher.request('POST /orgs/{org}/repos', { org, name: repo, auto_init: true });
  });
  world.moved.set(repo, `${repo}-mine`);
  await change({ description: 'still mine' })(world, `${repo}-mine`, student);
};

/** Data merged with other line ends than it was sent with. */
const altered: Call = async (world, repo, student) => {
  const client = world.as(student);
  const { data } = await client.request('GET /repos/{owner}/{repo}/pulls', { ...at(repo), state: 'open' });
  const { number, head } = data.find((candidate) => candidate.head.ref.includes('sprint'))!;
  await world.git(student, repo, async (directory, git) => {
    await git.fetch('origin', head.ref);
    await git.checkout(['-B', 'work', 'FETCH_HEAD']);
    const file = join(directory, 'sprint/release-1.csv');
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll('\n', '\r\n'));
    await git.add('.').commit('Tidy [skip ci]');
    await git.push('origin', `HEAD:${head.ref}`, ['--quiet']);
  });
  await client.request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', { ...at(repo), pull_number: number });
  world.altered.add(repo);
};

const unguarded: Call = async ({ teacher }, repo) => {
  const { data } = await teacher.request('GET /repos/{owner}/{repo}/rulesets', at(repo));
  for (const { id } of data)
    await teacher.request('DELETE /repos/{owner}/{repo}/rulesets/{ruleset_id}', { ...at(repo), ruleset_id: id });
};
const tagMoved: Call = async (world, repo, student) => {
  await unguarded(world, repo, student);
  await world
    .as(student)
    .request('DELETE /repos/{owner}/{repo}/git/refs/{ref}', { ...at(repo), ref: 'tags/practicum/deadline/sprint' });
};

const staffByHand: Call = ({ teacher, settings }, repo) =>
  teacher.request('PUT /orgs/{org}/teams/{team_slug}/repos/{owner}/{repo}', {
    org,
    team_slug: settings.staff!,
    ...at(repo),
    permission: 'admin',
  });

export const aboutRepositories: Incident[] = [
  done('deleted', remove),
  done('deleted', remove),
  done('archived, and unarchived', change({ archived: true }), change({ archived: false })),
  done('archived, and unarchived', change({ archived: true }), change({ archived: false })),
  stays('archived for good', 'archived', /it is archived/, change({ archived: true })),
  done('emptied by force', emptyByForce),
  done('without a single commit, and begun again', withoutCommits, begunAgain),
  done('transferred away', async (world, repo, student) => {
    await sendAway(world, repo, student);
    world.anew.add(repo);
  }),
  done('transferred away and back while the app was away', async (world, repo, student) =>
    world.course.outage(async () => {
      await sendAway(world, repo, student);
      await bringBack(world, repo, student);
    }),
  ),
  done('made public', change({ private: false })),
  done('made public while the app was away', async (world, repo, student) =>
    world.course.outage(async () => void (await change({ private: false })(world, repo, student))),
  ),
  done('another default branch', ownBranch),
  done('Actions off, and on', actions(false), actions(true)),
  stays('Actions off for good', 'actions-off', /GitHub Actions is turned off/, actions(false)),
  done('renamed', change({ name: 'mine' })),
  stays('renamed, and its name given to another', 'renamed', /it is now called \S+-mine/, takenName),
  done('put out by hand', putOut),
  done('other rights by hand', letIn('admin')),
  stays('a stranger let in', 'stranger', /is not on the roster as a member/, letIn('push', 'teacher')),
  done('other rights of the staff by hand', staffByHand),
  done('merged with other line ends', altered),
  done('ruleset removed', unguarded),
  done('ruleset removed and the tag of the deadline deleted', tagMoved),
];
