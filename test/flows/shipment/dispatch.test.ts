// Exactly once in effect, whatever goes wrong on the way: each failure against the sandbox over HTTP, and what is seen of it.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dispatchJobKey } from '../../../src/flows/jobs/queue-jobs.ts';
import type { FaultRule } from '@practicum/sandbox';
import { header, organisation, prepareApp, startApp, tenRows, type App } from '../start-app.ts';

let app: App;
const repo = 'prices-ada';
const path = 'data/incoming/release-1.csv';
const theOne = async () => (await app.shipments())[0]!;
const isDispatched = async () => (await theOne()).state === 'dispatched';
/** What must hold at the end of every story that ends well. */
async function expectOnce(): Promise<string> {
  const { shipment, receipt, lastError } = await theOne();
  const commits = app.carrying(repo, shipment.trailer);
  expect(commits).toEqual([receipt!.commit]);
  expect(lastError).toBeUndefined();
  expect(app.git(repo, 'show', `${commits[0]}:${path}`)).toBe(`${[header, ...tenRows].join('\n')}\n`);
  return commits[0]!;
}

describe('as a commit', () => {
  const start = prepareApp();
  beforeEach(async () => void (app = await start()));
  afterEach(() => app.stop());

  const commitCall = { operation: 'createCommitOnBranch' };
  const faults: [string, FaultRule, RegExp | undefined][] = [
    ['an answer that is lost after GitHub did it', { match: commitCall, dropAfterDoing: true }, /^github-unreachable/],
    ['a connection that breaks before', { match: commitCall, dropBefore: true }, /^github-unreachable/],
    ['502', { match: commitCall, status: 502 }, /^github-unavailable/],
    ['409', { match: commitCall, status: 409 }, /^conflict/],
    [
      'a secondary limit with retry-after',
      {
        match: commitCall,
        status: 403,
        headers: { 'retry-after': '7' },
        body: { message: 'You have exceeded a secondary rate limit.' },
      },
      /^rate-limited/,
    ],
    [
      // Not a failure of the shipment: it looks again at once.
      'STALE_DATA',
      { match: commitCall, status: 200, body: { data: null, errors: [{ type: 'STALE_DATA', message: 'moved' }] } },
      undefined,
    ],
  ];
  test.each(faults)('%s', async (_, rule, error) => {
    app.sandbox.faults.add({ ...rule, times: 1 });
    const seen: (string | undefined)[] = [];
    const waits: number[] = [];
    app.release();
    await app.until('dispatched', async () => {
      const { state, lastError } = await theOne();
      if (state === 'failed') {
        seen.push(lastError);
        const { rows } = await app.database.pool.query(
          `select extract(epoch from not_before - clock_timestamp())::float8 as wait from job where name = 'dispatch-shipment'`,
        );
        if (rows[0]) waits.push(rows[0].wait);
      }
      return state === 'dispatched';
    });
    expect(app.sandbox.faults.list()[0]!.struck).toBe(1);
    await expectOnce();
    expect((await theOne()).attempts).toBe(error ? 2 : 1);
    if (error) expect(seen[0]).toMatch(error);
    // What GitHub asks for is what is waited, before the test hurries it along.
    if (rule.headers) expect(waits[0]).toBeGreaterThan(4);
  });

  test('a student who pushes in between keeps their commit, and the data comes on top of it', async () => {
    const pushed = Promise.withResolvers<void>();
    app.sandbox.faults.add({ match: commitCall, hold: pushed.promise, times: 1 });
    app.release();
    await app.until('the commit is under way', () => app.sandbox.faults.list()[0]!.struck === 1);
    const { data } = await app.as('ada').request('PUT /repos/{owner}/{repo}/contents/{path}', {
      owner: organisation,
      repo,
      path: 'work.txt',
      message: 'My work',
      content: 'aGk=',
    });
    pushed.resolve();
    await app.until('dispatched', isDispatched);
    const commit = await expectOnce();
    expect(app.git(repo, 'rev-parse', `${commit}^`).trim()).toBe(data.commit.sha);
  });

  test('a look that fails is not a look that finds nothing', async () => {
    app.sandbox.faults.add({ match: commitCall, dropAfterDoing: true, times: 1 });
    app.release();
    await app.until('failed once', async () => (await theOne()).state === 'failed', false);
    app.sandbox.faults.add({ match: { method: 'GET', path: '/commits$' }, status: 409, times: 1 });
    await app.until('dispatched', isDispatched);
    expect(app.sandbox.faults.list().map(({ struck }) => struck)).toEqual([1, 1]);
    await expectOnce();
  });

  test('a renamed repository receives its release under its new name, not whoever took the old one', async () => {
    const owner = organisation;
    await app.as('teacher').request('PATCH /repos/{owner}/{repo}', { owner, repo, name: 'my-own-name' });
    await app.as('teacher').request('POST /orgs/{org}/repos', { org: owner, name: repo, auto_init: true });
    app.release();
    await app.until('dispatched', isDispatched);
    const { shipment, receipt } = await theOne();
    expect(app.carrying('my-own-name', shipment.trailer)).toEqual([receipt!.commit]);
    expect(app.carrying(repo, shipment.trailer)).toEqual([]);
  });

  const permanent: [string, RegExp, () => Promise<unknown>, () => Promise<unknown>][] = [
    [
      'archived',
      /^repository-archived/,
      () => app.as('teacher').request('PATCH /repos/{owner}/{repo}', { owner: organisation, repo, archived: true }),
      () => app.as('teacher').request('PATCH /repos/{owner}/{repo}', { owner: organisation, repo, archived: false }),
    ],
  ];
  test.each(permanent)(
    '%s: given up at once, said in one issue, which closes when it succeeds',
    async (_, error, harm, mend) => {
      await harm();
      app.release();
      await app.until('parked and said', async () => (await issues()).length > 0 && (await app.atRest()));
      expect(await theOne()).toMatchObject({ state: 'failed', attempts: 1, lastError: expect.stringMatching(error) });
      const [issue, ...others] = await issues();
      expect(others).toEqual([]);
      expect(issue).toMatchObject({ state: 'open', title: 'release-1 for ada could not be delivered' });
      expect(issue!.body).toContain((await theOne()).shipment.id);
      await mend();
      await app.ports.store.retryParked((await app.ports.store.parkedJobs())[0]!.key);
      await app.until('dispatched', async () => (await isDispatched()) && (await app.atRest()));
      await expectOnce();
      expect(await issues()).toMatchObject([{ number: issue!.number, state: 'closed' }]);
    },
  );

  test('a deleted repository is given up at once, and said', async () => {
    await app.as('teacher').request('DELETE /repos/{owner}/{repo}', { owner: organisation, repo });
    app.release();
    await app.until('parked and said', async () => (await issues()).length > 0 && (await app.atRest()));
    expect(await theOne()).toMatchObject({ state: 'failed', lastError: expect.stringMatching(/^repository-missing/) });
    expect(await issues()).toMatchObject([{ state: 'open' }]);
  });

  test('what keeps failing is tried eight times, then given up in the same issue', async () => {
    app.sandbox.faults.add({ match: commitCall, status: 422, body: { message: 'Not so' } });
    app.release();
    await app.until('parked and said', async () => (await issues()).length > 0 && (await app.atRest()));
    expect(await theOne()).toMatchObject({ state: 'failed', attempts: 8 });
    expect(await issues()).toMatchObject([{ state: 'open' }]);
    app.sandbox.faults.clear();
    await app.ports.store.retryParked((await app.ports.store.parkedJobs())[0]!.key);
    await app.until('dispatched', async () => (await isDispatched()) && (await app.atRest()));
    expect(await issues()).toMatchObject([{ state: 'closed' }]);
  });

  const issues = async () => {
    const { data } = await app.as('teacher').request('GET /repos/{owner}/{repo}/issues', {
      owner: organisation,
      repo: 'course',
      state: 'all',
    });
    return data;
  };

  test('a source that can no longer be looked at cancels nothing', async () => {
    const record = (await app.ports.store.course(organisation))!;
    const { planCourse } = await import('../../../src/flows/plan/plan-course.ts');
    const snapshot = await app.ports.github(record).courseRepository.snapshot('course', record.commitSha!);
    const planned = await planCourse(app.ports.store, record, { ...snapshot, facts: {} }, app.clock.now());
    expect(planned.changes).toMatchObject({ add: [], change: [], cancel: [] });
    expect(planned.problems).toMatchObject([{ level: 'warning', code: 'source-unknown' }]);
  });
});

describe('to a class', () => {
  afterEach(() => app.stop());

  test.each([
    ['commit', 1],
    ['pull_request', 4],
  ])('by %s: one look at all repositories, then so many calls each: %i', async (carrier, each) => {
    app = await startApp({ students: ['ada', 'bob', 'cy'], carrier });
    // Whatever is found where the data comes is looked at more closely.
    const { data } = await app.as('bob').request('PUT /repos/{owner}/{repo}/contents/{path}', {
      owner: organisation,
      repo: 'prices-bob',
      path,
      message: 'A file of mine',
      content: 'aGk=',
    });
    const calls: string[] = [];
    const stop = app.sandbox.onExchange(({ path: called, requestBody, site }) => {
      // What else is said in the repository, in its issue say, is not part of the shipment.
      const isPart = /\/(git\/refs|pulls|commits|issues\/\d+\/labels)$/.test(called) || called.endsWith('/graphql');
      if (!site && isPart) calls.push(called + JSON.stringify(requestBody));
    });
    app.release();
    await app.until('dispatched', async () => (await app.shipments()).every(({ state }) => state === 'dispatched'));
    stop();
    const of = (name: string) => calls.filter((call) => call.includes(name) && !call.includes('r1: repository')).length;
    expect(calls.filter((call) => call.includes('r1: repository'))).toHaveLength(1);
    expect([of('prices-ada'), of('prices-cy')]).toEqual([each, each]);
    expect(of('prices-bob')).toBeGreaterThan(each);
    for (const { shipment, receipt, attempts } of await app.shipments()) {
      const { repository, trailer } = shipment;
      expect(attempts).toBe(1);
      expect(app.carrying(repository, trailer)).toEqual([receipt!.commit]);
      expect(app.git(repository, 'show', `${receipt!.commit}:${path}`)).toBe(`${[header, ...tenRows].join('\n')}\n`);
    }
    expect(app.git('prices-bob', 'merge-base', 'main', data.commit.sha!).trim()).toBe(data.commit.sha);
  });
});

describe('as a pull request', () => {
  const start = prepareApp({ carrier: 'pull_request' });
  beforeEach(async () => void (app = await start()));
  afterEach(() => app.stop());

  const calls: [string, FaultRule][] = [
    ['creating the branch', { match: { method: 'POST', path: '/git/refs$' } }],
    ['the commit', { match: { operation: 'createCommitOnBranch' } }],
    ['opening it', { match: { method: 'POST', path: '/pulls$' } }],
    ['labelling it', { match: { method: 'POST', path: '/labels$' } }],
  ];
  test.each(calls)('the answer to %s is lost', async (_, rule) => {
    app.sandbox.faults.add({ ...rule, dropAfterDoing: true, times: 1 });
    app.sandbox.faults.add({ ...rule, status: 502, times: 1 });
    app.release();
    await app.until('dispatched', isDispatched);
    await expectOnce();
    expect(await pulls()).toMatchObject([{ state: 'open', labels: [{ name: 'data: pending' }] }]);
  });

  test('closed and its branch deleted by the student before we heard of it: nothing is made a second time', async () => {
    app.sandbox.faults.add({ match: { method: 'POST', path: '/pulls$' }, dropAfterDoing: true, times: 1 });
    app.release();
    // Held by hand between the two attempts.
    const key = dispatchJobKey(organisation, (await theOne()).shipment.id);
    await app.until('failed once', async () => (await theOne()).state === 'failed', false);
    expect(await app.ports.store.pauseJob(key)).toBe(true);
    const [pull] = await pulls();
    const where = { owner: organisation, repo };
    const ada = app.as('ada');
    await ada.request('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', {
      ...where,
      pull_number: pull!.number,
      state: 'closed',
    });
    await ada.request('DELETE /repos/{owner}/{repo}/git/refs/{ref}', { ...where, ref: `heads/${pull!.head.ref}` });
    expect(await app.ports.store.resumeJob(key)).toBe(true);
    await app.until('dispatched', isDispatched);
    expect((await theOne()).receipt).toMatchObject({ pullRequest: pull!.number, commit: pull!.head.sha });
    expect(await pulls()).toHaveLength(1);
  });

  test('its body shows what is in the data', async () => {
    app.release();
    await app.until('dispatched', isDispatched);
    const [pull] = await pulls();
    expect(pull!.body).toContain('| `Price` | number | `0.5` to `9.5`, mean 5 | 0 |');
    expect(pull!.body).not.toContain('undefined');
  });

  const pulls = async () =>
    (await app.as('ada').request('GET /repos/{owner}/{repo}/pulls', { owner: organisation, repo, state: 'all' })).data;
});
