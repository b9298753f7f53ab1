// Tells an app what became of one of its installations.
import { presentInstallation } from '../present/apps.ts';
import { presentRepository } from '../present/repository.ts';
import type { Installation } from '../world/records.ts';
import type { World } from '../world/world.ts';

export function emitInstallation(
  world: Pick<World, 'state' | 'emit' | 'url'>,
  installation: Installation,
  action: string,
): void {
  const account = world.state.account(installation.account);
  const reached = world.state
    .repositoriesOf(account.id)
    .filter((repository) => installation.selection === 'all' || installation.repositories.includes(repository.id));
  const owner = Object.values(world.state.organization(account.id)?.members ?? {}).find(
    (member) => member.role === 'admin',
  );
  const repositories = reached.map((repository) => {
    const { id, node_id, name, full_name, private: closed } = presentRepository(world, repository);
    return { id, node_id, name, full_name, private: closed };
  });
  world.emit({
    event: 'installation',
    action,
    app: installation.app,
    account,
    sender: owner ? world.state.account(owner.user) : account,
    payload: { installation: presentInstallation(world, installation), repositories, requester: null },
  });
}
