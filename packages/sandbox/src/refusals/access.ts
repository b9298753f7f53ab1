// Who may not, or no longer: credentials, installations, policies of the organisation.
import type { Table } from './refusal.ts';

const tokens = { method: 'POST', path: '/app/installations/{installation_id}/access_tokens' };

export const access = {
  'bad-credentials': {
    when: 'A token that is unknown, expired or revoked.',
    source: 'docs.github.com/rest/authentication/authenticating-to-the-rest-api',
    own: true,
    status: 401,
    message: 'Bad credentials',
  },
  'clock-ahead': {
    when: 'The clock of the App’s machine runs ahead of GitHub’s.',
    source:
      'docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app',
    own: true,
    on: tokens,
    status: 401,
    message: "'Expiration time' claim ('exp') is too far in the future",
  },
  suspended: {
    when: 'The owner suspended the installation.',
    source: 'octokit/octokit.rb#1307; hcengineering/platform#7639',
    own: true,
    status: 403,
    message: 'This installation has been suspended',
  },
  'installation-gone': {
    when: 'The App was removed from the organisation.',
    source: null,
    own: true,
    on: tokens,
    status: 404,
    message: 'Not Found',
  },
  'permission-not-granted': {
    when: 'A token is asked for with a permission that the owner has not accepted yet.',
    source: 'peter-murray/workflow-application-token-action#48',
    own: true,
    on: tokens,
    status: 422,
    message: 'The permissions requested are not granted to this installation.',
  },
  'not-accessible': {
    when: 'The token lacks the permission that the call needs.',
    source: 'nazarli-shabnam/clevis#404; docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api',
    own: true,
    status: 403,
    message: 'Resource not accessible by integration',
  },
  'ip-allow-list': {
    when: 'The organisation lets in certain addresses only.',
    source: 'aquasecurity/trivy#10567',
    status: 403,
    message:
      'Although you appear to have the correct authorization credentials, the `{org}` organization has an IP allow list enabled, and your IP address is not permitted to access this resource.',
    values: { org: 'org' },
  },
  'saml-enforced': {
    when: 'The organisation enforces single sign-on, and the token was not authorised for it.',
    source: 'mapbox/github-release-tools#28; jhu-bids/TermHub#935',
    status: 403,
    message:
      'Resource protected by organization SAML enforcement. You must grant your {token} access to this organization.',
    values: { token: 'OAuth token' },
  },
  'graphql-saml-enforced': {
    when: 'The same of GraphQL, answered as a success.',
    source: 'fwouts/prmonitor#1042',
    on: { method: 'POST', path: '/graphql' },
    status: 200,
    graphql: [
      {
        type: 'FORBIDDEN',
        message:
          'Resource protected by organization SAML enforcement. You must grant your {token} access to this organization.',
      },
    ],
    values: { token: 'OAuth token' },
  },
  'deliveries-missing': {
    when: 'A server that keeps no list of deliveries.',
    source: 'github/roadmap#196 (not in older versions of Enterprise Server)',
    on: { method: 'GET', path: '/app/hook/deliveries' },
    status: 404,
    message: 'Not Found',
  },
} as const satisfies Table;
