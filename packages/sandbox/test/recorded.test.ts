// Answers of the real GitHub, recorded by Octokit, against those of the sandbox: the same status, and every key that was recorded.
import fixtures from '@octokit/fixtures';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSandbox } from '../src/index.ts';

type Recorded = {
  method: string;
  path: string;
  body: unknown;
  status: number;
  response: unknown;
  headers: Record<string, string>;
};
const recordedBy = (scenario: string): Recorded[] => fixtures.get(`api.github.com/${scenario}`) as Recorded[];

const org = 'octokit-fixture-org';
const scenarios = [
  'add-and-remove-repository-collaborator',
  'add-labels-to-issue',
  'branch-protection',
  'create-file',
  'create-status',
  'errors',
  'get-content',
  'get-organization',
  'get-repository',
  'git-refs',
  'labels',
  'lock-issue',
  'rename-repository',
];
const files = { 'README.md': '# hello-world\n' };

let sandbox: Awaited<ReturnType<typeof openWorld>>;
const openWorld = () =>
  openSandbox({
    plan: {
      organisation: org,
      owner: 'octokit-fixture-user-a',
      outsiders: ['octokit-fixture-user-b'],
      repositories: [...scenarios, 'hello-world'].map((name) => ({
        name,
        private: false,
        ...(name === 'create-file' ? {} : { files }),
      })),
    },
  });
beforeAll(async () => {
  sandbox = await openWorld();
});
afterAll(() => sandbox.close());

/** Not in GitHub's own description of today, or of what the sandbox says it has not. */
const gone = [
  'has_downloads',
  'total_private_repos',
  'owned_private_repos',
  'private_gists',
  'disk_usage',
  'billing_email',
  'plan',
  'two_factor_requirement_enabled',
  'members_can_create_repositories',
  'members_allowed_repository_creation_type',
  'default_repository_permission',
  'collaborators',
];

/** Keys of the recorded value that the other lacks, at any depth. */
function missing(recorded: unknown, ours: unknown, at = ''): string[] {
  if (Array.isArray(recorded)) {
    if (!Array.isArray(ours)) return [`${at} is no list`];
    return recorded.length > 0 && ours.length > 0 ? missing(recorded[0], ours[0], `${at}[]`) : [];
  }
  if (typeof recorded !== 'object' || recorded === null) return [];
  if (typeof ours !== 'object' || ours === null) return ours === null ? [] : [`${at} is no object`];
  return Object.entries(recorded).flatMap(([key, value]) => {
    if (gone.includes(key)) return [];
    if (!(key in ours)) return [`${at}.${key}`];
    return missing(value, (ours as Record<string, unknown>)[key], `${at}.${key}`);
  });
}

describe.each(scenarios)('%s', (scenario) => {
  test('is answered as it was recorded', async () => {
    const names = new Map<string, string>();
    const git = sandbox.git.open(`${org}/${scenario}`);
    const head = await git.ref('refs/heads/main');
    if (head) for (const last of ['1', '2']) names.set('0'.repeat(39) + last, head);
    if (scenario === 'lock-issue') await call('POST', `/repos/${org}/lock-issue/issues`, { title: 'An issue' });
    for (const { method, path, body, status, response, headers } of recordedBy(scenario)) {
      const rename = (text: string): string => [...names].reduce((done, [from, to]) => done.replaceAll(from, to), text);
      const sent = body === '' || body === undefined ? undefined : JSON.parse(rename(JSON.stringify(body)));
      const answer = await call(
        method.toUpperCase(),
        rename(path),
        sent,
        scenario.startsWith('add-and') && path.startsWith('/user/'),
      );
      const what = `${method} ${path}`;
      expect(answer.status, what).toBe(status);
      expect(missing(response, answer.body), what).toEqual([]);
      if (headers['location'] !== undefined && status < 400)
        if (status >= 300) expect(new URL(answer.location!).pathname, what).toMatch(/\/repositories\/\d+$/);
      const [theirs, ours] = [response, answer.body] as { id?: number }[];
      if (theirs?.id !== undefined && ours?.id !== undefined) names.set(String(theirs.id), String(ours.id));
    }
  });
});

async function call(
  method: string,
  path: string,
  body: unknown,
  asInvited = false,
): Promise<{ status: number; body: unknown; location: string | null }> {
  const { owner, outsiders } = sandbox.built;
  const answer = await fetch(`${sandbox.url}/api/v3${path}`, {
    method,
    redirect: 'manual',
    headers: { authorization: `token ${asInvited ? outsiders[0]!.token : owner.token}` },
    ...(body === undefined || method === 'GET' ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? '' : JSON.parse(text), location: answer.headers.get('location') };
}
