// Every student repository, looked at again: what the course wants, held against what GitHub has, and brought in line where the app may.
import { compareRepository } from '../../domain/repository/compare-repository.ts';
import {
  remedies,
  type Difference,
  type FoundRepository,
  type WantedRepository,
} from '../../domain/repository/repository.ts';
import { wantRepository } from '../../domain/repository/want-repository.ts';
import type { StudentRepository } from '../../ports/records.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { RepositoryStates } from '../../ports/repository-state.ts';
import {
  cutJob,
  dispatchJob,
  lookAtCourseJob,
  lookAtRepositoryJob,
  provisionJob,
  reportRepositoriesJob,
  syncJob,
} from '../jobs/queue-jobs.ts';
import { inForce, inForceWithIds, type InForce } from './in-force.ts';
import { missingPeople } from './missing-people.ts';
import { readAgain } from './read-again.ts';

type Payload = { organisation: string; repository: string };

/** Looks daily: access, visibility and invitations change without a word to the app. */
export async function lookAtCourse(ports: FlowPorts, { organisation }: { organisation: string }): Promise<void> {
  const { store, clock } = ports;
  const now = clock.now();
  // First, so that a failure below costs one day and not all that follow.
  await store.enqueue([lookAtCourseJob(organisation, now)]);
  const found = await inForce(store, organisation);
  if (!found || found.record.installationId === 0) return;
  // A login that was nobody's may be somebody's by now.
  if ((await missingPeople(store, found)).unknown.length > 0) await store.enqueue([syncJob(organisation, now)]);
  else await readAgain(ports, organisation);
  const repositories = await store.studentRepositories(organisation);
  await store.enqueue(
    repositories
      .filter(({ repositoryId }) => repositoryId !== undefined)
      .map(({ name }) => lookAtRepositoryJob(organisation, name, now)),
  );
}

export async function lookAtRepository(ports: FlowPorts, { organisation, repository }: Payload): Promise<void> {
  const { store } = ports;
  const found = await inForceWithIds(store, organisation);
  const record = await store.studentRepository(organisation, repository);
  if (!found || record?.repositoryId === undefined) return;
  const { repositoryStates } = ports.github(found.record);
  const seen = await repositoryStates.read({ id: record.repositoryId });
  await bringInLine(ports, found, record, seen);
}

/** `seen` is what GitHub has; undefined where the repository is gone. Every step may be repeated. */
export async function bringInLine(
  ports: FlowPorts,
  { record: course, course: rules, owners, ids }: InForce & { ids: ReadonlyMap<string, number> },
  record: StudentRepository,
  seen: FoundRepository | undefined,
): Promise<void> {
  const { store, clock } = ports;
  const { organisation } = course;
  // A login stays whose it was when it was first seen here: somebody else may bear it by now.
  const accounts = { ...accountsIn(seen), ...record.accounts };
  const known = { ...record, accounts, letIn: record.letIn ?? [], letInAccounts: record.letInAccounts ?? [] };
  const wanted = wantRepository(rules, owners, known, ids);
  for (const { login, account } of wanted.members) if (account !== undefined) accounts[login.toLowerCase()] ??= account;
  known.letInAccounts = idsOf(wanted);
  const differences = compareRepository(wanted, seen);
  if (differences.some(({ kind }) => kind === 'gone'))
    return owners.some(({ slug }) => slug === record.owner)
      ? makeAgain(ports, organisation, known)
      : letGo(ports, organisation, known);
  const states = ports.github(course).repositoryStates;
  const left: Difference[] = [];
  let { name } = seen!;
  for (const difference of differences) {
    const remains = await mend(states, { name, wanted: record.name }, difference, clock.now());
    if (remains) left.push(remains);
    else if (difference.kind === 'renamed') ({ name } = record);
  }
  const letIn = [...new Set([...known.letIn, ...wanted.members.map(({ login }) => login)])];
  const { differences: before = [], ...kept } = known;
  await store.saveStudentRepository(organisation, {
    ...kept,
    letIn,
    lookedAt: clock.now(),
    defaultBranch: seen!.defaultBranch,
    ...(left.length === 0 ? {} : { differences: left }),
  });
  if (seen!.guarded === false) await guardAgain(ports, organisation, record);
  if (before.some(isShut) && !left.some(isShut)) await store.retryShut(organisation);
  if (JSON.stringify(before) !== JSON.stringify(left))
    await store.enqueue([reportRepositoriesJob(organisation, clock.now())]);
}

/** From the first contact on, of members and of who was one: by the time that somebody leaves, the login may be another. */
const idsOf = ({ members, former }: WantedRepository): number[] =>
  [...members, ...former].flatMap(({ account }) => account ?? []);

/** Nothing could be written into it: what was to be, waits, and goes on by itself. */
const isShut = ({ kind }: Difference): boolean => kind === 'archived' || kind === 'empty';

/** Somebody removed the ruleset that keeps the tags of past deadlines: looking after such a tag makes it again. */
async function guardAgain({ store, clock }: FlowPorts, organisation: string, record: StudentRepository): Promise<void> {
  const now = clock.now();
  for (const challenge of await store.shippedChallenges(organisation)) {
    const cuts = await store.evidence(organisation, challenge, record.owner, ['cut']);
    if (cuts.length > 0)
      await store.enqueue([{ ...cutJob({ organisation, repository: record.name, challenge }, now), dueAt: now }]);
  }
}

/** Access as it is right after a repository was made: nobody is in yet, so nothing has to be asked for. */
export function justMade(
  wanted: Pick<WantedRepository, 'name' | 'visibility'>,
  made: { id: number; defaultBranch: string },
  at: Date,
): FoundRepository {
  return {
    id: made.id,
    name: wanted.name,
    visibility: wanted.visibility,
    archived: false,
    empty: false,
    defaultBranch: made.defaultBranch,
    createdAt: at,
    actions: true,
    people: [],
    invitations: [],
    teams: [],
  };
}

function accountsIn(seen: FoundRepository | undefined): Record<string, number> {
  const people = [...(seen?.people ?? []), ...(seen?.invitations ?? [])];
  return Object.fromEntries(people.map(({ login, account }) => [login.toLowerCase(), account]));
}

/** Deleted: it is made again from the template, and gets everything that it had been sent. */
async function makeAgain({ store, clock }: FlowPorts, organisation: string, record: StudentRepository): Promise<void> {
  const now = clock.now();
  const { repositoryId: _, templateSha: __, defaultBranch: ___, ...kept } = record;
  await store.transaction(async (inside) => {
    await inside.saveStudentRepository(organisation, {
      ...kept,
      state: 'planned',
      plannedAt: now,
      lookedAt: now,
      differences: [{ kind: 'gone' }],
    });
    const again = await inside.reopenShipments(organisation, record.name);
    await inside.enqueue([
      provisionJob(organisation, record.name, now),
      ...again.map(({ shipment }) => dispatchJob(organisation, shipment, now)),
      reportRepositoriesJob(organisation, now),
    ]);
  });
}

/** Deleted, and nobody's any more: should its owner come back, it is made anew and gets everything again. */
async function letGo({ store, clock }: FlowPorts, organisation: string, record: StudentRepository): Promise<void> {
  const { repositoryId: _, templateSha: __, defaultBranch: ___, differences: ____, ...kept } = record;
  await store.transaction(async (inside) => {
    await inside.saveStudentRepository(organisation, { ...kept, state: 'planned', lookedAt: clock.now() });
    const sent = await inside.reopenShipments(organisation, record.name);
    await inside.saveShipments(
      organisation,
      sent.map((shipment) => ({ ...shipment, state: 'cancelled' })),
    );
    await inside.enqueue([reportRepositoriesJob(organisation, clock.now())]);
  });
}

/** What is left of a difference when the app has done what it may. */
async function mend(
  states: RepositoryStates,
  { name, wanted }: { name: string; wanted: string },
  difference: Difference,
  now: Date,
): Promise<Difference | undefined> {
  const remedy = remedies[difference.kind];
  if (remedy === 'follow') return undefined;
  if (remedy !== 'mend') return difference;
  switch (difference.kind) {
    case 'renamed':
      // Webhooks bear the new name, and nobody would know whose they are. Where the old one is taken, the teacher decides.
      return (await states.rename(name, wanted)) ? undefined : difference;
    case 'visibility':
      await states.setVisibility(name, difference.wanted);
      return undefined;
    case 'no-access':
    case 'access':
      return letIn(states, name, difference, now);
    case 'invitation-expired':
      // Asking again for the same person would leave the old invitation as it is.
      await states.withdrawInvitation(name, difference.invitation);
      return letIn(states, name, difference, now);
    case 'invitation-left':
      await states.withdrawInvitation(name, difference.invitation);
      return undefined;
    case 'access-left':
      if (difference.wanted === 'none') await states.letOut(name, difference.login);
      else await states.letIn(name, difference.login, difference.wanted);
      return undefined;
    case 'staff-access':
      return (await states.letTeamIn(name, difference.team, difference.wanted)) ? undefined : difference;
    default:
      return difference;
  }
}

async function letIn(
  states: RepositoryStates,
  name: string,
  { login, account, wanted }: { login: string; account?: number; wanted: WantedRepository['permission'] },
  since: Date,
): Promise<Difference | undefined> {
  const answer = await states.letIn(name, login, wanted);
  if (typeof answer === 'object' && answer.unknown && account !== undefined) {
    // The login is nobody's: the account has another name by now.
    const now = await states.loginOf(account);
    if (now !== undefined && now.toLowerCase() !== login.toLowerCase())
      return (
        (await letIn(states, name, { login: now, wanted }, since)) ?? { kind: 'account-renamed', login, found: now }
      );
  }
  if (answer === 'in') return undefined;
  return answer === 'invited' ? { kind: 'invited', login, since } : { kind: 'refused', login, reason: answer.refused };
}
