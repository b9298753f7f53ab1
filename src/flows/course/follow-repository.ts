// Somebody changed a student repository, or who may enter it, on GitHub itself: it is looked at now, not tomorrow.
import type { StudentRepository } from '../../ports/records.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import { inForce } from './in-force.ts';
import { lookAtRepositoryJob } from '../jobs/queue-jobs.ts';
import { readAgain } from './read-again.ts';

type Changed = {
  organisation: string;
  /** By name and GitHub's id: after a renaming only the id is known here. */
  repositories: readonly { name: string; id: number }[];
  sender: string | undefined;
};

/** What the app does itself brings the same events; looking again at each would be a call for nothing. */
const isOwn = ({ appSlug }: FlowPorts, sender: string | undefined): boolean => sender === `${appSlug}[bot]`;

export async function repositoriesChanged(
  ports: FlowPorts,
  { organisation, repositories, sender }: Changed,
): Promise<void> {
  if (isOwn(ports, sender)) return;
  await readAgain(ports, organisation);
  await lookAt(ports, organisation, await ports.store.repositoriesNamed(organisation, repositories));
}

/** A person left the organisation, and with it lost what the app had opened to them. */
export async function personLeft(
  ports: FlowPorts,
  { organisation, login, account }: { organisation: string; login: string; account: number },
): Promise<void> {
  const theirs = (await ports.store.studentRepositories(organisation)).filter(
    ({ members, letIn = [], letInAccounts = [] }) =>
      letInAccounts.includes(account) ||
      [...members, ...letIn].some((each) => each.toLowerCase() === login.toLowerCase()),
  );
  await lookAt(ports, organisation, theirs);
}

type Team = {
  organisation: string;
  team: string;
  repository?: { name: string; id: number };
  sender?: string;
};

/** The staff's team lost a repository, has other rights there, is gone altogether or there again. Other teams are nobody's business here. */
export async function teamChanged(ports: FlowPorts, { organisation, team, repository, sender }: Team): Promise<void> {
  if (isOwn(ports, sender)) return;
  await readAgain(ports, organisation);
  const found = await inForce(ports.store, organisation);
  if (found?.course.staff !== team) return;
  const { store } = ports;
  const open = repository
    ? await store.repositoriesNamed(organisation, [repository])
    : await store.studentRepositories(organisation);
  await lookAt(ports, organisation, open);
}

async function lookAt(
  { store, clock }: FlowPorts,
  organisation: string,
  repositories: readonly StudentRepository[],
): Promise<void> {
  const now = clock.now();
  await store.enqueue(
    repositories
      .filter(({ repositoryId }) => repositoryId !== undefined)
      .map(({ name }) => lookAtRepositoryJob(organisation, name, now)),
  );
}
