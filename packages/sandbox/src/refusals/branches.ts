// Branches, commits and merges: protected, behind, too large, or holding a secret.
import type { Table } from './refusal.ts';

const graphql = { method: 'POST', path: '/graphql' };
const merge = { method: 'PUT', path: '/repos/{owner}/{repo}/pulls/{pull_number}/merge' };
const refs = { method: 'PATCH', path: '/repos/{owner}/{repo}/git/refs/{ref*}' };
const newRef = { method: 'POST', path: '/repos/{owner}/{repo}/git/refs' };
const free = 'Upgrade to GitHub Pro or make this repository public to enable this feature.';
const review = 'At least 1 approving review is required by reviewers with write access.';

export const branches = {
  'ruleset-free-plan': {
    when: 'Rulesets of a private repository on the free plan; reading them as well.',
    source: 'github/branch-deploy#345; desktop/desktop#17182; SoftEtherApp/SoftEther-Web#37',
    own: true,
    on: { method: 'POST', path: '/repos/{owner}/{repo}/rulesets' },
    status: 403,
    message: free,
  },
  'protection-free-plan': {
    when: 'Branch protection of a private repository on the free plan.',
    source: 'SoftEtherApp/SoftEther-Web#37; MishaMgla/opencraft1#22',
    own: true,
    on: { method: 'PUT', path: '/repos/{owner}/{repo}/branches/{branch}/protection' },
    status: 403,
    message: free,
  },
  'review-required': {
    when: 'A pull request is merged without the review that its branch asks for.',
    source: 'Reviewable/Reviewable#561',
    own: true,
    on: merge,
    status: 405,
    message: review,
  },
  'branch-protected': {
    when: 'A protected branch is moved past its pull requests, by REST. Its status is a judgement.',
    source: null,
    own: true,
    on: { method: 'PUT', path: '/repos/{owner}/{repo}/contents/{path*}' },
    status: 409,
    message: `Could not update file: ${review}`,
  },
  'graphql-branch-protected': {
    when: 'A protected branch is moved past its pull requests, by createCommitOnBranch.',
    source: 'microsoft/vscode-remote-repositories-github#252; Thinkmill/keystatic#1598',
    own: true,
    on: graphql,
    status: 200,
    graphql: [
      {
        type: 'BRANCH_PROTECTION_RULE_VIOLATION',
        message: `protected branch '{branch}' check failed:\n${review}`,
      },
    ],
    values: { branch: 'main' },
  },
  'rule-violated': {
    when: 'A ruleset asks for pull requests, and a branch is moved without one.',
    source: 'satisfactory-factories/application#67',
    own: true,
    on: refs,
    status: 422,
    message: 'Repository rule violations found\n\n{rule}\n',
    values: { rule: 'Changes must be made through a pull request.' },
  },
  'graphql-rule-violated': {
    when: 'The same by createCommitOnBranch. That its type is another one is reported; which one is not.',
    source: 'Thinkmill/keystatic#1598, #1559',
    on: graphql,
    status: 200,
    graphql: [
      {
        type: 'UNPROCESSABLE',
        message: 'Repository rule violations found\n\nChanges must be made through a pull request.\n\n',
      },
    ],
  },
  'secret-found': {
    when: 'Push protection finds a credential in a file. Its form by REST is a judgement; `git push` says GH013.',
    source: null,
    on: { method: 'PUT', path: '/repos/{owner}/{repo}/contents/{path*}' },
    status: 409,
    message: 'Repository rule violations found\n\nPush cannot contain secrets\n\n',
  },
  'reference-exists': {
    when: 'A branch or tag is made that is there.',
    source: 'renovatebot/renovate#20281',
    own: true,
    on: newRef,
    status: 422,
    message: 'Reference already exists',
  },
  'object-missing': {
    when: 'A branch or tag is made on a commit that the repository does not have.',
    source: 'octokit/octokit.js#562',
    own: true,
    on: newRef,
    status: 422,
    message: 'Object does not exist',
  },
  'reference-update-failed': {
    when: 'A branch or tag could not be made, and GitHub does not say why: the same call may succeed later.',
    source: 'github/rest-api-description#4887',
    on: newRef,
    status: 422,
    message: 'Reference update failed',
  },
  'stale-head': {
    when: 'The branch moved since it was read.',
    source: 'planetscale/ghcommit#153',
    own: true,
    on: graphql,
    status: 200,
    graphql: [
      {
        type: 'STALE_DATA',
        message: 'Expected branch to point to "{oid}" but it did not. Pull and try again.',
      },
    ],
    values: { oid: '0'.repeat(40) },
  },
  'blob-over-10mb': {
    when: 'GraphQL resolves a file of more than 10 MB by its path.',
    source: 'sveltia/sveltia-cms#692',
    own: true,
    on: graphql,
    status: 200,
    graphql: [{ message: 'Could not resolve file over 10mb' }],
  },
  'head-modified': {
    when: 'A merge names a head that the pull request no longer has.',
    source: 'dlang/dlang-bot#77',
    own: true,
    on: merge,
    status: 409,
    message: 'Head branch was modified. Review and try the merge again.',
  },
  'base-modified': {
    when: 'The base moved during the merge: passes by itself.',
    source: 'NixOS/nixpkgs-merge-bot#179',
    on: merge,
    status: 405,
    message: 'Base branch was modified. Review and try the merge again.',
  },
  'not-mergeable': {
    when: 'A pull request with a conflict, or not open, is merged.',
    source: 'docs.github.com/rest/pulls/pulls (merge a pull request)',
    own: true,
    on: merge,
    status: 405,
    message: 'Pull Request is not mergeable',
  },
  'still-a-draft': {
    when: 'A draft of a pull request is merged.',
    source: 'lindell/multi-gitter#622',
    own: true,
    on: merge,
    status: 405,
    message: 'Pull Request is still a draft',
  },
  'no-commits-between': {
    when: 'A pull request whose branch holds nothing new.',
    source: 'tgymnich/fork-sync#112',
    own: true,
    on: { method: 'POST', path: '/repos/{owner}/{repo}/pulls' },
    status: 422,
    message: 'Validation Failed',
    errors: [{ resource: 'PullRequest', code: 'custom', message: 'No commits between {base} and {head}' }],
    values: { base: 'main', head: 'work' },
  },
  'pull-exists': {
    when: 'A pull request from that branch is open already.',
    source: 'ovity/octotree#557',
    own: true,
    on: { method: 'POST', path: '/repos/{owner}/{repo}/pulls' },
    status: 422,
    message: 'Validation Failed',
    errors: [{ resource: 'PullRequest', code: 'custom', message: 'A pull request already exists for {head}.' }],
    values: { head: 'org:work' },
  },
} as const satisfies Table;
