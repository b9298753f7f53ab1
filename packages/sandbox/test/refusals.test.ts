// The table of refusals: every row can be switched on, and the sandbox answers by itself with those that are its own.
import { createSign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Refused } from '../src/refusals/refusal.ts';
import { refusals, type RefusalName } from '../src/refusals/table.ts';
import { startCourse, type Course } from './start-course.ts';

const names = Object.keys(refusals) as RefusalName[];
type Answer = { status: number; headers: Headers; body: any; text: string };

let course: Course;
let token: string;
let sha: string;
beforeAll(async () => {
  course = await startCourse();
  token = ((await course.asApp().auth({ type: 'installation' })) as { token: string }).token;
  await make('hw', { auto_init: true });
  await make('template', { is_template: true, auto_init: true });
  sha = (await call('GET', '/repos/course/hw/commits/main')).body.sha;
});
afterAll(() => course.stop());

async function call(method: string, path: string, body?: unknown, as = token): Promise<Answer> {
  const response = await fetch(`${course.sandbox.url}/api${path === '/graphql' ? '' : '/v3'}${path}`, {
    method,
    redirect: 'manual',
    headers: { authorization: `Bearer ${as}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const json = response.headers.get('content-type')?.includes('json') ?? false;
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: json && text !== '' ? JSON.parse(text) : {},
  };
}

const make = (name: string, more: object = {}): Promise<Answer> =>
  call('POST', '/orgs/course/repos', { name, private: true, ...more });
const put = (path: string, more: object = {}): Promise<Answer> =>
  call('PUT', `/repos/course/hw/contents/${path}`, { message: path, content: 'eA==', ...more });
const generate = (template: string, name: string): Promise<Answer> =>
  call('POST', `/repos/course/${template}/generate`, { owner: 'course', name, private: true });
const invite = (login: string): Promise<Answer> => call('PUT', `/repos/course/hw/collaborators/${login}`);
const check = (more: object): Promise<Answer> =>
  call('POST', '/repos/course/hw/check-runs', { name: 'a check', head_sha: sha, ...more });
const output = (summary: string): object => ({ output: { title: 'A title', summary } });
const annotation = { path: 'a', start_line: 1, end_line: 1, annotation_level: 'notice', message: 'm' };

async function branchWithCommit(branch: string): Promise<string> {
  const main = (await call('GET', '/repos/course/hw/git/ref/heads/main')).body.object.sha;
  await call('POST', '/repos/course/hw/git/refs', { ref: `refs/heads/${branch}`, sha: main });
  return (await put(branch, { branch })).body.commit.sha;
}
async function openPull(branch: string, more: object = {}): Promise<number> {
  await branchWithCommit(branch);
  const asked = { title: branch, head: branch, base: 'main', ...more };
  return (await call('POST', '/repos/course/hw/pulls', asked)).body.number;
}
const merge = (number: number, more: object = {}): Promise<Answer> =>
  call('PUT', `/repos/course/hw/pulls/${number}/merge`, more);

async function protectedBranch(name: string, more: object = {}): Promise<void> {
  await branchWithCommit(name);
  await call('PUT', `/repos/course/hw/branches/${name}/protection`, {
    required_status_checks: null,
    enforce_admins: true,
    required_pull_request_reviews: { required_approving_review_count: 1 },
    restrictions: null,
    ...more,
  });
}
const commitOn = (branch: string, expectedHeadOid: string): Promise<Answer> =>
  call('POST', '/graphql', {
    query: 'mutation ($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { clientMutationId } }',
    variables: {
      input: {
        branch: { repositoryNameWithOwner: 'course/hw', branchName: branch },
        message: { headline: 'A commit' },
        fileChanges: { additions: [{ path: 'b.txt', contents: 'eA==' }] },
        expectedHeadOid,
      },
    },
  });
const head = async (branch: string): Promise<string> =>
  (await call('GET', `/repos/course/hw/git/ref/heads/${branch}`)).body.object.sha;

function jwt(claims: object): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const unsigned = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iss: course.app.appId, ...claims })}`;
  return `${unsigned}.${createSign('RSA-SHA256').update(unsigned).sign(course.app.privateKey, 'base64url')}`;
}
const now = (): number => Math.floor(Date.now() / 1000);
const appToken = (): string => jwt({ iat: now() - 30, exp: now() + 500 });
const tokens = (id = course.installationId): string => `/app/installations/${id}/access_tokens`;

/** With other limits for a moment. */
async function withLimits(limits: object, act: () => Promise<Answer>): Promise<Answer> {
  const { rateLimits } = course.sandbox.world.settings;
  const before = { ...rateLimits };
  Object.assign(rateLimits, limits);
  try {
    return await act();
  } finally {
    delete rateLimits.perHour;
    Object.assign(rateLimits, before);
  }
}

async function onFreePlan(act: () => Promise<Answer>): Promise<Answer> {
  course.sandbox.world.settings.privateRulesets = false;
  const answer = await act();
  course.sandbox.world.settings.privateRulesets = true;
  return answer;
}

async function withPolicy(policy: object, back: object, act: () => Promise<Answer>): Promise<Answer> {
  course.sandbox.admin.setPolicy({ org: 'course', ...policy });
  const answer = await act();
  course.sandbox.admin.setPolicy({ org: 'course', ...back });
  return answer;
}

const workflow = (on: string): string =>
  Buffer.from(`name: w\non: ${on}\njobs:\n  a:\n    runs-on: none\n    steps: [{ run: "true" }]\n`).toString('base64');
const dispatch = async (file: string): Promise<Answer> => {
  // Known once its push has been looked at.
  await course.settled();
  return call('POST', `/repos/course/hw/actions/workflows/${file}/dispatches`, { ref: 'main' });
};

/** How each situation comes about. */
const situations: Partial<Record<RefusalName, () => Promise<Answer>>> = {
  'primary-limit': () => withLimits({ primary: true, perHour: 0 }, () => call('GET', '/repos/course/hw')),
  'secondary-limit': () =>
    withLimits({ secondary: true, restPointsPerMinute: 0 }, () => call('GET', '/repos/course/hw')),
  'bad-credentials': () => call('GET', '/repos/course/hw', undefined, 'ghs_nobody'),
  'clock-ahead': () => call('POST', tokens(), {}, jwt({ iat: now(), exp: now() + 3600 })),
  suspended: async () => {
    const { installationId } = course;
    course.sandbox.admin.suspendInstallation({ installationId, suspended: true });
    const minted = await call('POST', tokens(), {}, appToken());
    expect(minted.body.message).toBe(refusals.suspended.message);
    const answer = await call('GET', '/repos/course/hw');
    course.sandbox.admin.suspendInstallation({ installationId, suspended: false });
    return answer;
  },
  'installation-gone': () => call('POST', tokens(987_654), {}, appToken()),
  'permission-not-granted': () => call('POST', tokens(), { permissions: { packages: 'write' } }, appToken()),
  'not-accessible': async () => {
    const { body } = await call('POST', tokens(), { permissions: { contents: 'read' } }, appToken());
    return call('POST', '/repos/course/hw/issues', { title: 'An issue' }, body.token);
  },
  'template-unreadable': () => generate('nothing', 'copy'),
  'not-a-template': () => generate('hw', 'copy'),
  'template-empty': async () => {
    await make('hollow', { is_template: true });
    return generate('hollow', 'copy');
  },
  'generate-name-taken': () => generate('template', 'hw'),
  'name-taken': () => make('HW'),
  'transfer-owner-invalid': () => call('POST', '/repos/course/hw/transfer', { new_owner: 'nobody-of-the-name' }),
  'creation-forbidden': () =>
    withPolicy({ repositories: false }, { repositories: true }, () =>
      call('POST', '/orgs/course/repos', { name: 'mine' }, course.student.token),
    ),
  'empty-repository': async () => {
    await make('empty');
    return call('GET', '/repos/course/empty/commits');
  },
  archived: async () => {
    await make('old', { auto_init: true });
    await call('PATCH', '/repos/course/old', { archived: true });
    return call('POST', '/repos/course/old/issues', { title: 'An issue' });
  },
  moved: () => call('GET', '/repos/course/before/labels'),
  'moved-write': () => call('POST', '/repos/course/before/labels', { name: 'a label' }),
  'ruleset-free-plan': () => onFreePlan(() => call('GET', '/repos/course/hw/rulesets')),
  'protection-free-plan': () =>
    onFreePlan(() =>
      call('PUT', '/repos/course/hw/branches/main/protection', {
        required_status_checks: null,
        enforce_admins: null,
        required_pull_request_reviews: null,
        restrictions: null,
      }),
    ),
  'review-required': async () => {
    await protectedBranch('guarded');
    const number = (
      await (async () => {
        await branchWithCommit('to-guarded');
        return call('POST', '/repos/course/hw/pulls', { title: 'Work', head: 'to-guarded', base: 'guarded' });
      })()
    ).body.number;
    const refused = await merge(number);
    course.sandbox.admin.addMember({ org: 'course', login: 'teacher', role: 'admin' });
    await call('POST', `/repos/course/hw/pulls/${number}/reviews`, { event: 'APPROVE' }, course.teacher.token);
    expect((await merge(number)).status).toBe(200);
    return refused;
  },
  'branch-protected': async () => {
    await protectedBranch('guarded-too');
    return put('c.txt', { branch: 'guarded-too' });
  },
  'graphql-branch-protected': async () => {
    await protectedBranch('guarded-three');
    return commitOn('guarded-three', await head('guarded-three'));
  },
  'rule-violated': async () => {
    await branchWithCommit('ruled');
    await call('POST', '/repos/course/hw/rulesets', {
      name: 'pull requests only',
      target: 'branch',
      enforcement: 'active',
      conditions: { ref_name: { include: ['refs/heads/ruled'], exclude: [] } },
      rules: [{ type: 'pull_request' }],
    });
    expect((await commitOn('ruled', await head('ruled'))).body.errors[0]).toMatchObject({
      type: refusals['graphql-rule-violated'].graphql?.[0]?.type,
      message: expect.stringContaining('Changes must be made through a pull request.'),
    });
    return call('PATCH', '/repos/course/hw/git/refs/heads/ruled', {
      sha: await branchWithCommit('beyond'),
      force: true,
    });
  },
  'stale-head': () => commitOn('main', '1'.repeat(40)),
  'blob-over-10mb': async () => {
    const content = Buffer.alloc(10_000_001, 'x').toString('base64');
    const blob = (await call('POST', '/repos/course/hw/git/blobs', { content, encoding: 'base64' })).body.sha;
    const tree = await call('POST', '/repos/course/hw/git/trees', {
      tree: [{ path: 'big.bin', mode: '100644', type: 'blob', sha: blob }],
    });
    const commit = await call('POST', '/repos/course/hw/git/commits', {
      message: 'Large',
      tree: tree.body.sha,
      parents: [],
    });
    const query = `{ repository(owner: "course", name: "hw") { object(oid: "${commit.body.sha}") { ... on Commit { file(path: "big.bin") { oid } } } } }`;
    return call('POST', '/graphql', { query });
  },
  'head-modified': async () => merge(await openPull('moved-on'), { sha: '1'.repeat(40) }),
  'not-mergeable': async () => {
    const number = await openPull('over');
    await call('PATCH', `/repos/course/hw/pulls/${number}`, { state: 'closed' });
    return merge(number);
  },
  'still-a-draft': async () => merge(await openPull('drafted', { draft: true })),
  'no-commits-between': async () => {
    await call('POST', '/repos/course/hw/git/refs', { ref: 'refs/heads/nothing-new', sha: await head('main') });
    return call('POST', '/repos/course/hw/pulls', { title: 'Nothing', head: 'nothing-new', base: 'main' });
  },
  'pull-exists': async () => {
    await openPull('twice');
    return call('POST', '/repos/course/hw/pulls', { title: 'Again', head: 'twice', base: 'main' });
  },
  'unknown-person': () => invite('nobody'),
  'invitation-limit': async () => {
    course.sandbox.world.settings.limitInvitations = true;
    for (let index = 0; index < 50; index++) {
      course.sandbox.admin.createUser({ login: `guest-${index}` });
      expect((await invite(`guest-${index}`)).status).toBe(201);
    }
    const answer = await invite('stranger');
    course.sandbox.world.settings.limitInvitations = false;
    return answer;
  },
  'invitation-expired': async () => {
    const { id } = (await invite('stranger')).body;
    course.clock.advance(7 * 24 * 3600 * 1000 + 1000);
    const answer = await call('PATCH', `/user/repository_invitations/${id}`, undefined, course.stranger.token);
    const renewed = await invite('stranger');
    expect(renewed.body).toMatchObject({ expired: false });
    expect(renewed.body.id).not.toBe(id);
    return answer;
  },
  'outside-collaborators-forbidden': () => {
    course.sandbox.admin.createUser({ login: 'outsider' });
    return withPolicy({ outsideCollaborators: false }, { outsideCollaborators: true }, () => invite('outsider'));
  },
  'seat-limit': () => {
    course.sandbox.admin.createUser({ login: 'one-too-many' });
    return withPolicy({ seats: 2 }, { seats: 1000 }, async () => {
      expect((await invite('student')).status).toBe(204);
      return invite('one-too-many');
    });
  },
  'check-text-bytes': async () => {
    expect((await check(output('é'.repeat(32_767)))).status).toBe(201);
    return check(output('é'.repeat(32_768)));
  },
  'check-text-characters': () => check(output('x'.repeat(65_536))),
  'too-many-annotations': () =>
    check({ output: { title: 'A title', summary: 's', annotations: Array.from({ length: 51 }, () => annotation) } }),
  'check-of-another-app': async () => {
    const { admin } = course.sandbox;
    const other = admin.createApp({
      slug: 'other',
      name: 'Other',
      owner: 'course',
      permissions: { checks: 'write' },
      events: [],
    });
    const { installationId } = admin.installApp({ appId: other.appId, account: 'course' });
    const claims = { iss: other.appId, iat: now() - 30, exp: now() + 500 };
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const unsigned = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
    const signed = `${unsigned}.${createSign('RSA-SHA256').update(unsigned).sign(other.privateKey, 'base64url')}`;
    const theirs = (await call('POST', tokens(installationId), {}, signed)).body.token;
    const { id } = (await check({})).body;
    return call('PATCH', `/repos/course/hw/check-runs/${id}`, { name: 'mine' }, theirs);
  },
  'no-such-commit': () => check({ head_sha: '1'.repeat(40) }),
  'issues-disabled': async () => {
    await make('silent', { auto_init: true, has_issues: false });
    return call('POST', '/repos/course/silent/issues', { title: 'An issue' });
  },
  'issue-locked': async () => {
    const { number } = (await call('POST', '/repos/course/hw/issues', { title: 'An issue' })).body;
    course.sandbox.admin.addCollaborator({ repository: 'course/hw', login: 'student', role: 'pull' });
    await call('PUT', `/repos/course/hw/issues/${number}/lock`);
    return call('POST', `/repos/course/hw/issues/${number}/comments`, { body: 'A word' }, course.student.token);
  },
  'comment-too-long': async () => {
    const { number } = (await call('POST', '/repos/course/hw/issues', { title: 'An issue' })).body;
    return call('POST', `/repos/course/hw/issues/${number}/comments`, { body: 'x'.repeat(65_537) });
  },
  'label-exists': async () => {
    await call('POST', '/repos/course/hw/labels', { name: 'once', color: 'ffffff' });
    return call('POST', '/repos/course/hw/labels', { name: 'ONCE', color: 'ffffff' });
  },
  'reference-exists': async () => call('POST', '/repos/course/hw/git/refs', { ref: 'refs/heads/main', sha }),
  'object-missing': async () =>
    call('POST', '/repos/course/hw/git/refs', { ref: 'refs/heads/of-nothing', sha: 'a'.repeat(40) }),
  'no-such-ref': async () => {
    await put('.github/workflows/on-a-branch.yml', { content: workflow('workflow_dispatch') });
    await course.settled();
    return call('POST', '/repos/course/hw/actions/workflows/on-a-branch.yml/dispatches', { ref: 'nowhere' });
  },
  'no-dispatch-trigger': async () => {
    await put('.github/workflows/push.yml', { content: workflow('issues') });
    return dispatch('push.yml');
  },
  'workflow-disabled': async () => {
    await put('.github/workflows/off.yml', { content: workflow('workflow_dispatch') });
    await course.settled();
    await call('PUT', '/repos/course/hw/actions/workflows/off.yml/disable');
    return dispatch('off.yml');
  },
  'actions-disabled': async () => {
    await put('.github/workflows/by-hand.yml', { content: workflow('workflow_dispatch') });
    course.sandbox.admin.setActionsEnabled({ repository: 'course/hw', enabled: false });
    const answer = await dispatch('by-hand.yml');
    course.sandbox.admin.setActionsEnabled({ repository: 'course/hw', enabled: true });
    return answer;
  },
};

/** `{words}` stand for anything that is not empty. */
const like = (text: string): unknown =>
  /\{\w+\}/.test(text)
    ? expect.stringMatching(
        new RegExp(`^${text.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`).replaceAll(/\{\w+\}/g, '[^]+')}$`),
      )
    : text;
const likeAll = (value: unknown): unknown =>
  typeof value === 'string'
    ? like(value)
    : Array.isArray(value)
      ? value.map(likeAll)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, likeAll(one)]))
        : value;

function expectRow(answer: Answer, row: Refused): void {
  expect(answer.status).toBe(row.status);
  if (row.message !== undefined) expect(answer.body.message).toEqual(like(row.message));
  if (row.errors) expect(answer.body.errors).toEqual(likeAll(row.errors));
  if (row.graphql) expect(answer.body.errors).toMatchObject(likeAll(row.graphql) as object[]);
  if (row.text !== undefined) expect(answer.text).toBe(row.text);
  for (const [name, value] of Object.entries(row.headers ?? {}))
    expect(answer.headers.get(name), name).toEqual(like(value));
}

describe('its own', () => {
  beforeAll(async () => {
    await make('before', { auto_init: true });
    await call('PATCH', '/repos/course/before', { name: 'after' });
  });

  /** Needs a workflow that ran; the tests of Actions let an artifact expire. */
  const elsewhere: RefusalName[] = ['artifact-expired'];

  test('each that the sandbox calls its own comes about here', () => {
    const own = names.filter((name) => refusals[name].own && !elsewhere.includes(name));
    expect(Object.keys(situations).toSorted()).toEqual(own.toSorted());
  });

  test.each(Object.keys(situations) as RefusalName[])('%s', async (name) => {
    expectRow(await situations[name]!(), refusals[name]);
  });

  test('a write by a former name arrives, once it is repeated where it was told', async () => {
    const { headers } = await call('POST', '/repos/course/before/labels', { name: 'followed', color: 'ffffff' });
    const followed = await fetch(headers.get('location')!, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ name: 'followed', color: 'ffffff' }),
    });
    expect(followed.status).toBe(201);
  });
});

describe('switched on', () => {
  // What is refused before it is read need not be well-formed.
  beforeAll(() => course.recording.stop());

  const example = (path: string): string =>
    path.replaceAll(/\{(\w+)\*?\}/g, (_, key: string) => ({ owner: 'course', repo: 'hw', org: 'course' })[key] ?? '1');

  test.each(names)('%s answers its calls, as often as it was told to, and no other', async (name) => {
    const { on, ...row } = refusals[name];
    const path = example(on?.path ?? '/repos/{owner}/{repo}');
    const body = on?.method === undefined || on.method === 'GET' ? undefined : {};
    course.sandbox.refuse(name, { times: 1 });
    if (on?.path !== undefined) expect((await call('GET', '/rate_limit')).status).toBe(200);
    expectRow(await call(on?.method ?? 'GET', path, body), row);
    expect(course.sandbox.faults.list().find(({ rule }) => rule.name === name)?.struck).toBe(1);
    course.sandbox.admin.allow({});
    expect(course.sandbox.faults.list()).toEqual([]);
  });

  test('by HTTP too, and with values of one’s own', async () => {
    const post = (what: string, input: object): Promise<Response> =>
      fetch(`${course.sandbox.url}/_sandbox/admin/${what}`, { method: 'POST', body: JSON.stringify(input) });
    expect((await post('refuse', { name: 'secondary-limit', values: { seconds: 7 } })).status).toBe(200);
    expect((await call('GET', '/repos/course/hw')).headers.get('retry-after')).toBe('7');
    expect((await post('allow', { name: 'secondary-limit' })).status).toBe(200);
    expect((await call('GET', '/repos/course/hw')).status).toBe(200);
    expect((await post('refuse', { name: 'no such thing' })).status).toBe(422);
    const listed = (await (await fetch(`${course.sandbox.url}/_sandbox/refusals`)).json()) as object;
    expect(Object.keys(listed).toSorted()).toEqual(names.toSorted());
  });

  test('until it is taken back', async () => {
    const allow = course.sandbox.refuse('unavailable');
    expect((await call('GET', '/repos/course/hw')).status).toBe(503);
    expect(
      (await fetch(course.cloneUrl('hw', token).replace(/\/\/[^@]+@/, '//') + '/info/refs?service=git-upload-pack'))
        .status,
    ).toBe(503);
    allow();
    expect((await call('GET', '/repos/course/hw')).status).toBe(200);
  });
});

test('every row says when it comes, and where that was seen or that it was not', () => {
  for (const name of names) {
    const { when, source, status, message, graphql, text } = refusals[name];
    expect(when, name).toMatch(/^[A-Z].*\.$/);
    expect(source === null || source.length > 10, name).toBe(true);
    expect(status, name).toBeGreaterThanOrEqual(200);
    expect(
      [message, graphql, text].filter((one) => one !== undefined),
      name,
    ).toHaveLength(1);
  }
});
