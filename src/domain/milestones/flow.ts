// Milestone flow, where a challenge asks for it: GitHub Flow as GitHub's own record shows it: pull requests, reviews, no
// direct pushes. What the App did, other bots and the staff is left out: only the team's own changes are theirs to judge.
import type { MergedPull } from './flow-facts.ts';
import { toProgress } from './practice.ts';
import type { MilestoneProgress, Practice, Step } from './practice.ts';
import type { Thresholds } from '../challenge/thresholds.ts';

/** So many of the newest changes are looked at: what was done wrong in the first week can be left behind. */
const NEWEST = 10;
const ALLOWED = 1;
const LEAST_PULLS = 3;

export function checkFlow({ flow, team = [] }: Practice, thresholds: Thresholds): MilestoneProgress {
  if (!flow)
    return toProgress('flow', [{ done: false, todo: 'nothing was seen of pull requests yet' }], thresholds, []);
  const members = new Set(team.map((login) => login.toLowerCase()));
  const isOwn = (login: string): boolean => members.has(login.toLowerCase());
  const pulls = flow.pulls.filter(({ author }) => isOwn(author)).toSorted((a, b) => +b.merged - +a.merged);
  const notes = describeMerges(pulls);
  const steps: Step[] = [
    {
      done: pulls.length >= LEAST_PULLS,
      todo: `bring changes by pull requests from branches: ${pulls.length} merged so far, ${LEAST_PULLS} show that they are in use`,
    },
  ];
  if (flow.pushes)
    steps.push(
      checkPushes(
        pulls,
        flow.pushes.filter(({ login }) => isOwn(login)),
      ),
    );
  else notes.push('direct pushes could not be seen: GitHub did not show the activity of the repository');
  if (members.size > 1) steps.push(checkReviews(pulls));
  else notes.push('reviews are not asked for: there is nobody else in the team');
  return toProgress('flow', steps, thresholds, notes);
}

function checkPushes(pulls: readonly MergedPull[], pushes: readonly { login: string; at: Date }[]): Step {
  const changes = [
    ...pulls.map(({ merged }) => ({ at: merged, login: undefined })),
    ...pushes.map(({ at, login }) => ({ at, login })),
  ]
    .toSorted((a, b) => +b.at - +a.at)
    .slice(0, NEWEST);
  const direct = changes.filter(({ login }) => login !== undefined);
  const [last] = direct;
  return {
    done: changes.length > 0 && direct.length <= ALLOWED,
    todo: last
      ? `push to a branch and open a pull request: ${direct.length} of the last ${changes.length} changes were pushed to the default branch directly, the last by ${last.login} on ${last.at.toISOString().slice(0, 10)}; ${ALLOWED} of ${NEWEST} is let pass`
      : 'push to a branch and open a pull request: there is no change yet',
  };
}

function checkReviews(pulls: readonly MergedPull[]): Step {
  const newest = pulls.slice(0, NEWEST);
  const alone = newest.filter(({ author, reviewers }) =>
    reviewers.every((login) => login.toLowerCase() === author.toLowerCase()),
  );
  const named = alone.slice(0, 3).map(({ number }) => `#${number}`);
  return {
    done: newest.length > 0 && alone.length <= ALLOWED,
    todo:
      newest.length === 0
        ? 'let somebody else review a pull request before it is merged: none was merged yet'
        : `let somebody else review a pull request before it is merged: ${alone.length} of the last ${newest.length} had no review (${named.join(', ')}${alone.length > 3 ? ', …' : ''})`,
  };
}

function describeMerges(pulls: readonly MergedPull[]): string[] {
  if (pulls.length === 0) return [];
  const commits = pulls.filter(({ parents }) => parents > 1).length;
  return [
    `${pulls.length} pull requests merged: ${commits} by a merge commit, ${pulls.length - commits} squashed or rebased`,
  ];
}
