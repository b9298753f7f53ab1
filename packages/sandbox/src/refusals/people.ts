// People: invitations, seats, policies about who may be let in.
import type { Table } from './refusal.ts';

const collaborators = { method: 'PUT', path: '/repos/{owner}/{repo}/collaborators/{username}' };

export const people = {
  'unknown-person': {
    when: 'Nobody has that login.',
    source: 'docs.github.com/rest/collaborators/collaborators',
    own: true,
    on: collaborators,
    status: 404,
    message: 'Not Found',
  },
  'invitation-refused': {
    when: 'The person blocked whoever invites: GitHub does not say so.',
    source: 'github/entitlements-github-plugin#288',
    on: collaborators,
    status: 422,
    message: 'Validation Failed',
  },
  'invitation-limit': {
    when: 'More than 50 invitations to one repository in 24 hours.',
    source: 'docs.github.com/rest/collaborators/collaborators; octokit/octokit.net#1686 (its words are a judgement)',
    own: true,
    on: collaborators,
    status: 422,
    message: 'Validation Failed',
    errors: [
      {
        resource: 'Invitation',
        code: 'custom',
        message: 'You have exceeded the rate limit for invitations. Try again in 24 hours.',
      },
    ],
  },
  'invitation-expired': {
    when: 'An invitation is accepted more than seven days after it was sent. That it expires is documented; the answer is a judgement.',
    source: 'docs.github.com/rest/collaborators/invitations',
    own: true,
    on: { method: 'PATCH', path: '/user/repository_invitations/{invitation_id}' },
    status: 404,
    message: 'Not Found',
  },
  'outside-collaborators-forbidden': {
    when: 'The organisation lets its owners alone invite outside collaborators. Status and words are a judgement.',
    source: null,
    own: true,
    on: collaborators,
    status: 403,
    message: 'Only organization owners can invite outside collaborators.',
  },
  'seat-limit': {
    when: 'The organisation has no seat left, which an outside collaborator of a private repository takes as well.',
    source: 'probot/invite#8; gitconsensus/GithubOrganizer#21',
    own: true,
    on: collaborators,
    status: 422,
    message: 'You must purchase at least one more seat to add this user as a member.',
    errors: [{ resource: 'User', code: 'no_seat', field: 'user' }],
  },
} as const satisfies Table;
