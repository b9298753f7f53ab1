// Stands in for actions/checkout: one commit is taken from the sandbox's own repository, if the job's token may read it;
// anything else is a real git fetch over HTTP.
import { appendFile, mkdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { linkRepository } from '../../git/link-repository.ts';
import { StepFailure, type StepContext } from '../workflow/job-types.ts';
import { runProcess } from '../machine/run-process.ts';
import type { StandIn } from './stand-in.ts';

const SHA = /^[0-9a-f]{40}$/;

type Wanted = { url: string; header: string; depth: string[]; ref: string; sha: string };
type Git = (...args: string[]) => Promise<string[]>;

export const checkout: StandIn = async (step, input) => {
  const github = step.job.contexts.github;
  const repository = input('repository') || String(github['repository']);
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository))
    throw new StepFailure(`Invalid repository '${repository}'. Expected format {owner}/{repo}.`);
  const folder = resolve(step.job.folders.workspace, input('path') || '.');
  if (relative(step.job.folders.workspace, folder).startsWith('..')) {
    throw new StepFailure(`Repository path '${folder}' is not under '${step.job.folders.workspace}'`);
  }
  const own = repository.toLowerCase() === String(github['repository']).toLowerCase();
  const ref = input('ref');
  const token = input('token') || String(github['token']);
  step.job.log.mask(Buffer.from(`x-access-token:${token}`).toString('base64'));
  const depth = Number(input('fetch-depth') || '1');
  const wanted: Wanted = {
    url: `${String(github['server_url'])}/${repository}`,
    header: `AUTHORIZATION: basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`,
    depth: depth > 0 ? [`--depth=${depth}`] : [],
    ref: ref || (own ? String(github['ref']) : ''),
    sha: SHA.test(ref) ? ref : own && !ref ? String(github['sha']) : '',
  };
  step.job.log.write(`Syncing repository: ${repository}`);
  const persist = input('persist-credentials') !== 'false';
  const here = depth === 1 ? await step.job.services.findCommit(repository, token, wanted) : undefined;
  const sha = here
    ? await linkTree(step, folder, wanted, { ...here, persist })
    : await fetchTree(step, folder, wanted, persist);
  step.outputs['ref'] = wanted.ref;
  step.outputs['commit'] = sha;
};

/** What `git fetch --depth=1` leaves behind, with the objects where they are. */
async function linkTree(
  step: StepContext,
  folder: string,
  wanted: Wanted,
  { directory, sha, persist }: { directory: string; sha: string; persist: boolean },
): Promise<string> {
  const branch = branchOf(wanted);
  const own = branch === undefined ? undefined : `refs/remotes/origin/${branch}`;
  const config = configOf(wanted, persist);
  const refs = own === undefined ? {} : { [own]: sha };
  await linkRepository(folder, { directory, refs, branch: 'main', config, shallow: sha });
  const target = own === undefined ? ['--detach', sha] : ['-B', branch!, own];
  await gitIn(step, folder)('-c', 'advice.detachedHead=false', 'checkout', '-q', '--force', ...target);
  return sha;
}

function branchOf({ ref }: Wanted): string | undefined {
  return /^refs\/heads\/(.+)$/.exec(ref)?.[1];
}

async function fetchTree(step: StepContext, folder: string, wanted: Wanted, persist: boolean): Promise<string> {
  await mkdir(folder, { recursive: true });
  const git = gitIn(step, folder);
  const auth = ['-c', `http.${new URL(wanted.url).origin}/.extraheader=${wanted.header}`];
  await git('init', '-q');
  // The file is written rather than made by `git remote` and `git config`: two processes less for every job.
  await appendFile(join(folder, '.git', 'config'), configOf(wanted, persist));
  const fetch = (...specs: string[]): Promise<string[]> =>
    git(...auth, 'fetch', '-q', '--no-auto-maintenance', '--no-tags', ...wanted.depth, 'origin', ...specs);
  if (wanted.depth.length === 0) {
    await git(...auth, 'fetch', '-q', '--tags', 'origin', '+refs/heads/*:refs/remotes/origin/*');
  }
  const target = await fetchTarget(wanted, fetch);
  await git('-c', 'advice.detachedHead=false', 'checkout', '-q', '--force', ...target);
  return wanted.sha || ((await git('rev-parse', 'HEAD'))[0] ?? '');
}

function configOf({ url, header }: Wanted, persist: boolean): string {
  const remote = `[remote "origin"]\n\turl = ${url}\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n`;
  return persist ? `${remote}[http "${new URL(url).origin}/"]\n\textraheader = ${header}\n` : remote;
}

/** Fetches what is wanted; returns the arguments that check it out: on a branch of its name, or detached. */
async function fetchTarget(wanted: Wanted, fetch: (...specs: string[]) => Promise<string[]>): Promise<string[]> {
  const branch = branchOf(wanted);
  if (wanted.sha) {
    if (branch) {
      await fetch(`+${wanted.sha}:refs/remotes/origin/${branch}`);
      return ['-B', branch, `refs/remotes/origin/${branch}`];
    }
    await fetch(wanted.sha);
    return ['--detach', wanted.sha];
  }
  if (!wanted.ref) {
    await fetch('HEAD');
    return ['--detach', 'FETCH_HEAD'];
  }
  if (wanted.ref.startsWith('refs/') && !branch) {
    await fetch(wanted.ref);
    return ['--detach', 'FETCH_HEAD'];
  }
  const name = branch ?? wanted.ref;
  try {
    await fetch(`+refs/heads/${name}:refs/remotes/origin/${name}`);
    return ['-B', name, `refs/remotes/origin/${name}`];
  } catch (error) {
    if (!(error instanceof StepFailure)) throw error;
    await fetch(`+refs/tags/${name}:refs/tags/${name}`);
    return ['--detach', `refs/tags/${name}`];
  }
}

function gitIn(step: StepContext, folder: string): Git {
  const env = {
    PATH: step.env['PATH'] ?? '',
    HOME: step.job.folders.home,
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_NOSYSTEM: '1',
    LANG: 'C.UTF-8',
    RUNNER_TRACKING_ID: step.env['RUNNER_TRACKING_ID'] ?? '',
  };
  return async (...args) => {
    const lines: string[] = [];
    const onLine = (line: string): void => void lines.push(line);
    const code = await runProcess({ command: 'git', args, cwd: folder, env, onLine, signal: step.signal });
    if (code !== 0 && !step.signal.aborted) {
      throw new StepFailure(
        `The process 'git' failed with exit code ${code ?? 'none'}${lines.length ? `: ${lines.join(' ')}` : ''}`,
      );
    }
    return lines;
  };
}
