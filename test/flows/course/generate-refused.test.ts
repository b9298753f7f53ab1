// GitHub does not make a repository from the template, or makes it and does not fill it: said once, asked ever more seldom, never for ever.
import { refusals, type RefusalName } from '@practicum/sandbox';
import { afterEach, expect, test } from 'vitest';
import { syncJob } from '../../../src/flows/jobs/queue-jobs.ts';
import { showCourse } from '../../../src/flows/pages/show-course.ts';
import { courseFiles, organisation, startApp, type App } from '../start-app.ts';

let app: App;
afterEach(() => app.stop());

const repository = 'prices-bob';
const generate = 'POST /repos/{template_owner}/{template_repo}/generate';

/** A course with a template, in which Bob's repository is still to be made. */
async function startWithTemplate(): Promise<void> {
  app = await startApp({ students: ['ada', 'bob'] });
  const teacher = app.as('teacher');
  const where = { owner: organisation, repo: 'course', path: 'course.yml' };
  await teacher.request('POST /orgs/{org}/repos', {
    org: organisation,
    name: 'starter',
    private: true,
    is_template: true,
    auto_init: true,
  });
  const { data } = await teacher.request('GET /repos/{owner}/{repo}/contents/{path}', where);
  const text = `${courseFiles({ students: ['ada', 'bob'] })['course.yml']}`;
  await teacher.request('PUT /repos/{owner}/{repo}/contents/{path}', {
    ...where,
    message: 'A template',
    sha: (data as { sha: string }).sha,
    content: Buffer.from(text.replace('repositories: { ', 'repositories: { template: starter, ')).toString('base64'),
  });
  await teacher.request('DELETE /repos/{owner}/{repo}', { owner: organisation, repo: repository });
  await app.database.pool.query(
    `update student_repository set state = 'planned', repository_id = null where name = $1`,
    [repository],
  );
}

const sync = () => app.ports.store.enqueue([syncJob(organisation, app.clock.now())]);
const job = async () =>
  (
    await app.database.pool.query(
      `select state, attempts, away, last_error, extract(epoch from not_before - clock_timestamp())::float8 as wait, leased_by
       from job where name = 'provision-student' and key like $1`,
      [`%${repository}`],
    )
  ).rows[0];
const shown = async () => {
  const view = (await showCourse(app.ports.store, organisation, app.clock.now()))!;
  const mine = (await app.ports.store.studentRepository(organisation, repository))!;
  const broken = view.broken.rows.map(({ name, lastError }) => `${name.toLowerCase()}: ${lastError}`);
  return { lastError: mine.lastError, state: mine.state, parked: view.parked, broken };
};

test.each(['template-not-found', 'not-a-template', 'template-empty', 'template-unreadable'] as RefusalName[])(
  '%s: nine calls at most, then it is parked, and GitHub’s own words are on the dashboard',
  async (name) => {
    await startWithTemplate();
    let calls = 0;
    app.sandbox.onExchange(({ method, route }) => void (calls += `${method} ${route}` === generate ? 1 : 0));
    const allow = app.sandbox.refuse(name);
    await sync();
    await app.until('parked', async () => (await job())?.state === 'parked');
    expect(calls).toBeGreaterThan(1);
    expect(calls).toBeLessThanOrEqual(9);
    const words = refusals[name].message!.replace('{template}', 'org/template');
    const { state, lastError, parked, broken } = await shown();
    expect(state).toBe('failed');
    expect(broken).toEqual([`${repository}: ${lastError}`]);
    expect(lastError).toContain('repository-refused');
    expect(lastError).toContain(`from the template starter: ${words}`);
    expect(parked.map(({ lastError: why }) => why).join()).toContain(words);
    allow();
    await app.ports.store.retryParked(parked[0]!.key);
    await app.until('made', async () => (await shown()).state === 'ready');
    expect((await shown()).lastError).toBeUndefined();
  },
);

test('a name that exists already is no failure: the repository is found', async () => {
  await startWithTemplate();
  const taken = refusals['generate-name-taken'].message!;
  // It was made, and the answer was lost.
  app.sandbox.faults.add({ match: { method: 'POST', path: '/generate$' }, dropAfterDoing: true, times: 1 });
  const seen: string[] = [];
  app.sandbox.onExchange(({ method, route, body }) => {
    if (`${method} ${route}` === generate) seen.push(String((body as { message?: string } | null)?.message));
  });
  await sync();
  await app.until('made', async () => (await shown()).state === 'ready');
  expect(seen.every((message) => message === 'undefined' || message === taken)).toBe(true);
  expect((await shown()).parked).toEqual([]);
});

test('a repository that stays empty: thirteen looks with growing pauses, its reason shown, then parked', async () => {
  await startWithTemplate();
  app.sandbox.world.settings.emptyWindow = { reads: 1_000_000, milliseconds: 0 };
  const waits: number[] = [];
  await sync();
  await app.until('looked at', async () => (await job())?.away > 0, false);
  let last = 0;
  while ((await job())?.state === 'open') {
    const { away, wait, leased_by } = await job();
    if (away > last && leased_by === null) {
      last = away;
      waits.push(wait);
      if (away > 5) expect((await shown()).lastError).toContain('not filled it yet');
    }
    await app.until('looked again', async () => (await job())?.state !== 'open' || (await job())?.away > last);
  }
  expect(await job()).toMatchObject({ state: 'parked', last_error: expect.stringContaining('stays empty') });
  expect(waits.length).toBeLessThanOrEqual(13);
  expect(Math.max(...waits)).toBeGreaterThan(100);
  expect((await shown()).lastError).toContain('repository-empty');
});
