// Who teaches: whoever may write to the course repository, and the team that it names.
import type { Staff } from '../../ports/repository.ts';
import type { Octokit } from '@octokit/rest';
import { isNotFound } from '../client/error.ts';

export function staff({ course, people }: { course: Octokit; people: Octokit }, owner: string): Staff {
  return {
    async mayWrite(repo, username) {
      try {
        const { data } = await course.rest.repos.getCollaboratorPermissionLevel({ owner, repo, username });
        // `maintain` is told as write, `triage` as read.
        return data.permission === 'admin' || data.permission === 'write';
      } catch (error) {
        if (isNotFound(error)) return false;
        throw error;
      }
    },
    async isMember(team_slug, username) {
      try {
        const { data } = await people.rest.teams.getMembershipForUserInOrg({ org: owner, team_slug, username });
        return data.state === 'active';
      } catch (error) {
        if (isNotFound(error)) return false;
        throw error;
      }
    },
  };
}
