// First contact: what holds a deadline, what is stored beside git, and who is let in.
import { ownTags } from '../../domain/evidence/deadline-cut.ts';
import { isNotFound } from '../client/error.ts';
import type { Scene, Seen } from './scene.ts';

export async function readActivity({ ask, as, until, owner, repo, known }: Scene, seen: Seen): Promise<void> {
  const ref = `refs/heads/${known.branch ?? 'main'}`;
  const read = () =>
    ask(() => as('observe').rest.repos.listActivities({ owner, repo, ref, direction: 'desc', per_page: 100 }));
  let last = await read();
  const found = await until(30, async () => {
    const entry = last.data?.find(({ after }) => after === known.head);
    if (!entry) last = await read();
    return entry;
  });
  seen['read'] = last.outcome;
  seen['listed'] = found !== undefined;
  seen['timestamp'] = !Number.isNaN(Date.parse(found?.timestamp ?? ''));
  seen['before'] = /^[0-9a-f]{40}$/.test(found?.before ?? '');
  seen['after'] = /^[0-9a-f]{40}$/.test(found?.after ?? '');
}

export async function ruleset({ ask, as, owner, repo, appId, known }: Scene, seen: Seen): Promise<void> {
  const octokit = as('pin');
  const made = await ask(() =>
    octokit.rest.repos.createRepoRuleset({
      owner,
      repo,
      name: 'practicum',
      target: 'tag',
      enforcement: 'active',
      conditions: { ref_name: { include: [`refs/tags/${ownTags}/**`], exclude: [] } },
      rules: [{ type: 'creation' }, { type: 'update' }, { type: 'deletion' }],
      bypass_actors: [{ actor_type: 'Integration', actor_id: appId, bypass_mode: 'always' }],
    }),
  );
  seen['ruleset'] = made.outcome;
  seen['listed'] = (await ask(() => octokit.rest.repos.getRepoRulesets({ owner, repo, per_page: 100 }))).outcome;
  const [tag, sha] = [`${ownTags}/contact`, known.head!];
  const make = () => ask(() => octokit.rest.git.createRef({ owner, repo, ref: `refs/tags/${tag}`, sha }));
  seen['tag'] = (await make()).outcome;
  seen['tagAgain'] = (await make()).outcome;
  seen['moved'] = (
    await ask(() => octokit.rest.git.updateRef({ owner, repo, ref: `tags/${tag}`, sha, force: true }))
  ).outcome;
}

export async function asset({ ask, as, owner, repo, known }: Scene, seen: Seen): Promise<void> {
  const octokit = as('carry');
  const release = await ask(() =>
    octokit.rest.repos.createRelease({
      owner,
      repo,
      tag_name: 'practicum-contact',
      target_commitish: known.branch ?? 'main',
      name: 'Data',
      body: 'Data',
      make_latest: 'false',
    }),
  );
  seen['release'] = release.outcome;
  if (!release.data) return;
  const { id: release_id, upload_url } = release.data;
  const data = 'a,b\n1,2\n3,4';
  const headers = { 'content-type': 'application/octet-stream', 'content-length': String(data.length) };
  const uploaded = await ask(() => octokit.request(`POST ${upload_url}`, { name: 'data.csv', data, headers }));
  seen['uploaded'] = uploaded.outcome;
  seen['size'] = (uploaded.data as { size?: number } | undefined)?.size ?? 'none';
  seen['listed'] = (await ask(() => octokit.rest.repos.listReleaseAssets({ owner, repo, release_id }))).outcome;
}

export async function invitation({ ask, as, owner, repo, invite }: Scene, seen: Seen): Promise<void> {
  const octokit = as('provision');
  const person = { owner, repo, username: invite!, permission: 'push' };
  seen['invited'] = (await ask(() => octokit.rest.repos.addCollaborator(person))).outcome;
  const open = await ask(() => octokit.rest.repos.listInvitations({ owner, repo, per_page: 100 }));
  seen['listed'] = open.outcome;
  // Nobody is left with an invitation to a repository that will be gone.
  for (const { id } of open.data ?? []) {
    await octokit.rest.repos.deleteInvitation({ owner, repo, invitation_id: id }).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  }
  // No login ends with a hyphen.
  const nobody = { ...person, username: 'nobody-is-called-so-' };
  seen['unknown'] = (await ask(() => octokit.rest.repos.addCollaborator(nobody))).outcome;
}

/** `listed` in words that both the app and GitHub use. */
export async function board({ query, as, owner, repo }: Scene, seen: Seen): Promise<void> {
  const asked = await query(() =>
    as('boards').graphql<{ repository: { issues: { nodes: { projectItems: { totalCount: number } }[] } } }>(
      `query ($owner: String!, $repo: String!) { repository(owner: $owner, name: $repo) {
         issues(first: 10) { nodes { state projectItems(first: 1, includeArchived: false) { totalCount } } } } }`,
      { owner, repo },
    ),
  );
  seen['asked'] = asked.outcome;
  if (asked.data)
    seen['items'] = asked.data.repository.issues.nodes.reduce((sum, node) => sum + node.projectItems.totalCount, 0);
}
