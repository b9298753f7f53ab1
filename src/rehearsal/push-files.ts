// Puts a folder's files into a repository by a real git push, as a person would.
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { linkRepository, type Sandbox } from '@practicum/sandbox';
import { simpleGit, type SimpleGit } from 'simple-git';

export type Person = { login: string; name: string; token: string };

/** A working copy in a temporary folder, authenticated as a person; `use` ends, the folder goes. */
export async function withClone<T>(
  url: string,
  person: Person,
  at: Date,
  use: (directory: string, git: SimpleGit) => Promise<T>,
  begin: 'clone' | 'init' | 'none' = 'clone',
): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'practicum-rehearsal-'));
  try {
    const environment = environmentOf(url, person, at);
    const allowed = { allowEnvironment: Object.keys(environment), unsafe: { allowUnsafeConfigEnvCount: true } };
    const git = simpleGit(directory, allowed).env(environment);
    if (begin === 'clone') await git.clone(url, directory, ['--quiet']);
    if (begin === 'init') await git.init(['--quiet', '--initial-branch=main']);
    return await use(directory, git);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/**
 * The same for a repository of the sandbox, whose objects stay where they are instead of being fetched. `use` is given a
 * push that goes over HTTP, with the person's token, as anybody's does.
 */
export async function withCopy<T>(
  sandbox: Pick<Sandbox, 'git' | 'url' | 'clock'>,
  fullName: string,
  person: Person,
  use: (directory: string, commit: (message: string) => Promise<void>) => Promise<T>,
): Promise<T> {
  const url = `${sandbox.url}/${fullName}.git`;
  const at = sandbox.clock.now();
  return withClone(
    url,
    person,
    at,
    async (directory, git) => {
      const { directory: bare } = sandbox.git.open(fullName);
      const head = await sandbox.git.open(fullName).ref('refs/heads/main');
      const refs: Record<string, string> = head === undefined ? {} : { 'refs/heads/main': head };
      await linkRepository(directory, { directory: bare, refs, branch: 'main', config: '' });
      await git.raw(['reset', '--quiet', '--hard']);
      return use(directory, async (message) => {
        await git.raw(['add', '--all']);
        await git.raw(['commit', '--quiet', '--message', message]);
        await git.raw(['push', '--quiet', url, 'main']);
      });
    },
    'none',
  );
}

/** Pushes the content of `folder` as the first commit of an empty repository, with a tag if one is named. */
export async function pushFolder(
  url: string,
  person: Person,
  at: Date,
  folder: string,
  message: string,
  tag?: string,
): Promise<void> {
  await withClone(
    url,
    person,
    at,
    async (directory, git) => {
      await cp(folder, directory, { recursive: true });
      await git.add(['--all', '--force', '.']).commit(message);
      if (tag) await git.addTag(tag);
      await git.push(url, 'main', tag ? ['--quiet', '--tags'] : ['--quiet']);
    },
    'init',
  );
}

/** Nothing of this machine's own git settings or identity takes part. */
function environmentOf(url: string, { login, name, token }: Person, at: Date): Record<string, string> {
  const date = at.toISOString();
  const email = `${login}@example.org`;
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: '/nonexistent',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
    GIT_COMMITTER_DATE: date,
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: `http.${new URL(url).origin}/.extraHeader`,
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${Buffer.from(`${login}:${token}`).toString('base64')}`,
    // A working copy that lives for seconds needs no upkeep.
    GIT_CONFIG_KEY_1: 'maintenance.auto',
    GIT_CONFIG_VALUE_1: 'false',
  };
}
