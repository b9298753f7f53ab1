// GitHub is away, or what stands in front of it answers in its place.
import type { Table } from './refusal.ts';

const json = { 'content-type': 'application/json; charset=utf-8' };
const html = { 'content-type': 'text/html; charset=utf-8' };

export const outages = {
  unavailable: {
    when: 'GitHub is down.',
    source: 'docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api',
    everywhere: true,
    status: 503,
    message: 'Service Unavailable',
  },
  'server-error': {
    when: 'Something broke inside GitHub.',
    source: 'docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api',
    everywhere: true,
    status: 500,
    message: 'Server Error',
  },
  'bad-gateway': {
    when: 'The proxy in front of GitHub gave up waiting: HTML, not JSON.',
    source: 'turbot/steampipe-plugin-github#518',
    everywhere: true,
    status: 502,
    text: '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n',
    headers: html,
  },
  'gateway-timeout': {
    when: 'A request took more than ten seconds.',
    source: 'docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api (timeouts)',
    everywhere: true,
    status: 504,
    text: '<html>\r\n<head><title>504 Gateway Time-out</title></head>\r\n<body>\r\n<center><h1>504 Gateway Time-out</h1></center>\r\n</body>\r\n</html>\r\n',
    headers: html,
  },
  'graphql-timeout': {
    when: 'A query took more than ten seconds. What it was to change may have changed.',
    source: 'apache/devlake#4349; anuraghazra/github-readme-stats#1772',
    on: { method: 'POST', path: '/graphql' },
    status: 502,
    graphql: [
      {
        message:
          'Something went wrong while executing your query. This may be the result of a timeout, or it could be a GitHub bug. Please include `89A2:06E1:2CCCAA:33870F:63E26554` when reporting this issue.',
      },
    ],
    headers: json,
  },
  'graphql-error': {
    when: 'The same, answered as a success.',
    source: 'dtolnay/star-history#30',
    on: { method: 'POST', path: '/graphql' },
    status: 200,
    graphql: [
      {
        message:
          'Something went wrong while executing your query on 2025-03-25T04:48:34+00:00. This may be the result of a timeout, or it could be a GitHub bug. Please include `8D8C:2CAA82:1F7EDE5:207AE41:67E23597` when reporting this issue.',
      },
    ],
  },
} as const satisfies Table;
