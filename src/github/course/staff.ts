// Who teaches: whoever may write to the course repository.
import type { Staff } from '../../ports/repository.ts';
import type { Octokit } from '@octokit/rest';
import { isNotFound } from '../client/error.ts';

export function staff(octokit: Octokit, owner: string): Staff {
  return {
    async mayWrite(repo, username) {
      try {
        const { data } = await octokit.rest.repos.getCollaboratorPermissionLevel({ owner, repo, username });
        // `maintain` is told as write, `triage` as read.
        return data.permission === 'admin' || data.permission === 'write';
      } catch (error) {
        if (isNotFound(error)) return false;
        throw error;
      }
    },
  };
}
