// Assumptions about repositories, branches, commits and pull requests.
import type { Assumption } from './compare.ts';

export const repositoryAssumptions = {
  installation: {
    title: 'the App is installed, with the permissions of app.yml',
    facts: { found: '200', suspended: false, missing: 'nothing', token: '201' },
    means: 'Without it the app can do nothing. Install it, accept its permissions, unsuspend it.',
  },
  limits: {
    title: 'each answer says what is left of the hour’s calls',
    facts: { asked: '200', limit: { atLeast: 5000 }, remaining: true, reset: true, resource: 'core' },
    means:
      'The app cannot plan its pace by GitHub’s own word. It still waits when it is told to; a large release may take longer.',
  },
  generate: {
    title: 'a private repository is made from the template, and is filled in time',
    facts: {
      template: true,
      made: '201',
      private: true,
      filled: true,
      whileEmpty: { oneOf: ['never seen empty', '409 empty-repository', '404 Not Found'] },
      secondsEmpty: { atMost: 120 },
      taken: '422 generate-name-taken',
      takenWithoutTemplate: '422 name-taken',
    },
    means: 'Student repositories are not made, or not as the plan says. Mend the template before the course starts.',
  },
  file: {
    title: 'a file is put into the repository by REST',
    facts: { put: '201', isThere: true },
    means: 'The workflow of the course does not reach repositories whose template lacks it.',
  },
  commit: {
    title: 'data arrives as one commit by GraphQL, and only on the head that was read',
    facts: { head: '200', committed: '200', moved: true, stale: '200 stale-head', listed: true },
    means:
      'Releases by `commit` do not arrive as planned, or a student’s push could be overwritten: ship by pull request.',
  },
  pull: {
    title: 'data arrives as a pull request, which is merged once',
    facts: {
      branch: '201',
      moved: '200',
      opened: '201',
      again: '422 pull-exists',
      empty: '422 no-commits-between',
      stale: '409 head-modified',
      merged: '200',
      mergedAgain: '405 not-mergeable',
      commented: '201',
    },
    means: 'Releases by `pull_request` do not arrive as planned: ship by commit.',
  },
  activity: {
    title: 'GitHub’s own record says when a branch moved',
    facts: { read: '200', listed: true, timestamp: true, before: true, after: true },
    means: 'Deadlines are cut by the time of webhooks and not by GitHub’s own record of pushes.',
  },
  ruleset: {
    title: 'a ruleset and a tag hold what had arrived at a deadline',
    facts: { ruleset: '201', listed: '200', tag: '201', tagAgain: '422 reference-exists', moved: '200' },
    means:
      'The tag of a deadline can be moved by whoever may push: on a free plan private repositories have no rulesets. The cut itself is on record with the app.',
  },
  asset: {
    title: 'data arrives as an asset of a release, and is what was sent',
    facts: { release: '201', uploaded: '201', size: 11, listed: '200' },
    means: 'Releases by `asset` do not arrive: ship by commit, pull request or rclone.',
  },
  invitation: {
    title: 'a person is let in',
    facts: { invited: { oneOf: ['201', '204'] }, listed: '200', unknown: '404 unknown-person' },
    means: 'Students do not get into their repositories: invite them by hand, or change the organisation’s policy.',
  },
} as const satisfies Record<string, Assumption>;
