// Who is given a token to check a student's repository out: the run that the app waits for, and nobody else.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Octokit } from '@octokit/rest';
import type { JWTPayload } from 'jose';
import { afterEach, expect, test } from 'vitest';
import { actionsRunning, quietLog } from '@practicum/sandbox';
import { makeIssuer } from '../domain/report/sign-token.ts';
import { later, queueOf, startPlacement, until } from './placement-course.ts';
import { organisation, type Live } from './start-live.ts';

let live: Live;
const folder = mkdtempSync(join(tmpdir(), 'practicum-gate-'));
afterEach(async () => {
  await live.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('only the run of a task that the app waits for, and only its own repository', async () => {
  live = await startPlacement({ students: ['ada', 'bo'], placer: 'earliest_finish', runners: { fast: 1 } });
  const gate = join(folder, 'open');
  await live.push('prices-ada', live.person('ada'), {
    'pipeline.yml': `version: 1\nname: m\ntasks:\n  wait: { run: 'while [ ! -e ${gate} ]; do sleep 0.1; done' }\n`,
  });
  await live.quiet();
  later(live, 10);
  const task = await until(async () =>
    (await queueOf(live))?.pipelines[0]?.tasks.find(({ status, runId }) => status === 'started' && runId),
  );
  const claims = await claimsOf(task.runId!);
  const sign = (more: JWTPayload = {}, at = live.clock.now()): Promise<string> =>
    actionsRunning(live.sandbox.world).oidc.sign({ ...claims, ...more }, at);
  const stranger = await makeIssuer();
  const forgeries: [string, string | undefined][] = [
    ['there is no identity token', undefined],
    ['not issued by GitHub Actions', 'no.token.at-all'],
    ['not valid', await stranger.sign({ ...claims, iat: 1, exp: 4e9 })],
    ['not issued by GitHub Actions', await sign({ iss: 'https://elsewhere.example' })],
    ['another report', await sign({ aud: 'https://cloud.example' })],
    ['another report', await sign({ aud: `${live.url}/` })],
    ['has expired', await sign({}, new Date(live.clock.now().getTime() - 3_600_000))],
    ['not valid', await sign({}, new Date(live.clock.now().getTime() + 3_600_000))],
    ['not of a course repository', await sign({ repository: `${organisation}/prices-bo` })],
    ['not of a course repository', await sign({ repository: 'strangers/course' })],
    ['another repository', await sign({ repository_id: '1' })],
    ['outside the course organisation', await sign({ repository_owner_id: '1' })],
    ['no such run', await sign({ run_id: '999999999' })],
    ['another attempt', await sign({ run_attempt: '2' })],
    ['another commit', await sign({ sha: '0'.repeat(40) })],
    ['not on the allowed list', await sign({ job_workflow_sha: '0'.repeat(40) })],
    ['did not run', await sign({ job_workflow_ref: `${organisation}/course/.github/workflows/other.yml@main` })],
    ['this event', await sign({ event_name: 'pull_request' })],
  ];
  for (const [reason, token] of forgeries)
    expect([reason, await ask(token)]).toEqual([
      reason,
      { status: 403, text: expect.stringContaining(reason) as string },
    ]);

  // A teacher starts the workflow under the name of the task that is waited for.
  const mine = await startByHand(task.runId!);
  const inHand = await claimsOf(mine);
  expect(await ask(await sign({ ...inHand }))).toEqual({ status: 403, text: 'the run was not started by the app\n' });

  const token = await sign();
  const given = await ask(token);
  expect(given.status).toBe(200);
  const reader = new Octokit({ baseUrl: `${live.sandbox.url}/api/v3`, auth: given.text, log: quietLog });
  const read = async (repo: string): Promise<number> =>
    reader.request('GET /repos/{owner}/{repo}/contents/{path}', { owner: organisation, repo, path: 'README.md' }).then(
      ({ status }) => status,
      ({ status }: { status: number }) => status,
    );
  expect([await read('prices-ada'), await read('prices-bo'), await read('course')]).toEqual([200, 404, 404]);
  const write = reader.request('PUT /repos/{owner}/{repo}/contents/{path}', {
    owner: organisation,
    repo: 'prices-ada',
    path: 'new.txt',
    message: 'm',
    content: 'eA==',
  });
  await expect(write).rejects.toMatchObject({ status: 403 });
  // An answer that was lost may be asked for again; the token is a new one.
  expect((await ask(token)).text).not.toBe(given.text);

  writeFileSync(gate, '');
  await until(async () => ((await queueOf(live))?.pipelines[0]?.status === 'succeeded' ? true : undefined));
  expect(existsSync(gate)).toBe(true);
  expect((await ask(await sign())).text).toMatch(/is over|waits for no such task/);
  await live.quiet();
}, 180_000);

async function ask(token: string | undefined): Promise<{ status: number; text: string }> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const answer = await fetch(`${live.url}/api/checkout-token`, { method: 'POST', headers });
  return { status: answer.status, text: await answer.text() };
}

/** What GitHub would put into the token of this run's job. */
async function claimsOf(run_id: number): Promise<Record<string, string>> {
  const { data: run } = await live.asTeacher.request('GET /repos/{owner}/{repo}/actions/runs/{run_id}', {
    owner: organisation,
    repo: 'course',
    run_id,
  });
  const { repository } = run;
  return {
    jti: `of ${run_id}`,
    iss: `${live.sandbox.url}/_services/token`,
    aud: `${live.url}/api/checkout-token`,
    repository: repository.full_name,
    repository_id: String(repository.id),
    repository_owner_id: String(repository.owner.id),
    job_workflow_ref: `${repository.full_name}/.github/workflows/place.yml@refs/heads/main`,
    job_workflow_sha: run.head_sha,
    sha: run.head_sha,
    run_id: String(run_id),
    run_attempt: String(run.run_attempt),
    event_name: run.event,
  };
}

/** A run of the same name, started by somebody who may write to the course repository; it waits for a runner that is busy. */
async function startByHand(like: number): Promise<number> {
  const of = { owner: organisation, repo: 'course' };
  const { data: original } = await live.asTeacher.request('GET /repos/{owner}/{repo}/actions/runs/{run_id}', {
    ...of,
    run_id: like,
  });
  await live.asTeacher.request('POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches', {
    ...of,
    workflow_id: 'place.yml',
    ref: 'main',
    inputs: {
      repository: `${organisation}/prices-bo`,
      sha: original.head_sha,
      task: 'wait',
      labels: '["fast"]',
      dispatch: original.display_title,
      app: live.url,
      script: 'true',
    },
  });
  return until(async () => {
    const { data } = await live.asTeacher.request('GET /repos/{owner}/{repo}/actions/runs', of);
    return data.workflow_runs
      .map(({ id, display_title }) => ({ id: Number(id), display_title }))
      .find((run) => run.display_title === original.display_title && run.id !== like)?.id;
  });
}
