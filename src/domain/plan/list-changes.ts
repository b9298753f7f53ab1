// Everything that a new version of the course changes besides shipments: dates, rules, points, settings, people. As data, and complete.
import type { Challenge } from '../challenge/challenge.ts';
import type { Course, Owner } from '../course/course.ts';
import { compareRepository } from '../repository/compare-repository.ts';
import type { Difference, FoundRepository, WantedRepository } from '../repository/repository.ts';
import { wantRepository, type RecordedRepository } from '../repository/want-repository.ts';

export type CourseVersion = {
  course: Course;
  challenges: readonly Challenge[];
  owners: readonly Owner[];
  files: Readonly<Record<string, string>>;
};

/** `before` or `after` is undefined where a key is new or gone. Dates, numbers and texts as JSON has them. */
export type RuleChange = { where: string; key: string; before?: Value; after?: Value };
type Value = string | number | boolean | null;

export type PersonChange =
  | { kind: 'joins' | 'leaves'; login: string; owner: string }
  | { kind: 'moves'; login: string; from: string; to: string }
  | { kind: 'details'; login: string; before: string; after: string };

export type RepositoryChange = { name: string; differences: Difference[] };

/** Keys of both versions in the order of their names; a list whose entries have a name is told by names. */
export function listRuleChanges(before: CourseVersion, after: CourseVersion): RuleChange[] {
  const [old, now] = [keysOf(before), keysOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((key) => old.get(key) !== now.get(key) || old.has(key) !== now.has(key))
    .toSorted()
    .map((id) => {
      const [where = '', key = ''] = id.split('\n');
      return {
        where,
        key,
        ...(old.has(id) ? { before: old.get(id)! } : {}),
        ...(now.has(id) ? { after: now.get(id)! } : {}),
      };
    });
}

function keysOf({ course, challenges, files }: CourseVersion): Map<string, Value> {
  const keys = new Map<string, Value>();
  flatten(course, 'course.yml', '', keys);
  for (const challenge of challenges) flatten(challenge, `challenge ${challenge.name}`, '', keys);
  // What is not read into the two above, such as a data contract, is told by its text.
  const rubrics = challenges.flatMap(({ rubric }) => rubric?.file ?? []);
  const read = new Set(['course.yml', course.roster, ...challenges.map(({ file }) => file), ...rubrics]);
  for (const [path, text] of Object.entries(files)) if (!read.has(path)) keys.set(`${path}\ncontents`, text);
  return keys;
}

function flatten(value: unknown, where: string, key: string, into: Map<string, Value>): void {
  const under = (name: string): string => (key === '' ? spell(name) : `${key}.${spell(name)}`);
  if (value === undefined) return;
  if (value instanceof Date) into.set(`${where}\n${key}`, value.toISOString());
  else if (Array.isArray(value)) {
    if (value.length === 0) into.set(`${where}\n${key}`, '(none)');
    for (const [index, each] of value.entries()) flatten(each, where, under(nameOf(each) ?? String(index + 1)), into);
  } else if (typeof value === 'object' && value !== null) {
    const own = Object.entries(value).filter(([, each]) => each !== undefined);
    if (own.length === 0 && key !== '') into.set(`${where}\n${key}`, '(none)');
    for (const [name, each] of own) flatten(each, where, under(name), into);
  } else into.set(`${where}\n${key}`, value as Value);
}

function nameOf(value: unknown): string | undefined {
  const name = typeof value === 'object' && value !== null && 'name' in value ? value.name : undefined;
  return typeof name === 'string' ? name : undefined;
}

/** As the files write their keys. */
const spell = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Who joins, leaves, or works in another repository from now on. */
export function listPersonChanges(before: readonly Owner[], after: readonly Owner[]): PersonChange[] {
  const [old, now] = [peopleOf(before), peopleOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])].toSorted().flatMap((key): PersonChange[] => {
    const [was, is] = [old.get(key), now.get(key)];
    if (!was) return [{ kind: 'joins', login: is!.login, owner: is!.owner }];
    if (!is) return [{ kind: 'leaves', login: was.login, owner: was.owner }];
    const moves: PersonChange[] =
      was.owner === is.owner ? [] : [{ kind: 'moves', login: is.login, from: was.owner, to: is.owner }];
    return was.details === is.details
      ? moves
      : [...moves, { kind: 'details', login: is.login, before: was.details, after: is.details }];
  });
}

function peopleOf(owners: readonly Owner[]): Map<string, { login: string; owner: string; details: string }> {
  return new Map(
    owners.flatMap((owner) =>
      owner.members.map(({ login, id = '', name = '' }) => [
        login.toLowerCase(),
        { login, owner: owner.slug, details: [login, id, name, owner.kind === 'group' ? owner.name : ''].join(', ') },
      ]),
    ),
  );
}

/** What the merge itself would change of repositories that are there: access and visibility, one by one. */
export function listRepositoryChanges(
  before: CourseVersion,
  after: CourseVersion,
  recorded: readonly RecordedRepository[],
): RepositoryChange[] {
  return recorded.flatMap((record) => {
    const old = wantRepository(before.course, before.owners, record);
    const letIn = [...record.letIn, ...old.members.map(({ login }) => login)];
    const differences = compareRepository(
      wantRepository(after.course, after.owners, { ...record, letIn }),
      asFound(old),
    );
    return differences.length === 0 ? [] : [{ name: record.name, differences }];
  });
}

/** A repository that is exactly as a version of the course wants it. */
function asFound({
  name,
  visibility,
  permission,
  members,
  staff,
  defaultBranch = 'main',
}: WantedRepository): FoundRepository {
  return {
    id: 0,
    name,
    visibility,
    archived: false,
    empty: false,
    defaultBranch,
    createdAt: new Date(0),
    actions: true,
    people: members.map(({ login, account = -1 }, index) => ({
      login,
      permission,
      account: account === -1 ? -1 - index : account,
    })),
    invitations: [],
    teams: staff ? [staff] : [],
  };
}
