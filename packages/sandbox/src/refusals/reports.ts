// What is said about a commit or a problem: check runs, issues, comments.
import type { Table } from './refusal.ts';

const checks = { method: 'POST', path: '/repos/{owner}/{repo}/check-runs' };
const comments = { method: 'POST', path: '/repos/{owner}/{repo}/issues/{issue_number}/comments' };

export const reports = {
  'check-text-bytes': {
    when: 'Summary or text of a check run has more than 65,535 bytes, whatever their number of characters.',
    source: 'github/docs#35252; dorny/test-reporter#57; jenkinsci/github-checks-plugin#345',
    own: true,
    on: checks,
    status: 422,
    message: 'Validation Failed',
    errors: [
      {
        resource: 'CheckRun',
        code: 'custom',
        field: '{field}',
        message: '{field} exceeds a maximum bytesize of 65535',
      },
    ],
    values: { field: 'summary' },
  },
  'check-text-characters': {
    when: 'Summary or text of a check run has more than 65,535 characters.',
    source: 'zyborg/dotnet-tests-report#9; siddharthkp/bundlesize2#7',
    own: true,
    on: checks,
    status: 422,
    message: 'Invalid request.\n\nOnly {limit} characters are allowed; {count} were supplied.',
    values: { limit: '65535', count: '70292' },
  },
  'too-many-annotations': {
    when: 'More than 50 annotations in one request.',
    source: 'AdWerx/pronto-ruby#49',
    own: true,
    on: checks,
    status: 422,
    message: 'Invalid request.\n\nNo more than {limit} items are allowed; {count} were supplied.',
    values: { limit: '50', count: '53' },
  },
  'check-of-another-app': {
    when: 'A check run is changed by another App than the one that made it.',
    source: null,
    own: true,
    on: { method: 'PATCH', path: '/repos/{owner}/{repo}/check-runs/{check_run_id}' },
    status: 403,
    message: 'Invalid app_id `{app}` - check run can only be modified by the GitHub App that created it.',
    values: { app: '1' },
  },
  'no-such-commit': {
    when: 'A check run or a status for a commit that the repository does not have.',
    source: null,
    own: true,
    on: checks,
    status: 422,
    message: 'No commit found for SHA: {sha}',
    values: { sha: '0'.repeat(40) },
  },
  'issues-disabled': {
    when: 'The repository has its issues turned off.',
    source: 'ossf/allstar#64; ingydotnet/git-hub#72',
    own: true,
    on: { method: 'POST', path: '/repos/{owner}/{repo}/issues' },
    status: 410,
    message: 'Issues are disabled for this repo',
  },
  'issue-locked': {
    when: 'A comment on a locked issue.',
    source: null,
    own: true,
    on: comments,
    status: 403,
    message: 'Unable to create comment because issue is locked.',
  },
  'comment-too-long': {
    when: 'A comment of more than 65,536 characters.',
    source: 'objectstack-ai/objectstack#18934',
    own: true,
    on: comments,
    status: 422,
    message: 'Validation Failed',
    errors: [
      {
        resource: 'IssueComment',
        code: 'unprocessable',
        field: 'data',
        message: 'Body is too long (maximum is 65536 characters)',
      },
    ],
  },
  'label-exists': {
    when: 'A label of that name exists already.',
    source: 'docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api (validation errors)',
    own: true,
    on: { method: 'POST', path: '/repos/{owner}/{repo}/labels' },
    status: 422,
    message: 'Validation Failed',
    errors: [{ resource: 'Label', code: 'already_exists', field: 'name' }],
  },
} as const satisfies Table;
