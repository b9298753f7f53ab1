// What the set-up of a course looks at and changes in an organisation.
import type { Octokit } from '@octokit/rest';
import type { Preparation } from '../../ports/set-up.ts';
import { isNotFound } from '../client/error.ts';
import { isFailure } from '../../domain/text/failure.ts';
import { defaultHead, type FileAddition, type Head } from '../repository/branch.ts';

type Connections = {
  /** May make repositories and change their settings. */
  make: Octokit;
  pulls: Octokit;
  contents: Octokit;
  /** May make teams, where that was granted; asked for only then. */
  teams: () => Octokit;
  /** What the installation was granted. */
  granted: () => Promise<Record<string, string>>;
  commit: (repo: string, head: Head, message: string, files: readonly FileAddition[]) => Promise<string>;
};

export function preparation(
  { make, pulls, contents, teams, granted, commit }: Connections,
  owner: string,
): Preparation {
  return {
    mayMakeTeams: async () => (await granted())['members'] === 'write',
    async makeTeam(name) {
      await teams().rest.teams.create({ org: owner, name, privacy: 'closed' });
    },
    async makeRepository(name, { description, isTemplate, files, message }) {
      const made = await make.rest.repos
        .createInOrg({ org: owner, name, description, visibility: 'private', is_template: isTemplate, auto_init: true })
        .then(() => true, falseIfTaken);
      if (!made) return 'taken';
      await commit(name, await defaultHead({ octokit: make, owner, repo: name }), message, files);
      return 'made';
    },
    async markTemplate(repo) {
      await make.rest.repos.update({ owner, repo, is_template: true });
    },
    async pullRequest(repo, branch) {
      const found = await pulls.rest.pulls
        .list({ owner, repo, head: `${owner}:${branch}`, state: 'all', per_page: 1 })
        .then(({ data }) => data[0], undefinedIfMissing);
      if (!found) return undefined;
      const ended = found.merged_at === null ? 'closed' : 'merged';
      return { state: found.state === 'open' ? 'open' : ended, url: found.html_url };
    },
    async access(repo) {
      const found = await make.rest.repos.get({ owner, repo }).then(({ data }) => data, undefinedIfMissing);
      if (!found) return undefined;
      // GitHub has no such setting where everybody may read anyway.
      if (!found.private) return 'open';
      const { data } = await make.rest.actions.getWorkflowAccessToRepository({ owner, repo });
      return data.access_level === 'none' ? 'none' : 'open';
    },
    async openAccess(repo) {
      await make.rest.actions.setWorkflowAccessToRepository({ owner, repo, access_level: 'organization' });
    },
    async commitOf(repository, ref) {
      const [at = '', repo = ''] = repository.split('/');
      return contents.rest.repos.getCommit({ owner: at, repo, ref }).then(
        ({ data }) => data.sha,
        (error: unknown) => {
          if (isNotFound(error) || isFailure(error, 'unprocessable', 'forbidden')) return undefined;
          throw error;
        },
      );
    },
  };
}

function undefinedIfMissing(error: unknown): undefined {
  if (isNotFound(error)) return undefined;
  throw error;
}

function falseIfTaken(error: unknown): false {
  if (isFailure(error, 'unprocessable') && /already exists/i.test((error as Error).message)) return false;
  throw error;
}
