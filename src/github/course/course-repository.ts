// The course repository on this machine's disk: fetched by git, one folder per commit, read once.
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isRemoteSource } from '../../domain/challenge/source-kind.ts';
import type { CourseRepository, CourseSnapshot } from '../../ports/github.ts';
import type { Octokit } from '@octokit/rest';
import { commitOnce } from '../repository/branch.ts';
import { failure, isNotFound } from '../client/error.ts';
import { credentials, environmentCode, gitIn } from '../repository/git.ts';
import { Failure, isFailure } from '../../domain/text/failure.ts';

export type ReadCourse = (directory: string) => Promise<Omit<CourseSnapshot, 'directory'>>;

type Settings = {
  /** Where checkouts are kept. */
  home: string;
  octokit: Octokit;
  /** The connection that may commit. */
  write: Octokit;
  owner: string;
  webUrl: string;
  token: () => Promise<string>;
  read: ReadCourse;
};

/** Snapshots read by this process, newest last: a release to a thousand repositories reads its course once. */
const snapshots = new Map<string, Promise<CourseSnapshot>>();
const maxSnapshots = 8;
const maxCheckouts = 16;

export function courseRepository({ home, octokit, write, owner, webUrl, token, read }: Settings): CourseRepository {
  const load = async (repository: string, commit: string): Promise<CourseSnapshot> => {
    const mirror = join(home, owner, `${repository}.git`);
    const directory = join(home, owner, repository, commit);
    if (!(await isDirectory(directory))) {
      await ensureMirror(mirror);
      await fetchCommit(mirror, `${webUrl}/${owner}/${repository}.git`, commit, await token());
      await checkOut(mirror, commit, directory);
      await forgetOldest(dirname(directory));
    }
    return { directory, ...(await read(directory)) };
  };
  return {
    async head(repo) {
      try {
        const { data } = await octokit.rest.repos.get({ owner, repo });
        const { data: ref } = await octokit.rest.git.getRef({ owner, repo, ref: `heads/${data.default_branch}` });
        return { branch: data.default_branch, commit: ref.object.sha, isPrivate: data.private };
      } catch (error) {
        if (isNotFound(error) || isFailure(error, 'conflict')) return undefined;
        throw error;
      }
    },
    async commit(repo, commit) {
      const { data } = await octokit.rest.repos.get({ owner, repo });
      if (!data.private)
        throw failure('course-public', `${owner}/${repo} is public: make it private before grades go there`, true);
      return commitOnce({ octokit: write, owner, repo }, commit);
    },
    changeFile: (repo, path, message, change) => changeFile(write, { owner, repo, path, message }, change),
    async snapshot(repository, commit, { fresh } = { fresh: false }) {
      const key = `${home}/${owner}/${repository}@${commit}`;
      const known = await snapshots.get(key);
      if (known && !(fresh && known.challenges.some(({ dataset }) => isRemoteSource(dataset.source)))) return known;
      const loading = load(repository, commit);
      snapshots.set(key, loading);
      loading.catch(() => snapshots.delete(key));
      for (const oldest of [...snapshots.keys()].slice(0, -maxSnapshots)) snapshots.delete(oldest);
      return loading;
    },
  };
}

async function changeFile(
  octokit: Octokit,
  { message, ...file }: { owner: string; repo: string; path: string; message: string },
  change: (text: string) => string,
): Promise<void> {
  const { data } = await octokit.rest.repos.getContent(file);
  if (!('content' in data)) throw failure('not-found', `${file.path} is no file`, true);
  const text = Buffer.from(data.content, 'base64').toString('utf8');
  const changed = change(text);
  if (changed === text) return;
  // GitHub refuses where the file is another by now.
  await octokit.rest.repos.createOrUpdateFileContents({
    ...file,
    message,
    content: Buffer.from(changed).toString('base64'),
    sha: data.sha,
  });
}

async function ensureMirror(mirror: string): Promise<void> {
  if (await isDirectory(join(mirror, 'objects'))) return;
  await mkdir(mirror, { recursive: true });
  await gitIn(mirror).init(true);
}

async function fetchCommit(mirror: string, url: string, commit: string, token: string): Promise<void> {
  const git = gitIn(mirror, credentials(url, token));
  await git.raw(['fetch', '--quiet', '--no-tags', '--depth=1', url, commit]).catch((cause: unknown) => {
    throw new Failure(
      environmentCode(cause) ?? 'course-unreadable',
      `the course repository cannot be fetched at ${commit.slice(0, 7)}`,
      { cause },
    );
  });
}

/** Writes the commit's files beside the target, then renames: a folder that exists is whole. */
async function checkOut(mirror: string, commit: string, directory: string): Promise<void> {
  const fresh = `${directory}.${process.pid}`;
  await mkdir(fresh, { recursive: true });
  await mkdir(dirname(directory), { recursive: true });
  // An index of its own: two processes may check out at once.
  await gitIn(mirror, { GIT_INDEX_FILE: `${fresh}.index` }).raw([
    `--work-tree=${fresh}`,
    'checkout',
    '--force',
    commit,
    '--',
    '.',
  ]);
  await rm(`${fresh}.index`, { force: true });
  await rename(fresh, directory).catch(async (error: unknown) => {
    await rm(fresh, { recursive: true, force: true });
    if (!(await isDirectory(directory))) throw error;
  });
}

/** Plans of long ago are not needed any more; the last few may still be read by other processes. */
async function forgetOldest(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => /^[0-9a-f]{40,64}$/.test(name));
  const aged = await Promise.all(names.map(async (name) => ({ name, at: (await stat(join(folder, name))).mtimeMs })));
  const oldest = aged.toSorted((a, b) => b.at - a.at).slice(maxCheckouts);
  for (const { name } of oldest) await rm(join(folder, name), { recursive: true, force: true });
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
