// Every address that the sandbox gives away leads somewhere: in answers, in payloads, on its own.
import { expect, test } from 'vitest';
import { makeBusy } from './busy-course.ts';
import { startCourse, type Course } from './start-course.ts';

/** Every text below a key that ends in `url` or `href`, by the kind of thing that holds it. */
function addressesIn(value: unknown, into: Set<string>, key = ''): void {
  if (typeof value === 'string') {
    if (/(?:^|_)(?:url|href)$/.test(key)) into.add(value);
    return;
  }
  if (Array.isArray(value)) for (const one of value) addressesIn(one, into, key);
  else if (typeof value === 'object' && value !== null)
    for (const [name, one] of Object.entries(value)) addressesIn(one, into, name);
}

/** As a client fills them: what may be left out is, where there is a list; what names an object is given one. */
function fill(address: string, sha: string, tree: string, blob: string): string {
  const filled = address
    .replace(/\/git\/commits\{\/sha\}$/, `/git/commits/${sha}`)
    .replace(/\/git\/trees\{\/sha\}$/, `/git/trees/${tree}`)
    .replace(/\/git\/blobs\{\/sha\}$/, `/git/blobs/${blob}`)
    .replace(/\/statuses\/\{sha\}$/, `/statuses/${sha}`)
    .replace('{archive_format}', 'zipball')
    .replace('{+path}', 'b.txt')
    .replace('{base}...{head}', 'main...more');
  return filled.replaceAll(/\{[/?&][^}]*\}/g, '').replace(/#.*/, '');
}

/** These take what is sent to them, and answer no reading; as on GitHub. */
const takes = /\/(?:rerun|cancel|access_tokens|merges|git\/tags)$|^\/api\/uploads\//;

/** What was deleted or withdrawn meanwhile. */
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
  ].join('|'),
);

test('every one answers whoever may see it', async () => {
  const course = await startCourse();
  const addresses = new Set<string>();
  const deleted = new Set<string>();
  course.sandbox.onExchange(({ method, body, status, path }) => {
    if (method === 'DELETE' && status < 300) deleted.add(path);
    if (status < 300 && method !== 'DELETE') addressesIn(body, addresses);
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
  const { url, git } = course.sandbox;
  const at = git.open('course/busy');
  const [sha, tree, blob] = await Promise.all(
    ['main', 'main^{tree}', 'main:b.txt'].map(async (rev) => (await at.output(['rev-parse', rev])).trim()),
  );
  const own = [...addresses]
    .filter((one) => one.startsWith(`${url}/`) && !deleted.has(one))
    .map((one) => fill(one, sha!, tree!, blob!));
  const token = async (client: ReturnType<Course['asJwt']>, type: string): Promise<string> =>
    ((await client.auth({ type })) as { token: string }).token;
  const tokens = [
    course.teacher.token,
    await token(course.asApp(), 'installation'),
    await token(course.asJwt(), 'app'),
  ];
  const dead: string[] = [];
  for (const address of new Set(own)) {
    const path = address.slice(url.length);
    if (gone.test(path)) continue;
    const statuses: number[] = [];
    for (const one of [...tokens, course.stranger.token]) {
      const method = takes.test(path) ? 'POST' : 'GET';
      const headers = { authorization: `Bearer ${one}` };
      const { status } = await fetch(address, { method, headers, redirect: 'manual' });
      statuses.push(status);
      if (status !== 404 && (method === 'POST' || status < 400)) break;
    }
    if (statuses.every((status) => status === 404 || (status >= 400 && !takes.test(path))))
      dead.push(`${statuses.join()} ${path}`);
  }
  await course.sandbox.close();
  course.receiver.server.close();
  expect(dead).toEqual([]);
  expect(new Set(own).size).toBeGreaterThan(300);
});
