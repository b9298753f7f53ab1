// One issue for one matter in a repository: opened once, found by its hidden marker, brought up to date, closed.
import type { Issues } from '../ports-github.ts';
import type { Octokit } from './client.ts';

type Issue = { number: number; state: string; title: string; body?: string | null; pull_request?: unknown };

export function issues(octokit: Octokit, owner: string, appSlug: string): Issues {
  const find = async (repo: string, marker: string): Promise<Issue | undefined> => {
    const pages = octokit.paginate.iterator(octokit.rest.issues.listForRepo, {
      owner,
      repo,
      state: 'all',
      creator: `${appSlug}[bot]`,
      per_page: 100,
    });
    for await (const { data } of pages) {
      const found = (data as Issue[]).find((issue) => !issue.pull_request && issue.body?.startsWith(marker));
      if (found) return found;
    }
    return undefined;
  };
  return {
    async show(repo, marker, { title, body }) {
      const text = `${marker}\n${body}`;
      const found = await find(repo, marker);
      if (!found) return void (await octokit.rest.issues.create({ owner, repo, title, body: text }));
      if (found.state === 'open' && found.body === text && found.title === title) return;
      await octokit.rest.issues.update({ owner, repo, issue_number: found.number, title, body: text, state: 'open' });
    },
    async close(repo, marker, body) {
      const found = await find(repo, marker);
      if (found?.state !== 'open') return;
      await octokit.rest.issues.update({
        owner,
        repo,
        issue_number: found.number,
        body: `${marker}\n${body}`,
        state: 'closed',
        state_reason: 'completed',
      });
    },
  };
}
