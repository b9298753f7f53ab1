// First contact: the App, the scratch repository, and data that arrives there.
import { commitOn, defaultHead } from '../repository/branch.ts';
import { taskPermissions } from '../github.ts';
import type { Scene, Seen } from './scene.ts';

export async function lookAtInstallation({ app, ask, owner, as, known }: Scene, seen: Seen): Promise<void> {
  const { outcome, data } = await ask(() => app.rest.apps.getOrgInstallation({ org: owner }));
  seen['found'] = outcome;
  if (!data) return;
  known.installationId = data.id;
  known.appSlug = data.app_slug;
  seen['suspended'] = data.suspended_at !== null && data.suspended_at !== undefined;
  const granted = data.permissions as Record<string, string>;
  const missing = Object.values(taskPermissions)
    .flatMap((wanted) => Object.entries(wanted))
    .filter(([name, level]) => granted[name] === undefined || (level === 'write' && granted[name] === 'read'));
  seen['missing'] = [...new Set(missing.map(([name]) => name))].toSorted().join(', ') || 'nothing';
  const listed = await ask(() => as('checkout').rest.apps.listReposAccessibleToInstallation({ per_page: 1 }));
  seen['token'] = listed.outcome === '200' ? '201' : listed.outcome;
}

export async function readLimits({ ask, as, exchanges }: Scene, seen: Seen): Promise<void> {
  seen['asked'] = (
    await ask(() => as('checkout').rest.apps.listReposAccessibleToInstallation({ per_page: 1 }))
  ).outcome;
  const headers = exchanges.at(-1)?.headers ?? {};
  seen['limit'] = headers['x-ratelimit-limit'] === undefined ? 'none' : Number(headers['x-ratelimit-limit']);
  seen['remaining'] = /^\d+$/.test(headers['x-ratelimit-remaining'] ?? '');
  seen['reset'] = /^\d{10}$/.test(headers['x-ratelimit-reset'] ?? '');
  seen['resource'] = headers['x-ratelimit-resource'] ?? 'none';
}

export async function generate(scene: Scene, seen: Seen): Promise<void> {
  const { ask, as, owner, repo, template } = scene;
  const octokit = as('provision');
  const found = await ask(() => octokit.rest.repos.get(template));
  seen['template'] = found.data?.is_template ?? found.outcome;
  const wanted = {
    template_owner: template.owner,
    template_repo: template.repo,
    owner,
    name: repo,
    private: true,
    description: 'Made by practicum doctor --live; it is removed at the end.',
  };
  const made = await ask(() => octokit.rest.repos.createUsingTemplate(wanted));
  seen['made'] = made.outcome;
  const without = { org: owner, name: repo, private: true, auto_init: true };
  // The rest can be tried in a repository that was made in another way.
  const repository = made.data ?? (await ask(() => octokit.rest.repos.createInOrg(without))).data;
  if (!repository) return;
  scene.known.repositoryId = repository.id;
  scene.known.branch = repository.default_branch ?? 'main';
  seen['private'] = repository.private;
  await waitForContent(scene, seen);
  seen['taken'] = (await ask(() => octokit.rest.repos.createUsingTemplate(wanted))).outcome;
  seen['takenWithoutTemplate'] = (await ask(() => octokit.rest.repos.createInOrg(without))).outcome;
}

async function waitForContent(scene: Scene, seen: Seen): Promise<void> {
  const { ask, as, until, owner, repo, known } = scene;
  const from = performance.now();
  seen['whileEmpty'] = 'never seen empty';
  const commits = await until(180, async () => {
    const { outcome, data } = await ask(() => as('provision').rest.repos.listCommits({ owner, repo, per_page: 1 }));
    if (data && data.length > 0) return data;
    seen['whileEmpty'] = data ? '200 without a commit' : outcome;
    return undefined;
  });
  seen['filled'] = commits !== undefined;
  seen['secondsEmpty'] = Math.round((performance.now() - from) / 1000);
  if (commits?.[0]) known.head = commits[0].sha;
}

export async function putFile({ ask, as, owner, repo }: Scene, seen: Seen): Promise<void> {
  const octokit = as('provision');
  const file = { owner, repo, path: 'contact/file.txt' };
  const content = Buffer.from('put by REST\n').toString('base64');
  const message = 'Put a file';
  seen['put'] = (await ask(() => octokit.rest.repos.createOrUpdateFileContents({ ...file, message, content }))).outcome;
  const read = await ask(() => octokit.rest.repos.getContent(file));
  seen['isThere'] =
    read.data !== undefined && !Array.isArray(read.data) && 'content' in read.data
      ? read.data.content.trim() === content
      : read.outcome;
}

/** Reads the head, and commits on it. */
export async function commitFiles(
  { query, as, owner, repo }: Scene,
  files: Record<string, string>,
  message: string,
): Promise<{ outcome: string; before?: string; oid?: string }> {
  const octokit = as('carry');
  const head = await query(() => defaultHead({ octokit, owner, repo }));
  if (!head.data) return { outcome: head.outcome };
  const { oid: before, branch } = head.data;
  const additions = Object.entries(files).map(([path, text]) => ({ path, contents: Buffer.from(text) }));
  const made = await query(() => commitOn({ octokit, owner, repo }, { oid: before, branch }, message, additions));
  return { outcome: made.outcome, before, ...(made.data === undefined ? {} : { oid: made.data }) };
}

export async function commit(scene: Scene, seen: Seen): Promise<void> {
  const { query, ask, as, owner, repo, known } = scene;
  const octokit = as('carry');
  const made = await commitFiles(scene, { 'contact/data.csv': 'a,b\n1,2\n' }, 'Send data\n\nPracticum-Contact: 1');
  seen['head'] = made.before === undefined ? made.outcome : '200';
  seen['committed'] = made.outcome;
  if (made.oid === undefined || made.before === undefined) return;
  const head = await query(() => defaultHead({ octokit, owner, repo }));
  seen['moved'] = head.data?.oid === made.oid;
  known.head = made.oid;
  const branch = head.data?.branch ?? 'main';
  const more = [{ path: 'contact/stale.csv', contents: Buffer.from('a\n1\n') }];
  seen['stale'] = (
    await query(() => commitOn({ octokit, owner, repo }, { branch, oid: made.before! }, 'Too late', more))
  ).outcome;
  const listed = await ask(() =>
    octokit.rest.repos.listCommits({ owner, repo, sha: branch, path: 'contact/data.csv', per_page: 100 }),
  );
  seen['listed'] =
    listed.data?.some(({ sha, commit: { message } }) =>
      sha === made.oid ? message.includes('Practicum-Contact: 1') : false,
    ) ?? listed.outcome;
}

export async function pull(scene: Scene, seen: Seen): Promise<void> {
  const { ask, query, as, until, owner, repo, known } = scene;
  const octokit = as('carry');
  const [base, head, sha] = [known.branch ?? 'main', 'practicum/contact', known.head!];
  seen['branch'] = (
    await ask(() => octokit.rest.git.createRef({ owner, repo, ref: `refs/heads/${head}`, sha }))
  ).outcome;
  const pullOf = { owner, repo, title: 'Data', head, base };
  seen['empty'] = (await ask(() => octokit.rest.pulls.create(pullOf))).outcome;
  const more = [{ path: 'contact/pull.csv', contents: Buffer.from('a\n2\n') }];
  const oid = (await query(() => commitOn({ octokit, owner, repo }, { branch: head, oid: sha }, 'More data', more)))
    .data;
  if (oid === undefined) return;
  seen['moved'] = (
    await ask(() => octokit.rest.git.updateRef({ owner, repo, ref: `heads/${head}`, sha: oid, force: true }))
  ).outcome;
  const opened = await ask(() => octokit.rest.pulls.create(pullOf));
  seen['opened'] = opened.outcome;
  if (!opened.data) return;
  const pull_number = opened.data.number;
  seen['again'] = (await ask(() => octokit.rest.pulls.create(pullOf))).outcome;
  seen['commented'] = (
    await ask(() => octokit.rest.issues.createComment({ owner, repo, issue_number: pull_number, body: 'Data' }))
  ).outcome;
  // GitHub works out whether it can be merged after it was opened.
  await until(30, async () => {
    const { data } = await ask(() => octokit.rest.pulls.get({ owner, repo, pull_number }));
    return data?.mergeable === true ? true : undefined;
  });
  const merge = (head_sha: string) => ask(() => octokit.rest.pulls.merge({ owner, repo, pull_number, sha: head_sha }));
  seen['stale'] = (await merge(sha)).outcome;
  const merged = await merge(oid);
  seen['merged'] = merged.outcome;
  if (merged.data) known.head = merged.data.sha;
  seen['mergedAgain'] = (await merge(oid)).outcome;
}
