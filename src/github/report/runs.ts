// What GitHub itself says of workflow runs, foreign check runs and the content of commits: facts that a student cannot forge.
import { pipelineStep } from '../../domain/report/confirm-report.ts';
import type { ForeignCheckRun } from '../../ports/records.ts';
import type { Runs, WorkflowRunFacts } from '../../ports/github.ts';
import type { Octokit } from '@octokit/rest';
import type { Repository } from '../client/repository.ts';
import { isNotFound } from '../client/error.ts';

export function runs(octokit: Octokit, owner: string, ownSlug: string): Runs {
  return {
    async workflowRun(repo, id) {
      try {
        return await readRun({ octokit, owner, repo }, id);
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    },
    async reports(repo, ref) {
      const asked = { owner, repo, ref, filter: 'all', per_page: 100 } as const;
      const all = await octokit.paginate(octokit.rest.checks.listForRef, asked, atMost());
      return all.filter((run) => run.app?.slug !== ownSlug).map(toForeign);
    },
    async blobs(repo, commit, paths) {
      if (paths.length === 0) return new Map();
      const fields = paths.map((_, index) => `p${index}: object(expression: $e${index}) { oid }`).join(' ');
      const declared = paths.map((_, index) => `$e${index}: String!`).join(', ');
      const variables = Object.fromEntries(paths.map((path, index) => [`e${index}`, `${commit}:${path}`]));
      const { repository } = await octokit.graphql<{ repository: Record<string, { oid: string } | null> }>(
        `query ($owner: String!, $repo: String!, ${declared}) { repository(owner: $owner, name: $repo) { ${fields} } }`,
        { owner, repo, ...variables },
      );
      return new Map(
        paths.flatMap((path, index) => {
          const oid = repository[`p${index}`]?.oid;
          return oid ? [[path, oid] as const] : [];
        }),
      );
    },
  };
}

/** Of a hundred each. A student can make more, but not make us read them. */
const mostPages = 10;

function atMost(): <T>(response: { data: T[] }, done: () => void) => T[] {
  let pages = 0;
  return (response, done) => {
    if (++pages >= mostPages) done();
    return response.data;
  };
}

async function readRun({ octokit, owner, repo }: Repository, run_id: number): Promise<WorkflowRunFacts> {
  const { data: run } = await octokit.rest.actions.getWorkflowRun({ owner, repo, run_id });
  const asked = { owner, repo, run_id, filter: 'all', per_page: 100 } as const;
  const jobs = await octokit.paginate(octokit.rest.actions.listJobsForWorkflowRun, asked, atMost());
  return {
    id: run.id,
    attempt: run.run_attempt ?? 1,
    status: run.status ?? 'unknown',
    path: run.path,
    event: run.event,
    headSha: run.head_sha,
    url: run.html_url,
    updatedAt: new Date(run.updated_at),
    ...(run.conclusion ? { conclusion: run.conclusion } : {}),
    ...(run.head_repository ? { headRepository: run.head_repository.full_name } : {}),
    referencedWorkflows: (run.referenced_workflows ?? []).map(({ path, sha, ref }) => ({
      path,
      sha,
      ...(ref ? { ref } : {}),
    })),
    jobs: jobs.map(({ id, name, status, conclusion, run_attempt: attempt, steps, started_at, completed_at }) => {
      const step = steps?.find((candidate) => candidate.name === pipelineStep)?.conclusion;
      return {
        id,
        name,
        status,
        ...(conclusion ? { conclusion } : {}),
        ...(step ? { pipelineStep: step } : {}),
        ...(attempt === undefined ? {} : { attempt }),
        ...(started_at ? { startedAt: new Date(started_at) } : {}),
        ...(completed_at ? { completedAt: new Date(completed_at) } : {}),
      };
    }),
  };
}

export type CheckRun = Awaited<ReturnType<Octokit['rest']['checks']['listForRef']>>['data']['check_runs'][number];

export function toForeign(run: CheckRun): ForeignCheckRun {
  return {
    id: run.id,
    name: run.name,
    app: run.app?.slug ?? 'unknown',
    headSha: run.head_sha,
    status: run.status,
    url: run.html_url ?? '',
    ...(run.conclusion ? { conclusion: run.conclusion } : {}),
    ...(run.output.text ? { text: run.output.text } : {}),
    ...(run.completed_at ? { completedAt: new Date(run.completed_at) } : {}),
  };
}
