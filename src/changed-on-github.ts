// The webhooks about student repositories and who may enter them: whatever somebody changes on GitHub itself is looked at now.
import { personLeft, repositoriesChanged, teamChanged } from './flows/course/follow-repository.ts';
import type { FlowPorts } from './ports/flow-ports.ts';
import { where, type About, type Webhooks } from './webhook-rows.ts';

type AboutChange = About & { repository: { id: number }; sender?: { login: string } | undefined };
type AboutMove = {
  installation: { account: { login: string } | { slug: string } | null };
  repositories_added: { id?: number; name?: string }[];
  repositories_removed: { id?: number; name?: string }[];
  sender: { login: string };
};
type AboutTeam = {
  organization: { login: string };
  team: { slug?: string };
  repository?: { id: number; name: string };
  sender?: { login: string } | undefined;
};

const changed = (ports: FlowPorts, p: AboutChange): Promise<void> => {
  const { name, id } = p.repository;
  return repositoriesChanged(ports, {
    organisation: where(p).organisation,
    repositories: [{ name, id }],
    sender: p.sender?.login,
  });
};
/** Of a transfer only the new owner's apps are told, and an app that lost a repository is told so: both ends are listened to. */
const moved = (ports: FlowPorts, p: AboutMove): Promise<void> => {
  const { account } = p.installation;
  if (!account || !('login' in account)) return Promise.resolve();
  const repositories = [...p.repositories_added, ...p.repositories_removed].flatMap(({ id, name }) =>
    id === undefined || name === undefined ? [] : [{ id, name }],
  );
  return repositoriesChanged(ports, { organisation: account.login, repositories, sender: p.sender.login });
};
const team = (ports: FlowPorts, p: AboutTeam): Promise<void> =>
  teamChanged(ports, {
    organisation: p.organization.login,
    team: p.team.slug ?? '',
    ...(p.repository ? { repository: { name: p.repository.name, id: p.repository.id } } : {}),
    ...(p.sender ? { sender: p.sender.login } : {}),
  });

export const changedOnGitHub: Webhooks = {
  'installation_repositories.added': moved,
  'installation_repositories.removed': moved,
  'repository.archived': changed,
  'repository.deleted': changed,
  'repository.edited': changed,
  'repository.privatized': changed,
  'repository.publicized': changed,
  'repository.renamed': changed,
  'repository.transferred': changed,
  'repository.unarchived': changed,
  'member.added': changed,
  'member.edited': changed,
  'member.removed': changed,
  'organization.member_removed': async (ports, p) => {
    const { user } = p.membership;
    if (user) await personLeft(ports, { organisation: p.organization.login, login: user.login, account: user.id });
  },
  'team.created': team,
  'team.deleted': team,
  'team.edited': team,
  'team.removed_from_repository': team,
};
