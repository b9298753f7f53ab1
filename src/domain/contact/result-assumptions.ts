// Assumptions about what is said of a commit, about workflows, webhooks, and repositories that change.
import type { Assumption } from './compare.ts';

export const resultAssumptions = {
  checks: {
    title: 'a check run takes 50 and 50 annotations and a summary of 65,535 bytes',
    facts: {
      made: '201',
      more: '200',
      annotations: 100,
      full: '201',
      tooManyBytes: '422 check-text-bytes',
      tooManyAnnotations: '422 too-many-annotations',
      noCommit: '422 no-such-commit',
      listed: true,
    },
    means: 'Plans, scores and answers may not show on commits, or are cut elsewhere than the app thinks.',
  },
  issue: {
    title: 'an issue and its comments take 65,535 bytes, and labels are made once',
    facts: {
      opened: '201',
      edited: '200',
      full: '201',
      tooLong: '422 comment-too-long',
      label: '201',
      labelAgain: '422 label-exists',
      labelled: '200',
      closed: '200',
    },
    means: 'The dashboard issue of a repository, and answers to comments, may not arrive.',
  },
  workflow: {
    title: 'a workflow that the app pushed runs its two jobs, the second with an identity token',
    facts: {
      pushed: '200',
      started: true,
      conclusion: 'success',
      jobs: 'report, run',
      steps: true,
      dispatched: { oneOf: ['204', '200'] },
      dispatchedWithoutTrigger: '422 no-dispatch-trigger',
    },
    means:
      'Runs of students are not seen, or cannot be attested. Is Actions on for the organisation, and has it minutes?',
  },
  identity: {
    title: 'the identity token says all that proves a report',
    facts: { claims: 'all', audience: true, repository: true, commit: true, run: true, environment: 'github-hosted' },
    means: 'Reports cannot be attested, and stay claims. Scores that ask for attested runs stay open.',
  },
  artifact: {
    title: 'the artifact of a run can be found by its commit, and read',
    facts: { listed: '200', ofCommit: true, expired: false, read: '200', content: true },
    means: 'Test reports and logs of runs cannot be read: milestones that need them stay open.',
  },
  board: {
    title: 'project boards of the organisation can be asked for',
    facts: { asked: '200', items: 0 },
    means: 'The milestone on project boards stays open: grant “Projects: read”, or leave it out.',
  },
  webhook: {
    title: 'a push is told to the app, and GitHub keeps a record of it',
    facts: {
      listed: '200',
      recorded: true,
      arrived: true,
      redelivery: false,
      signedEvent: 'push',
    },
    means:
      'The app is not told what happens. It asks for missed deliveries every ten minutes if there is a record; if `arrived` differs, check the webhook’s address and that the app runs.',
  },
  renamed: {
    title: 'a renamed repository is found by its former name, for reading and for writing',
    facts: { renamed: '200', read: '301 moved', written: '307 moved-write', followed: true, byId: '200' },
    means: 'A repository that a student renames may be lost to the app until the next daily look.',
  },
  archived: {
    title: 'an archived repository refuses what is written',
    facts: { archived: '200', refused: '403 archived' },
    means: 'The app may take an archived repository for a broken one.',
  },
  removed: {
    title: 'the scratch repository is gone',
    facts: { removed: { oneOf: ['204', '404 Not Found'] }, gone: '404 Not Found' },
    means: 'Nothing, but the repository is still there: delete it by hand.',
  },
} as const satisfies Record<string, Assumption>;
