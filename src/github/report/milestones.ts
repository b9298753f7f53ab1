// What a repository shows of its team's practice: its files, tags, issues and their boards, checks, test reports and
// databases of MLflow, in nine calls at most.
import { chooseRanked, rankFiles, type Ranked } from '../../domain/milestones/choose-files.ts';
import type { PracticeFacts, Milestones } from '../../ports/repository.ts';
import type { Octokit } from '@octokit/rest';
import { isNotFound } from '../client/error.ts';
import { toForeign } from './runs.ts';
import type { Repository } from '../client/repository.ts';
import { readFlow } from './flow.ts';
import { readDatabases, type ReadDatabase } from './mlflow-databases.ts';
import { readTestReports, type ReadArchive } from './test-reports.ts';
import { isFailure } from '../../domain/text/failure.ts';

type TreeFile = PracticeFacts['tree'][number];

/** All files together: more than this is no card and no report. */
const mostBytes = 4_000_000;
const perPage = 100;
/** Of what dvc.lock names, to be hashed: code and parameters, hardly ever data. */
const largestLocked = 200_000;
const mostLocked = 60;

/** Paths that a file of `repo` names. */
export type ReadPaths = (repo: string, what: 'paramPaths' | 'lockedPaths', text: string) => Promise<string[]>;

type Connections = {
  octokit: Octokit;
  /** May see the organisation's project boards, where the organisation allows that. */
  boards: Octokit;
  readArchive: ReadArchive;
  readDatabase: ReadDatabase;
  readPaths: ReadPaths;
  /** May see pull requests, which only some challenges ask for. */
  pulls: Octokit;
};

export function milestones(connections: Connections, owner: string, ownSlug: string): Milestones {
  const { octokit } = connections;
  const readIssues = issueReader(connections, owner, ownSlug);
  return {
    readFlow: (repo) => readFlow({ octokit: connections.pulls, owner, repo }),
    async read(repo, commit) {
      const repository = { octokit, owner, repo };
      const tree = await readTree(repository, commit);
      if (!tree) return undefined;
      const content = await readContent(repository, commit, withinBytes(tree, await choose(tree)));
      if (content.head !== commit) return undefined;
      const { data: checks } = await octokit.rest.checks.listForRef({
        owner,
        repo,
        ref: commit,
        filter: 'all',
        per_page: perPage,
      });
      const named = async (what: 'paramPaths' | 'lockedPaths', file: string): Promise<ReadonlySet<string>> => {
        const text = content.files.get(file);
        return new Set(text === undefined ? [] : await connections.readPaths(repo, what, text).catch(noneOf));
      };
      const reports = await readTestReports(repository, commit, connections.readArchive);
      return {
        tree,
        files: new Map([
          ...content.files,
          ...(await readNamed(repository, commit, tree, content.files, await named('paramPaths', 'dvc.yaml'))),
          ...reports.files,
        ]),
        databases: await readDatabases(repository, tree, reports.databases, connections.readDatabase),
        locked: await readLocked(repository, commit, tree, await named('lockedPaths', 'dvc.lock')),
        tags: content.tags,
        issues: await readIssues(repo),
        checks: checks.check_runs.filter((run) => run.app?.slug !== ownSlug).map(toForeign),
      };
    },
  };
}

/** Undefined when the commit is gone: the branch was pushed over. */
async function readTree({ octokit, owner, repo }: Repository, commit: string): Promise<TreeFile[] | undefined> {
  try {
    const { data } = await octokit.rest.git.getTree({ owner, repo, tree_sha: commit, recursive: '1' });
    return data.tree.flatMap(({ type, path, size, sha }) =>
      type === 'blob' && path ? [{ path, bytes: size ?? 0, sha }] : [],
    );
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** A file that takes too long to read names nothing. */
function noneOf(error: unknown): string[] {
  if (!isFailure(error, 'reading-exceeded')) throw error;
  return [];
}

const atOnce = 200;

/** With a pause now and then, in which everybody else has their turn. */
async function choose(tree: readonly TreeFile[]): Promise<string[]> {
  const ranked: Ranked[] = [];
  for (let from = 0; from < tree.length; from += atOnce) {
    ranked.push(...rankFiles(tree.slice(from, from + atOnce)));
    await new Promise((resolve) => setImmediate(resolve));
  }
  return chooseRanked(ranked);
}

function withinBytes(tree: readonly TreeFile[], paths: readonly string[]): string[] {
  const sizes = new Map(tree.map(({ path, bytes }) => [path, bytes]));
  let sum = 0;
  return paths.filter((path) => (sum += sizes.get(path) ?? 0) <= mostBytes);
}

type Answer = {
  repository: {
    defaultBranchRef: { target: { oid: string } } | null;
    refs: { nodes: { name: string }[] } | null;
  } & Record<string, { text?: string | null } | null>;
};

/** The text of each path, the tags, and where the default branch is by now. */
async function readContent(
  { octokit, owner, repo }: Repository,
  commit: string,
  paths: readonly string[],
): Promise<{ head: string | undefined; tags: string[]; files: Map<string, string> }> {
  const declared = paths.map((_, index) => `, $e${index}: String!`).join('');
  const fields = paths
    .map((_, index) => `p${index}: object(expression: $e${index}) { ... on Blob { text } }`)
    .join(' ');
  const variables = Object.fromEntries(paths.map((path, index) => [`e${index}`, `${commit}:${path}`]));
  const { repository } = await octokit.graphql<Answer>(
    `query ($owner: String!, $repo: String!${declared}) { repository(owner: $owner, name: $repo) {
       defaultBranchRef { target { oid } } refs(refPrefix: "refs/tags/", last: ${perPage}) { nodes { name } } ${fields} } }`,
    { owner, repo, ...variables },
  );
  const files = paths.flatMap((path, index) => {
    const text = repository[`p${index}`]?.text;
    return typeof text === 'string' ? [[path, text] as const] : [];
  });
  return {
    head: repository.defaultBranchRef?.target.oid,
    tags: (repository.refs?.nodes ?? []).map(({ name }) => name),
    files: new Map(files),
  };
}

/** Parameter files that dvc.yaml names and that no usual name told. */
async function readNamed(
  repository: Repository,
  commit: string,
  tree: readonly TreeFile[],
  known: ReadonlyMap<string, string>,
  named: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string>> {
  const paths = tree.map(({ path }) => path).filter((path) => named.has(path) && !known.has(path));
  if (paths.length === 0) return new Map();
  return (await readContent(repository, commit, withinBytes(tree, paths.slice(0, mostLocked)))).files;
}

/** What cannot be given as text without loss is left out. */
async function readLocked(
  repository: Repository,
  commit: string,
  tree: readonly TreeFile[],
  named: ReadonlySet<string>,
): Promise<Map<string, string>> {
  const small = tree.filter(({ path, bytes }) => named.has(path) && bytes <= largestLocked).slice(0, mostLocked);
  if (small.length === 0) return new Map();
  const paths = withinBytes(
    small,
    small.map(({ path }) => path),
  );
  const { files } = await readContent(repository, commit, paths);
  const sizes = new Map(small.map(({ path, bytes }) => [path, bytes]));
  return new Map(
    [...files].filter(([path, text]) => Buffer.byteLength(text) === sizes.get(path) && !text.includes('\uFFFD')),
  );
}

type Issue = {
  state: 'OPEN' | 'CLOSED';
  author: { __typename: string; login: string } | null;
  projectItems?: { totalCount: number };
};
type ReadIssues = (repo: string) => Promise<PracticeFacts['issues']>;

/** A permission that an organisation has not granted is not asked for again for so long. */
const refusalMs = 3_600_000;

/** Of the newest hundred, without what the App itself opened; `onBoard` is absent where boards are not ours to see. */
function issueReader({ octokit, boards }: Connections, owner: string, ownSlug: string): ReadIssues {
  let refused = -Infinity;
  const ask = async (connection: Octokit, repo: string, more: string): Promise<Issue[]> => {
    const { repository } = await connection.graphql<{ repository: { issues: { nodes: Issue[] } } }>(
      `query ($owner: String!, $repo: String!) { repository(owner: $owner, name: $repo) {
         issues(first: ${perPage}, orderBy: { field: CREATED_AT, direction: DESC }) { nodes { state author { __typename login } ${more} } } } }`,
      { owner, repo },
    );
    // A person may be called as the App is.
    return repository.issues.nodes.filter(({ author }) => author?.__typename !== 'Bot' || author.login !== ownSlug);
  };
  const count = (issues: readonly Issue[]): { total: number; closed: number } => ({
    total: issues.length,
    closed: issues.filter(({ state }) => state === 'CLOSED').length,
  });
  return async (repo) => {
    if (performance.now() < refused + refusalMs) return count(await ask(octokit, repo, ''));
    try {
      const issues = await ask(boards, repo, 'projectItems(first: 1, includeArchived: false) { totalCount }');
      return { ...count(issues), onBoard: issues.filter(({ projectItems }) => projectItems!.totalCount > 0).length };
    } catch (error) {
      // A token with a permission that was not granted is refused; one without it would be told of empty boards.
      if (!isFailure(error, 'unprocessable', 'forbidden')) throw error;
      refused = performance.now();
      return count(await ask(octokit, repo, ''));
    }
  };
}
