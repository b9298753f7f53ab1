// Student repositories: made from the template, opened to their owners, kept in order.
import type { EnsuredRepository, StudentRepositories } from '../../ports/github.ts';
import type { Octokit } from '@octokit/rest';
import { isNotFound } from '../client/error.ts';
import { isFailure } from '../../domain/text/failure.ts';

export function studentRepositories(octokit: Octokit, owner: string): StudentRepositories {
  return {
    ensure: (wanted) => ensure(octokit, owner, wanted),
    async locate(id) {
      const found = await octokit
        .request('GET /repositories/{id}', { id })
        .then(({ data }) => data as { name: string; owner: { login: string } }, undefinedIfMissing);
      return found?.owner.login.toLowerCase() === owner.toLowerCase() ? found.name : undefined;
    },
    async ensureLabels(repo, labels) {
      for (const label of labels) {
        await octokit.rest.issues.createLabel({ owner, repo, ...label }).catch((error: unknown) => {
          if (!isFailure(error, 'unprocessable')) throw error;
        });
      }
    },
    async ensureFile(repo, { path, content: text, message }) {
      const existing = await readContent(octokit, owner, repo, path);
      if (existing && decode(existing) === text) return;
      await octokit.rest.repos.createOrUpdateFileContents({
        owner,
        repo,
        path,
        message,
        content: Buffer.from(text).toString('base64'),
        ...(existing ? { sha: existing.sha } : {}),
      });
    },
    async readFile(repo, path) {
      const file = await readContent(octokit, owner, repo, path);
      return file && decode(file);
    },
  };
}

type Wanted = Parameters<StudentRepositories['ensure']>[0];

async function ensure(
  octokit: Octokit,
  owner: string,
  { name, template, visibility }: Wanted,
): Promise<EnsuredRepository | undefined> {
  const find = async () => octokit.rest.repos.get({ owner, repo: name }).then(({ data }) => data, undefinedIfMissing);
  let repository = await find();
  if (!repository) {
    // Another attempt may have got this far: "name already exists" is answered by looking again.
    await create(octokit, owner, { name, visibility, template }).catch((error: unknown) => {
      if (!isFailure(error, 'unprocessable')) throw error;
    });
    repository = await find();
  }
  if (!repository) return undefined;
  const headSha = await head(octokit, owner, name, repository.default_branch);
  if (!headSha) return undefined;
  const from = template ? await templateOf(octokit, owner, name, headSha, template) : {};
  return { id: repository.id, defaultBranch: repository.default_branch, headSha, ...from };
}

async function create(
  octokit: Octokit,
  owner: string,
  { name, template, visibility }: Omit<Wanted, 'template'> & { template: string | undefined },
): Promise<unknown> {
  if (!template) {
    const shown = visibility === 'internal' ? 'private' : visibility;
    return octokit.rest.repos.createInOrg({ org: owner, name, visibility: shown, auto_init: true });
  }
  // GitHub makes the copy public unless told otherwise.
  return octokit.rest.repos.createUsingTemplate({
    template_owner: owner,
    template_repo: template,
    owner,
    name,
    private: visibility !== 'public',
  });
}

async function readContent(
  octokit: Octokit,
  owner: string,
  repo: string,
  path: string,
): Promise<FileContent | undefined> {
  return octokit.rest.repos
    .getContent({ owner, repo, path })
    .then(({ data }) => data as FileContent, undefinedIfMissing);
}

type FileContent = { sha: string; content: string };

function decode({ content }: FileContent): string {
  return Buffer.from(content, 'base64').toString('utf8');
}

/** The branch's head, or undefined while a repository made from a template is still being filled. */
async function head(octokit: Octokit, owner: string, repo: string, branch: string): Promise<string | undefined> {
  return octokit.rest.git.getRef({ owner, repo, ref: `heads/${branch}` }).then(
    ({ data }) => data.object.sha,
    (error: unknown) => {
      if (isFailure(error, 'conflict', 'not-found')) return undefined;
      throw error;
    },
  );
}

/**
 * The template's commit, where the repository has exactly its files. Not so when it was there before, when its students have begun, or
 * when the template was pushed to meanwhile: the first update then finds the commit among all of them.
 */
async function templateOf(
  octokit: Octokit,
  owner: string,
  repo: string,
  headSha: string,
  template: string,
): Promise<{ templateSha?: string }> {
  const { data } = await octokit.rest.repos.get({ owner, repo: template });
  const templateSha = await head(octokit, owner, template, data.default_branch);
  if (!templateSha) return {};
  const tree = async (of: string, commit_sha: string): Promise<string> =>
    (await octokit.rest.git.getCommit({ owner, repo: of, commit_sha })).data.tree.sha;
  return (await tree(repo, headSha)) === (await tree(template, templateSha)) ? { templateSha } : {};
}

function undefinedIfMissing(error: unknown): undefined {
  if (isNotFound(error)) return undefined;
  throw error;
}
