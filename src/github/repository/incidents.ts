// GitHub's record of an incident in a student's repository, and the commits that bring a fault and take it away.
import type { Octokit } from '@octokit/rest';
import type { IncidentPull, PullCommit } from '../../domain/drill/post-mortem.ts';
import { namesIncident } from '../../domain/drill/post-mortem.ts';
import type { FileChange, IncidentRecord, Incidents } from '../../ports/drills.ts';
import { isFailure } from '../../domain/text/failure.ts';
import { commitOn, defaultHead, hasTrailer, whileRaced } from './branch.ts';

type Connections = { write: Octokit; read: Octokit; talk: Octokit };
type Actor = { login?: string; type?: string } | null | undefined;

/** More than an honest post-mortem has; nobody makes us read on for ever. */
const most = { pulls: 20, commits: 50, pages: 5 };

const isPerson = (actor: Actor): boolean => actor?.type !== 'Bot' && !actor?.login?.endsWith('[bot]');

export function incidents({ write, read, talk }: Connections, owner: string, appSlug: string): Incidents {
  return {
    head: async (repo) => (await defaultHead({ octokit: read, owner, repo })).oid,
    async record(repo, issue, since) {
      const { branch } = await defaultHead({ octokit: read, owner, repo });
      const comments = issue === undefined ? [] : await commentsOf(talk, owner, repo, issue, since);
      return { comments, pushes: await pushesOf(read, owner, repo, branch, since) };
    },
    async pulls(repo, issue, since) {
      const asked = { owner, repo, state: 'all', sort: 'created', direction: 'desc', per_page: 100 } as const;
      const { data } = await talk.rest.pulls.list(asked);
      const named = data.filter(
        ({ user, created_at, title, body }) =>
          isPerson(user) && new Date(created_at) >= since && namesIncident({ title, body: body ?? '' }, issue),
      );
      const found: IncidentPull[] = [];
      for (const { number, created_at, title, body } of named.slice(0, most.pulls)) {
        const commits = await commitsOf({ read, talk }, owner, repo, number, appSlug);
        found.push({ number, createdAt: new Date(created_at), title, body: body ?? '', commits });
      }
      return found;
    },
    change: (repo, wanted) => whileRaced(() => changeOnce(write, owner, repo, wanted)),
  };
}

async function commentsOf(
  octokit: Octokit,
  owner: string,
  repo: string,
  issue_number: number,
  since: Date,
): Promise<{ at: Date; login: string }[]> {
  const asked = { owner, repo, issue_number, since: since.toISOString(), per_page: 100 };
  const all = await octokit.paginate(octokit.rest.issues.listComments, asked).catch((error: unknown) => {
    // The issue was deleted, or issues were turned off: then nobody has said anything in it.
    if (isFailure(error, 'gone', 'not-found')) return [];
    throw error;
  });
  return all.flatMap(({ user, created_at }) =>
    user && isPerson(user) ? [{ at: new Date(created_at), login: user.login }] : [],
  );
}

async function pushesOf(
  octokit: Octokit,
  owner: string,
  repo: string,
  branch: string,
  since: Date,
): Promise<IncidentRecord['pushes']> {
  const pushes: IncidentRecord['pushes'] = [];
  const asked = { owner, repo, direction: 'desc', per_page: 100 } as const;
  let pages = 0;
  for await (const { data } of octokit.paginate.iterator(octokit.rest.repos.listActivities, asked)) {
    for (const { timestamp, after, ref, actor } of data) {
      const at = new Date(timestamp);
      if (at < since || /^0+$/.test(after)) continue;
      const isDefault = ref === `refs/heads/${branch}`;
      pushes.push({ at, after, isDefault, login: actor?.login ?? '', isPerson: actor !== null && isPerson(actor) });
    }
    const oldest = data.at(-1);
    if (++pages >= most.pages || (oldest && new Date(oldest.timestamp) < since)) break;
  }
  return pushes.toReversed();
}

async function commitsOf(
  { read, talk }: Pick<Connections, 'read' | 'talk'>,
  owner: string,
  repo: string,
  pull_number: number,
  appSlug: string,
): Promise<PullCommit[]> {
  const { data } = await talk.rest.pulls.listCommits({ owner, repo, pull_number, per_page: 100 });
  const commits: PullCommit[] = [];
  for (const { sha } of data.slice(0, most.commits)) {
    const { data: commit } = await read.rest.repos.getCommit({ owner, repo, ref: sha });
    const { data: checks } = await read.rest.checks.listForRef({ owner, repo, ref: sha, per_page: 100 });
    const files = (commit.files ?? []).filter(({ status }) => status !== 'removed').map(({ filename }) => filename);
    commits.push({ sha, files, ...verdictOf(checks.check_runs, appSlug) });
  }
  return commits;
}

type Check = {
  status: string;
  conclusion: string | null;
  completed_at: string | null;
  app: { slug?: string } | null;
};

/** What CI of the repository says, the app's own check runs left out. */
function verdictOf(all: readonly Check[], appSlug: string): Pick<PullCommit, 'conclusion' | 'endedAt'> {
  const checks = all.filter(({ app }) => app?.slug !== appSlug);
  if (checks.length === 0 || checks.some(({ status }) => status !== 'completed')) return {};
  const failed = checks.some(({ conclusion }) => conclusion === 'failure');
  const passed = checks.some(({ conclusion }) => conclusion === 'success');
  if (!failed && !passed) return {};
  const ended = checks.flatMap(({ completed_at }) => (completed_at ? [Date.parse(completed_at)] : []));
  return {
    conclusion: failed ? 'failure' : 'success',
    ...(ended.length > 0 ? { endedAt: new Date(Math.max(...ended)) } : {}),
  };
}

type Wanted = { changes: FileChange[]; message: string; trailer: string };

/** A commit whose answer was lost is found by its trailer and not made again. */
async function changeOnce(
  octokit: Octokit,
  owner: string,
  repo: string,
  { changes, message, trailer }: Wanted,
): ReturnType<Incidents['change']> {
  const head = await defaultHead({ octokit, owner, repo });
  const path = changes[0]!.path;
  const asked = { owner, repo, sha: head.branch, path, per_page: 100 };
  const { data } = await octokit.rest.repos.listCommits(asked);
  const known = data.find(({ commit }) => hasTrailer(commit.message, trailer));
  if (known) {
    const before = known.parents[0]?.sha ?? head.oid;
    return { commit: known.sha, before, at: new Date(known.commit.committer?.date ?? 0) };
  }
  const additions = changes.flatMap(({ path: at, contents }) => (contents ? [{ path: at, contents }] : []));
  const deletions = changes.flatMap(({ path: at, contents }) => (contents ? [] : [at]));
  const text = `${message}\n\n${trailer}`;
  const commit = await commitOn({ octokit, owner, repo }, head, text, additions, deletions);
  const { data: made } = await octokit.rest.repos.getCommit({ owner, repo, ref: commit });
  return { commit, before: head.oid, at: new Date(made.commit.committer?.date ?? 0) };
}
