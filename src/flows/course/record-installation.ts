// The App was installed somewhere, or removed: remember it, and read the course if there is one.
import type { FlowPorts } from '../../ports/flow-ports.ts';
import { onboardJob, syncJob } from '../jobs/queue-jobs.ts';

type Payload = { action: string; installation: { id: number; account: { login: string; id: number } } };

export async function recordInstallation(
  { store, clock }: FlowPorts,
  { action, installation }: Payload,
): Promise<void> {
  const { login, id: organisationId } = installation.account;
  if (action === 'deleted' || action === 'suspend') return store.removeInstallation(login);
  await store.transaction(async (inside) => {
    await inside.saveInstallation({ login, id: installation.id, organisationId });
    await inside.enqueue([syncJob(login, clock.now()), onboardJob(login, clock.now())]);
  });
}
