// Runners, runs of the course's placement workflow, and the comments that ask for them.
import { placeWorkflow } from '../../domain/placement/live/checkout-token.ts';
import type { PlacedRun, Placements } from '../../ports/placement.ts';
import { textAt } from '../repository/branch.ts';
import type { Octokit } from '@octokit/rest';
import { isNotFound } from '../client/error.ts';
import { isFailure } from '../../domain/text/failure.ts';

export type PlacementConnections = {
  contents: Octokit;
  runners: Octokit;
  runs: Octokit;
  comments: Octokit;
  checkoutToken: Placements['checkoutToken'];
};

export function placements(connections: PlacementConnections, owner: string): Placements {
  const { contents, runners, checkoutToken } = connections;
  return {
    textAt: (repository, commit, path) => textAt({ octokit: contents, owner, repo: repository }, commit, path),
    checkoutToken,
    commitOf: (repo, ref) =>
      unlessAbsent(async () => {
        const wanted = ref ?? (await contents.rest.repos.get({ owner, repo })).data.default_branch;
        return (await contents.rest.repos.getCommit({ owner, repo, ref: wanted })).data.sha;
      }),
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
    ...workflowRuns(connections, owner),
    ...conversation(connections, owner),
  };
}

type WorkflowRuns = Pick<Placements, 'dispatch' | 'runs' | 'run' | 'job' | 'cancel'>;

function workflowRuns({ contents, runs }: PlacementConnections, owner: string): WorkflowRuns {
  const list: Placements['runs'] = async (repo, workflow_id = placeWorkflow) => {
    const { data } = await runs.rest.actions.listWorkflowRuns({
      owner,
      repo,
      workflow_id,
      event: 'workflow_dispatch',
      per_page: 100,
    });
    return data.workflow_runs.map(toPlacedRun);
  };
  return {
    runs: list,
    async dispatch(repo, name, inputs, workflow_id = placeWorkflow) {
      if ((await list(repo, workflow_id)).some((run) => run.name === name)) return;
      const { data: repository } = await contents.rest.repos.get({ owner, repo });
      const ref = repository.default_branch;
      await runs.rest.actions.createWorkflowDispatch({ owner, repo, workflow_id, ref, inputs });
    },
    run: (repo, run_id) =>
      unlessAbsent(async () => toPlacedRun((await runs.rest.actions.getWorkflowRun({ owner, repo, run_id })).data)),
    async job(repo, run_id) {
      const { data } = await runs.rest.actions.listJobsForWorkflowRun({ owner, repo, run_id, filter: 'latest' });
      const [job] = data.jobs;
      return (
        job && {
          id: job.id,
          status: job.status,
          conclusion: job.conclusion ?? undefined,
          runner: job.runner_name ?? undefined,
          startedAt: time(job.started_at),
          completedAt: time(job.completed_at),
        }
      );
    },
    async cancel(repo, run_id) {
      await runs.rest.actions.cancelWorkflowRun({ owner, repo, run_id }).catch((error: unknown) => {
        if (!isFailure(error, 'conflict') && !isNotFound(error)) throw error;
      });
    },
  };
}

function conversation({ comments }: PlacementConnections, owner: string): Pick<Placements, 'pullHead' | 'react'> {
  return {
    pullHead: (repo, pull_number) =>
      unlessAbsent(async () => {
        const { data } = await comments.rest.pulls.get({ owner, repo, pull_number });
        return data.head.repo?.id === data.base.repo.id ? data.head.sha : undefined;
      }),
    async react(repo, comment_id, content) {
      // A comment that was deleted meanwhile needs no answer.
      await unlessAbsent(() => comments.rest.reactions.createForIssueComment({ owner, repo, comment_id, content }));
    },
  };
}

async function unlessAbsent<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    // A ref that is no commit is 422.
    if (isNotFound(error) || isFailure(error, 'unprocessable')) return undefined;
    throw error;
  }
}

type Run = Awaited<ReturnType<Octokit['rest']['actions']['getWorkflowRun']>>['data'];

function toPlacedRun(run: Run): PlacedRun {
  return {
    id: run.id,
    attempt: run.run_attempt ?? 1,
    repositoryId: run.repository.id,
    path: run.path,
    event: run.event,
    headSha: run.head_sha,
    headBranch: run.head_branch ?? '',
    name: run.display_title,
    startedBy: run.triggering_actor?.login ?? '',
    status: run.status ?? '',
  };
}

function time(text: string | null | undefined): Date | undefined {
  return text ? new Date(text) : undefined;
}
