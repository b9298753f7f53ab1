// GitHub's state at the end of the term, held against the roster and course.yml by rules written here once more: nothing of the app's own comparison.
import { deepStrictEqual } from 'node:assert';
import { org } from '../../flows/start-course.ts';
import { at, releases, rows, slug, starts, type Class, type Student } from './world.ts';

type Role = Record<string, string>;
export type State = {
  visibility: string;
  archived: boolean;
  people: Role;
  /** Open ones that have not expired. */
  invited: Role;
  teams: Role;
  /** Path → text, of what the course sent. */
  data: Record<string, string>;
  /** Of the deadline that has passed. */
  tag: boolean;
  rulesets: number;
};

const week = 7 * 86_400_000;
const words: Role = { pull: 'read', push: 'write' };
const word = (permission: string): string => words[permission] ?? permission;

/** The rows of a release, by the arithmetic of challenge.yml: equal parts in the order of the file. */
function releaseText(number: number): string {
  const [header, ...all] = rows;
  const each = all.length / releases;
  return `${[header, ...all.slice(each * (number - 1), each * number)].join('\n')}\n`;
}

export function wantedStates(world: Class): Map<string, State> {
  const { students, settings } = world;
  const enrolled = students.filter((student) => student.enrolled);
  const names = new Set([...enrolled.map(slug), ...students.map(slug), ...world.everNamed]);
  const wanted = new Map<string, State>();
  for (const name of names) {
    const repo = `work-${name}`;
    if (world.gone.has(repo) || !(enrolled.some((student) => slug(student) === name) || world.everNamed.has(name)))
      continue;
    const members = enrolled.filter((student) => slug(student) === name);
    wanted.set(world.moved.get(repo) ?? repo, wantedOf(world, repo, members));
  }
  deepStrictEqual(settings.visibility, 'private');
  return wanted;
}

function wantedOf(world: Class, repo: string, members: readonly Student[]): State {
  const { settings } = world;
  const role = word(settings.permission);
  const has = (kind: string): boolean =>
    world.standing.some((standing) => standing.kind === kind && standing.repo === repo);
  const people = members.filter(({ absent }) => !absent).map(({ login }) => [login, role]);
  const invited = members.filter(({ absent }) => absent && !has('refused')).map(({ login }) => [login, role]);
  // The app may not put out whom it did not let in.
  if (has('stranger')) people.push(['teacher', 'admin']);
  const lost = world.emptied.get(repo);
  const data = Array.from({ length: releases }, (_, at) => at + 1)
    .filter((number) => members.length > 0 && !(lost && starts.getTime() + week * (number - 1) < lost.getTime()))
    .map((number) => [`data/release-${number}.csv`, releaseText(number)]);
  return {
    visibility: settings.visibility,
    archived: has('archived'),
    people: Object.fromEntries(people),
    invited: Object.fromEntries(invited),
    teams: { tas: word(settings.staffPermission) },
    data: Object.fromEntries(data),
    tag: !world.anew.has(repo),
    rulesets: 1,
  };
}

export async function foundStates({ teacher, course, moved }: Class): Promise<Map<string, State>> {
  const found = new Map<string, State>();
  for (let page = 1; ; page++) {
    const { data } = await teacher.request('GET /orgs/{org}/repos', { org, per_page: 100, page });
    // A name that was given to another: that one is nobody's here.
    for (const { name } of data.filter((one) => one.name.startsWith('work-') && !moved.has(one.name)))
      found.set(name, await foundOf(teacher, name));
    if (data.length < 100) break;
  }
  await course.quiet();
  return found;
}

async function foundOf(teacher: Class['teacher'], repo: string): Promise<State> {
  const [{ data: about }, people, invitations, teams, rulesets, tags] = await Promise.all([
    teacher.request('GET /repos/{owner}/{repo}', at(repo)),
    teacher.request('GET /repos/{owner}/{repo}/collaborators', { ...at(repo), affiliation: 'direct' }),
    teacher.request('GET /repos/{owner}/{repo}/invitations', at(repo)),
    teacher.request('GET /repos/{owner}/{repo}/teams', at(repo)),
    teacher.request('GET /repos/{owner}/{repo}/rulesets', at(repo)),
    teacher.request('GET /repos/{owner}/{repo}/git/matching-refs/{ref}', {
      ...at(repo),
      ref: 'tags/practicum/deadline/sprint',
    }),
  ]);
  return {
    visibility: about.visibility!,
    archived: about.archived,
    people: Object.fromEntries(people.data.map(({ login, role_name }) => [login, role_name])),
    invited: Object.fromEntries(
      invitations.data
        .filter(({ expired }) => !expired)
        .map(({ invitee, permissions }) => [invitee!.login, permissions]),
    ),
    teams: Object.fromEntries(teams.data.map(({ slug: team, permission }) => [team, word(permission)])),
    data: await dataOf(teacher, repo, about.default_branch),
    tag: tags.data.length === 1,
    rulesets: rulesets.data.length,
  };
}

async function dataOf(teacher: Class['teacher'], repo: string, ref: string): Promise<Record<string, string>> {
  const { data } = await teacher.request('GET /repos/{owner}/{repo}/git/trees/{tree_sha}', {
    ...at(repo),
    tree_sha: ref,
    recursive: '1',
  });
  const files = data.tree.filter(({ path }) => /^data\/release-\d+\.csv$/.test(path!));
  const texts = files.map(async ({ path, sha }) => {
    const blob = await teacher.request('GET /repos/{owner}/{repo}/git/blobs/{file_sha}', {
      ...at(repo),
      file_sha: sha!,
    });
    return [path!, Buffer.from(blob.data.content, 'base64').toString()] as const;
  });
  return Object.fromEntries(await Promise.all(texts));
}

/** Nothing of an archived repository can be changed; what was sent to people who left since stays as it is. */
export function comparable(states: ReadonlyMap<string, State>, { standing, students }: Class): Record<string, object> {
  const current = new Set(students.filter(({ enrolled }) => enrolled).map((student) => `work-${slug(student)}`));
  const isShut = (repo: string): boolean => standing.some((one) => one.kind === 'archived' && one.repo === repo);
  return Object.fromEntries(
    [...states].map(([repo, { data, ...rest }]) => {
      if (isShut(repo)) return [repo, { archived: rest.archived }];
      return [repo, current.has(repo.replace(/-mine$/, '')) ? { ...rest, data } : rest];
    }),
  );
}
