// Too many calls: the hour's budget, the secondary limits, and their other spellings in GraphQL.
import type { Table } from './refusal.ts';

const documentation = 'docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api';
const graphqlDocumentation = 'docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api';
const wait =
  'You have exceeded a secondary rate limit. Please wait a few minutes before you try again. If you reach out to GitHub Support for help, please include the request ID.';

export const limits = {
  'primary-limit': {
    when: 'The budget of the hour is used up.',
    source: documentation,
    own: true,
    status: 403,
    message:
      'API rate limit exceeded for {who}. If you reach out to GitHub Support for help, please include the request ID.',
    headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '{reset}' },
    values: { who: 'installation ID 1' },
  },
  'primary-limit-429': {
    when: 'The budget of the hour is used up, in the other spelling that the documentation allows.',
    source: documentation,
    status: 429,
    message:
      'API rate limit exceeded for {who}. If you reach out to GitHub Support for help, please include the request ID.',
    headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '{reset}' },
    values: { who: 'installation ID 1' },
  },
  'secondary-limit': {
    when: 'Too many calls, or too much content, in a short time.',
    source: documentation,
    own: true,
    status: 403,
    message: wait,
    headers: { 'retry-after': '{seconds}' },
    values: { seconds: '60' },
  },
  'secondary-limit-429': {
    when: 'The same as 429, which the documentation allows.',
    source: documentation,
    status: 429,
    message: wait,
    headers: { 'retry-after': '{seconds}' },
    values: { seconds: '60' },
  },
  'secondary-limit-silent': {
    when: 'A secondary limit that does not say for how long: at least a minute.',
    source: 'hub4j/github-api#1805; docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api',
    status: 403,
    message: wait,
  },
  'abuse-limit': {
    when: 'A secondary limit in the words of older servers.',
    source: null,
    status: 403,
    message: 'You have triggered an abuse detection mechanism. Please wait a few minutes before you try again.',
    headers: { 'retry-after': '{seconds}' },
    values: { seconds: '60' },
  },
  'graphql-secondary-limit': {
    when: 'A secondary limit of GraphQL, answered as a success.',
    source: graphqlDocumentation,
    on: { method: 'POST', path: '/graphql' },
    status: 200,
    graphql: [{ message: wait }],
    headers: { 'retry-after': '{seconds}' },
    values: { seconds: '60' },
  },
  'graphql-secondary-limit-403': {
    when: 'A secondary limit of GraphQL, answered as a refusal.',
    source: graphqlDocumentation,
    on: { method: 'POST', path: '/graphql' },
    status: 403,
    message: wait,
    headers: { 'retry-after': '{seconds}' },
    values: { seconds: '60' },
  },
  'graphql-rate-limit': {
    when: 'The points of the hour are used up, as GraphQL says it since 2026.',
    source: 'yanyongyu/githubkit#271',
    on: { method: 'POST', path: '/graphql' },
    status: 200,
    graphql: [
      { type: 'RATE_LIMIT', code: 'graphql_rate_limit', message: 'API rate limit already exceeded for {who}.' },
    ],
    headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '{reset}' },
    values: { who: 'installation ID 1' },
  },
  'graphql-rate-limited': {
    when: 'The points of the hour are used up, as GraphQL said it before.',
    source: 'github/docs#22607',
    on: { method: 'POST', path: '/graphql' },
    status: 200,
    graphql: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded for {who}.' }],
    headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '{reset}' },
    values: { who: 'installation ID 1' },
  },
} as const satisfies Table;
