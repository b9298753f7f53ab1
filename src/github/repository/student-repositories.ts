// Student repositories: made from the template, opened to their owners, kept in order.
import type { EnsuredRepository, StudentRepositories, TemplateStanding } from '../../ports/github.ts';
import type { Octokit } from '@octokit/rest';
import { failure, isNotFound } from '../client/error.ts';
import type { Repository } from '../client/repository.ts';
import { isFailure } from '../../domain/text/failure.ts';

export function studentRepositories(octokit: Octokit, owner: string): StudentRepositories {
  return {
    ensure: (wanted) => ensure(octokit, owner, wanted),
    template: (name) => standingOf(octokit, owner, name),
    async locate(id) {
      const found = await octokit
        .request('GET /repositories/{id}', { id })
        .then(({ data }) => data as { name: string; owner: { login: string } }, undefinedIfMissing);
      return found?.owner.login.toLowerCase() === owner.toLowerCase() ? found.name : undefined;
    },
    async ensureLabels(repo, labels) {
      for (const label of labels) {
        await octokit.rest.issues.createLabel({ owner, repo, ...label }).catch((error: unknown) => {
          if (!isFailure(error, 'unprocessable') || !/already_exists/.test((error as Error).message)) throw error;
        });
      }
    },
    async ensureFile(repo, { path, content: text, message }) {
      const existing = await readContent({ octokit, owner, repo }, path);
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
      const file = await readContent({ octokit, owner, repo }, path);
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
    await create(octokit, owner, { name, visibility, template }).catch((error: Error) => {
      if (!isFailure(error, 'unprocessable') || !/already exists/i.test(error.message))
        throw refused(error, name, template);
    });
    repository = await find();
  }
  if (!repository) return undefined;
  const at = { octokit, owner, repo: name };
  const headSha = await head(at, repository.default_branch);
  if (!headSha) return undefined;
  const from = template ? await templateOf(at, headSha, template) : {};
  return { id: repository.id, defaultBranch: repository.default_branch, headSha, ...from };
}

/** Said with what was asked for: "Not Found" alone would name neither. */
function refused(error: Error, name: string, template: string | undefined): Error {
  if (!isFailure(error, 'unprocessable', 'not-found', 'forbidden')) return error;
  const from = template === undefined ? '' : ` from the template ${template}`;
  return failure('repository-refused', `GitHub does not make ${name}${from}: ${error.message}`, false, error);
}

/** `template` names a repository of the organisation, or of another owner. */
function placeOf(owner: string, template: string): { owner: string; repo: string } {
  const [repo, other] = template.split('/').toReversed();
  return { owner: other ?? owner, repo: repo! };
}

async function standingOf(octokit: Octokit, organisation: string, template: string): Promise<TemplateStanding> {
  const { owner, repo } = placeOf(organisation, template);
  const found = await octokit.rest.repos.get({ owner, repo }).then(({ data }) => data, undefinedIfMissing);
  if (!found) return 'missing';
  if (found.is_template !== true) return 'not-a-template';
  return (await head({ octokit, owner, repo }, found.default_branch)) === undefined ? 'empty' : 'good';
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
  const place = placeOf(owner, template);
  return octokit.rest.repos.createUsingTemplate({
    template_owner: place.owner,
    template_repo: place.repo,
    owner,
    name,
    private: visibility !== 'public',
  });
}

async function readContent({ octokit, owner, repo }: Repository, path: string): Promise<FileContent | undefined> {
  return octokit.rest.repos
    .getContent({ owner, repo, path })
    .then(({ data }) => data as FileContent, undefinedIfMissing);
}

type FileContent = { sha: string; content: string };

function decode({ content }: FileContent): string {
  return Buffer.from(content, 'base64').toString('utf8');
}

/** The branch's head, or undefined while a repository made from a template is still being filled. */
async function head({ octokit, owner, repo }: Repository, branch: string): Promise<string | undefined> {
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
  { octokit, owner, repo }: Repository,
  headSha: string,
  template: string,
): Promise<{ templateSha?: string }> {
  const place = placeOf(owner, template);
  const { data } = await octokit.rest.repos.get(place);
  const templateSha = await head({ octokit, ...place }, data.default_branch);
  if (!templateSha) return {};
  const tree = async (of: { owner: string; repo: string }, commit_sha: string): Promise<string> =>
    (await octokit.rest.git.getCommit({ ...of, commit_sha })).data.tree.sha;
  return (await tree({ owner, repo }, headSha)) === (await tree(place, templateSha)) ? { templateSha } : {};
}

function undefinedIfMissing(error: unknown): undefined {
  if (isNotFound(error)) return undefined;
  throw error;
}
