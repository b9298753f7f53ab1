// One repository, and the connection by which it is read and written.
import type { Octokit } from '@octokit/rest';

export type Repository = { octokit: Octokit; owner: string; repo: string };

/** The repositories of an organisation by their names, all through one connection. */
export type RepositoryOf = (repo: string) => Repository;

export function repositoriesOf(octokit: Octokit, owner: string): RepositoryOf {
  return (repo) => ({ octokit, owner, repo });
}
