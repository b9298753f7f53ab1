// Runners, and runs of the course's placement workflow.
import type { Placements } from '../ports-placement.ts';
import { textAt } from './branch.ts';
import type { Octokit } from './client.ts';
import { isNotFound, type GitHubError } from './error.ts';

const workflow = 'place.yml';

type Connections = { contents: Octokit; runners: Octokit; runs: Octokit };

export function placements({ contents, runners, runs }: Connections, owner: string): Placements {
  return {
    textAt: (repository, commit, path) => textAt(contents, owner, repository, commit, path),
    async runners() {
      const found = await runners.paginate(runners.rest.actions.listSelfHostedRunnersForOrg, {
        org: owner,
        per_page: 100,
      });
      return found.map(({ name, status, busy, labels }) => ({
        name,
        online: status === 'online',
        busy,
        labels: labels.map((label) => label.name),
      }));
    },
    async dispatch(repo, name, inputs) {
      const { data } = await runs.rest.actions.listWorkflowRuns({
        owner,
        repo,
        workflow_id: workflow,
        event: 'workflow_dispatch',
        per_page: 100,
      });
      if (data.workflow_runs.some((run) => run.display_title === name)) return;
      const { data: repository } = await contents.rest.repos.get({ owner, repo });
      const ref = repository.default_branch;
      await runs.rest.actions.createWorkflowDispatch({ owner, repo, workflow_id: workflow, ref, inputs });
    },
    async cancel(repo, run_id) {
      await runs.rest.actions.cancelWorkflowRun({ owner, repo, run_id }).catch((error: GitHubError) => {
        if (error.code !== 'conflict' && !isNotFound(error)) throw error;
      });
    },
  };
}
