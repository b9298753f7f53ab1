// A difference between what a course wants and what GitHub has, as a sentence for the teacher.
import { sayWallTime } from '../time/say-time.ts';
import { code, plain } from '../text/escape.ts';
import type { Difference } from './repository.ts';

const right = (permission: string): string => code(permission);

/** What differs, without the repository's name. */
export function describeDifference(difference: Difference, zone: string): string {
  switch (difference.kind) {
    case 'gone':
      return 'it was deleted or moved out of the organisation';
    case 'archived':
      return 'it is archived: nothing can be delivered until it is unarchived';
    case 'empty':
      return 'it has no commit: deliveries wait until it has one';
    case 'actions-off':
      return 'GitHub Actions is turned off in it: no run can be counted';
    case 'renamed':
      return `it is now called ${code(difference.found)}`;
    case 'default-branch':
      return `its default branch is ${code(difference.found)}, and was ${code(difference.wanted)}`;
    case 'visibility':
      return `it is ${difference.found}, and should be ${difference.wanted}`;
    case 'no-access':
      return `${code(difference.login)} has no access, and should have ${right(difference.wanted)}`;
    case 'invited':
      return `${code(difference.login)} has not accepted the invitation of ${sayWallTime(difference.since, zone)}`;
    case 'invitation-expired':
      return `the invitation of ${code(difference.login)} has expired`;
    case 'invitation-left':
      return `${code(difference.login)} is invited, and no longer a member`;
    case 'refused':
      return `${code(difference.login)} could not be let in: ${plain(difference.reason)}`;
    case 'not-ours':
      return plain(difference.reason);
    case 'access':
      return `${code(difference.login)} has ${right(difference.found)}, and should have ${right(difference.wanted)}`;
    case 'access-left':
      return difference.wanted === 'none'
        ? `${code(difference.login)} is no longer a member, and has ${right(difference.found)}`
        : `${code(difference.login)} has left, and has ${right(difference.found)} where ${right(difference.wanted)} is meant`;
    case 'stranger':
      return `${code(difference.login)} has ${right(difference.found)}, and is not on the roster as a member`;
    case 'account-renamed':
      return `${code(difference.login)} is now called ${code(difference.found)}: change the roster`;
    case 'staff-access':
      return `the team ${code(difference.team)} has ${difference.found ? right(difference.found) : 'no access'}, and should have ${right(difference.wanted)}`;
  }
}
