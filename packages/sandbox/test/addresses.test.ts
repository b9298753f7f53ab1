// Every address that the sandbox gives away leads somewhere: in answers, in headers, in payloads, by GraphQL, and in what those lead to.
import { expect, test } from 'vitest';
import { makeBusy } from './busy-course.ts';
import { expand, type Known } from './expand-addresses.ts';
import { startCourse, type Course } from './start-course.ts';

/** Every text below a key that ends in `url` or `href`. */
function addressesIn(value: unknown, into: Set<string>, key = ''): void {
  if (typeof value === 'string') {
    if (/(?:^|_)(?:url|href)$|Url$/.test(key)) into.add(value);
    return;
  }
  if (Array.isArray(value)) for (const one of value) addressesIn(one, into, key);
  else if (typeof value === 'object' && value !== null)
    for (const [name, one] of Object.entries(value)) addressesIn(one, into, name);
}

/** These take what is sent to them, and answer no reading; as on GitHub. */
const takes = /\/(?:rerun|cancel|access_tokens|merges|git\/tags|pending_deployments|approve)$|^\/api\/uploads\//;

/** What was deleted or withdrawn meanwhile, and what GitHub itself gives away without an answer. */
const gone = new RegExp(
  [
    '/course/(?:old|lazy)(?:[/.]|$)',
    '/releases/(?:tag/)?GONE',
    '/labels/(?:two|a%20label)$',
    '/git/refs/heads/gone$',
    '/teams/gone$',
    '/memberships/Student$',
    '/invitations/\\d+$',
    '/tree/gone$',
    // Basic authentication by API was taken away in 2020; the root names its address to this day.
    '/v3/authorizations$',
    // Of a branch without protection.
    '/branches/main/protection$',
    // Refused by name: limits.md.
    '/search/(?:code|commits)\\?',
    // Who is not followed, and what is not starred, is 404.
    '/following/\\w+$',
  ].join('|'),
);

const byGraphQL = `{ repository(owner: "course", name: "busy") {
  url homepageUrl owner { url } labels(first: 20) { nodes { url } } milestones(first: 5) { nodes { url } }
  releases(first: 5) { nodes { url } }
  issues(first: 5) { nodes { url author { url avatarUrl } comments(first: 5) { nodes { url } } } }
  defaultBranchRef { target { commitUrl ... on Commit { url} } }
  pullRequests(first: 5) { nodes { url headRef { target { commitUrl } } reviews(first: 5) { nodes { url } }
    commits(last: 1) { nodes { commit { url statusCheckRollup { contexts(first: 5) { nodes {
      ... on CheckRun { url detailsUrl checkSuite { workflowRun { url } } } ... on StatusContext { targetUrl } } } } } } } } } } }`;

/** What is named in templates. */
async function knownOf(course: Course): Promise<Known> {
  const at = course.sandbox.git.open('course/busy');
  const [sha = '', tree = '', blob = ''] = await Promise.all(
    ['main', 'main^{tree}', 'main:b.txt'].map(async (rev) => (await at.output(['rev-parse', rev])).trim()),
  );
  const teacher = course.as(course.teacher.token);
  const busy = { owner: 'course', repo: 'busy' };
  const first = async (path: string): Promise<number> =>
    ((await teacher.request(`GET /repos/{owner}/{repo}/${path}`, busy)) as { data: { id: number }[] }).data[0]!.id;
  return {
    sha,
    tree,
    blob,
    comment: await first('issues/comments'),
    reviewComment: await first('pulls/comments'),
    release: await first('releases'),
  };
}

/** Asks as one after the other until somebody is answered; undefined where nobody is. */
async function answerOf(address: string, method: string, tokens: readonly string[]): Promise<string | undefined> {
  const statuses: number[] = [];
  for (const token of tokens) {
    const headers = { authorization: `Bearer ${token}` };
    const { status } = await fetch(address, { method, headers, redirect: 'manual' });
    statuses.push(status);
    if (status !== 404 && (method === 'POST' || status < 400)) return undefined;
  }
  return statuses.join();
}

async function tokensOf(course: Course): Promise<string[]> {
  const token = async (client: ReturnType<Course['asJwt']>, type: string): Promise<string> =>
    ((await client.auth({ type })) as { token: string }).token;
  const installation = await token(course.asApp(), 'installation');
  return [course.teacher.token, installation, await token(course.asJwt(), 'app'), course.stranger.token];
}

test('every one answers whoever may see it', async () => {
  const course = await startCourse();
  const addresses = new Set<string>();
  const deleted = new Set<string>();
  course.sandbox.onExchange(({ method, body, status, path, headers }) => {
    if (method === 'DELETE' && status < 300) deleted.add(path);
    if (status < 300 && method !== 'DELETE') addressesIn(body, addresses);
    for (const [, one = ''] of (headers['link'] ?? '').matchAll(/<([^>]*)>/g)) addresses.add(one);
    if (headers['location']) addresses.add(headers['location']);
  });
  course.sandbox.onDelivery(({ event, action, payload }) => {
    if (action === 'deleted') {
      const of = new Set<string>();
      addressesIn(payload[event === 'issues' ? 'issue' : event === 'issue_comment' ? 'comment' : event], of);
      for (const one of of) deleted.add(one);
    } else addressesIn(payload, addresses);
  });
  await makeBusy(course);
  course.recording.stop();
  const { url } = course.sandbox;
  addresses.add(`${url}/api/v3/`);
  addresses.add(`${url}/api/v3/orgs/course/teams?per_page=1`);
  await course.as(course.teacher.token).graphql(byGraphQL);
  const known = await knownOf(course);
  const tokens = await tokensOf(course);
  const seen = new Set<string>();
  const dead: string[] = [];
  const crawl = async (method: 'GET' | 'POST'): Promise<void> => {
    // What is added meanwhile is visited too.
    for (const template of addresses) {
      if (!template.startsWith(`${url}/`) || deleted.has(template)) continue;
      for (const address of expand(template, known)) {
        const path = address.slice(url.length);
        if (seen.has(address) || gone.test(path) || takes.test(path) !== (method === 'POST')) continue;
        seen.add(address);
        const statuses = await answerOf(address, method, tokens);
        if (statuses !== undefined) dead.push(`${method} ${statuses} ${path}`);
      }
    }
  };
  await crawl('GET');
  // Last, since some of these change the world.
  await crawl('POST');
  await course.sandbox.close();
  course.receiver.server.close();
  expect(dead).toEqual([]);
  expect(seen.size).toBeGreaterThan(500);
});
