// Student repositories as GitHub has them now, and the calls that change who may see and do what in them.
import type { Permission, Visibility } from '../../domain/course/course.ts';
import type { FoundRepository } from '../../domain/repository/repository.ts';
import { readAccounts, readNamed } from './look-up.ts';
import type { RepositoryStates } from '../../ports/repository-state.ts';
import type { Octokit } from '@octokit/rest';
import type { Repository } from '../client/repository.ts';
import { coded, isNotFound } from '../client/error.ts';

/** By which `deadlines.ts` finds it again. */
export const deadlineRuleset = 'practicum';

export function repositoryStates(octokit: Octokit, owner: string): RepositoryStates {
  const at = (repo: string): { owner: string; repo: string } => ({ owner, repo });
  return {
    read: (which) => read(octokit, owner, which),
    named: (names) => readNamed(octokit, owner, names),
    accounts: (logins) => readAccounts(octokit, logins),
    teamExists: (team_slug) =>
      octokit.rest.teams.getByName({ org: owner, team_slug }).then(
        () => true,
        (error: unknown) => falseIfMissing(error),
      ),
    async rename(name, to) {
      return octokit.rest.repos.update({ ...at(name), name: to }).then(
        () => true,
        (error: unknown) => {
          if (coded(error).code === 'unprocessable') return false;
          throw error;
        },
      );
    },
    async setVisibility(name, visibility) {
      await octokit.rest.repos.update({ ...at(name), visibility: visibility as 'private' });
    },
    async letIn(name, username, permission) {
      try {
        const { status } = await octokit.rest.repos.addCollaborator({ ...at(name), username, permission });
        return (status as number) === 201 ? 'invited' : 'in';
      } catch (error) {
        const { code, message } = coded(error);
        if (code === 'not-found') return { refused: `no GitHub account \`${username}\``, unknown: true };
        // The seat limit, a policy against outside collaborators, too many invitations in a day: GitHub says which.
        if (code === 'unprocessable' || code === 'forbidden') return { refused: message.slice(0, 300) };
        throw error;
      }
    },
    loginOf: (account_id) =>
      octokit.request('GET /user/{account_id}', { account_id }).then(({ data }) => data.login, undefinedIfMissing),
    letOut: (name, username) => gone(octokit.rest.repos.removeCollaborator({ ...at(name), username })),
    withdrawInvitation: (name, invitation_id) =>
      gone(octokit.rest.repos.deleteInvitation({ ...at(name), invitation_id })),
    letTeamIn(name, team_slug, permission) {
      return octokit.rest.teams
        .addOrUpdateRepoPermissionsInOrg({ org: owner, team_slug, ...at(name), permission })
        .then(
          () => true,
          (error: unknown) => falseIfMissing(error),
        );
    },
  };
}

/** What is no longer there has been taken away. */
async function gone(call: Promise<unknown>): Promise<void> {
  await call.catch((error: unknown) => falseIfMissing(error));
}

function falseIfMissing(error: unknown): false {
  if (isNotFound(error)) return false;
  throw error;
}

type Answer = {
  id: number;
  name: string;
  owner: { login: string };
  visibility?: string;
  private: boolean;
  archived: boolean;
  default_branch: string;
  created_at: string;
};

async function read(
  octokit: Octokit,
  owner: string,
  which: { id: number } | { name: string },
): Promise<FoundRepository | undefined> {
  const asked =
    'id' in which
      ? octokit.request('GET /repositories/{id}', { id: which.id })
      : octokit.rest.repos.get({ owner, repo: which.name });
  const repository = await asked.then(({ data }) => data as Answer, undefinedIfMissing);
  if (!repository || repository.owner.login.toLowerCase() !== owner.toLowerCase()) return undefined;
  const { id, name, archived, default_branch: defaultBranch } = repository;
  const at = { owner, repo: name, per_page: 100 };
  const [people, invitations, teams, actions, empty, guarded] = await Promise.all([
    octokit.paginate(octokit.rest.repos.listCollaborators, { ...at, affiliation: 'direct' }),
    octokit.paginate(octokit.rest.repos.listInvitations, at),
    octokit.paginate(octokit.rest.repos.listTeams, at),
    readActions({ octokit, owner, repo: name }),
    isEmpty({ octokit, owner, repo: name }, defaultBranch),
    readGuard({ octokit, owner, repo: name }),
  ]);
  return {
    id,
    name,
    archived,
    defaultBranch,
    empty,
    actions,
    ...(guarded === undefined ? {} : { guarded }),
    visibility: visibilityOf(repository),
    createdAt: new Date(repository.created_at),
    people: people.map(({ login, id: account, role_name }) => ({
      login,
      account,
      permission: permissionOf(role_name),
    })),
    invitations: invitations.flatMap((each) =>
      each.invitee
        ? [
            {
              id: each.id,
              login: each.invitee.login,
              account: each.invitee.id,
              permission: permissionOf(each.permissions),
              expired: each.expired ?? false,
              since: new Date(each.created_at),
            },
          ]
        : [],
    ),
    teams: teams.map(({ slug, permission }) => ({ team: slug, permission: permissionOf(permission) })),
  };
}

const visibilityOf = (repository: Pick<Answer, 'visibility' | 'private'>): Visibility =>
  (repository.visibility ?? (repository.private ? 'private' : 'public')) as Visibility;

/** GitHub says read and write in some places, pull and push in others. */
function permissionOf(word: string): Permission {
  return ({ read: 'pull', write: 'push' }[word] ?? word) as Permission;
}

/** Where the App may not look, nothing is said about it. */
async function readActions({ octokit, owner, repo }: Repository): Promise<boolean> {
  return octokit.rest.actions.getGithubActionsPermissionsRepository({ owner, repo }).then(
    ({ data }) => data.enabled,
    (error: unknown) => {
      const { code } = coded(error);
      if (code === 'forbidden' || code === 'not-found') return true;
      throw error;
    },
  );
}

/** A private repository of a free organisation has no rulesets. */
async function readGuard({ octokit, owner, repo }: Repository): Promise<boolean | undefined> {
  const asked = octokit.rest.repos.getRepoRulesets({ owner, repo, per_page: 100, includes_parents: false });
  return asked.then(
    ({ data }) => data.some(({ name, enforcement }) => name === deadlineRuleset && enforcement === 'active'),
    (error: unknown) => {
      const { code } = coded(error);
      if (code === 'forbidden' || code === 'not-found') return undefined;
      throw error;
    },
  );
}

async function isEmpty({ octokit, owner, repo }: Repository, branch: string): Promise<boolean> {
  return octokit.rest.git.getRef({ owner, repo, ref: `heads/${branch}` }).then(
    () => false,
    (error: unknown) => {
      const { code } = coded(error);
      if (code === 'conflict' || code === 'not-found') return true;
      throw error;
    },
  );
}

function undefinedIfMissing(error: unknown): undefined {
  if (isNotFound(error)) return undefined;
  throw error;
}
