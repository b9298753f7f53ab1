// Who must review and who may push to a protected branch, as the REST API shows it.
import type { Repository } from '../world/records.ts';
import type { World } from '../world/world.ts';
import { presentAccount, presentTeam } from './accounts.ts';

type WorldView = Pick<World, 'url' | 'state'>;
type Named = { users?: string[]; teams?: string[]; apps?: string[] };

/** Accounts and teams by their names; what does not exist is left out, as GitHub does. */
function presentNamed(world: WorldView, repository: Repository, url: string, named: Named): Record<string, unknown> {
  return {
    url,
    users_url: `${url}/users`,
    teams_url: `${url}/teams`,
    users: (named.users ?? []).flatMap((login) => {
      const account = world.state.accountByLogin(login);
      return account ? [presentAccount(world, account)] : [];
    }),
    teams: (named.teams ?? []).flatMap((slug) => {
      const team = world.state.teamBySlug(repository.owner, slug);
      return team ? [presentTeam(world, team)] : [];
    }),
    apps: [],
  };
}

export function presentReviewRules(
  world: WorldView,
  repository: Repository,
  url: string,
  rules: Record<string, unknown>,
): Record<string, unknown> {
  const restricted = rules.dismissal_restrictions as Named | undefined;
  return {
    url,
    dismiss_stale_reviews: rules.dismiss_stale_reviews === true,
    require_code_owner_reviews: rules.require_code_owner_reviews === true,
    require_last_push_approval: rules.require_last_push_approval === true,
    required_approving_review_count: rules.required_approving_review_count ?? 1,
    ...(restricted && Object.keys(restricted).length > 0
      ? {
          dismissal_restrictions: presentNamed(
            world,
            repository,
            `${url.replace(/required_pull_request_reviews$/, 'dismissal_restrictions')}`,
            restricted,
          ),
        }
      : {}),
  };
}

export function presentRestrictions(
  world: WorldView,
  repository: Repository,
  url: string,
  restrictions: Named,
): Record<string, unknown> {
  return { ...presentNamed(world, repository, url, restrictions), apps_url: `${url}/apps` };
}
