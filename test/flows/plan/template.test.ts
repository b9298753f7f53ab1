// The template is looked at when the course is planned: what GitHub would refuse is said at its line, and nothing is asked for ever.
import { afterEach, expect, test } from 'vitest';
import { syncJob } from '../../../src/flows/jobs/queue-jobs.ts';
import { courseFiles, organisation, startApp, type App } from '../start-app.ts';

let app: App;
afterEach(() => app.stop());

/** The teacher names the template in course.yml. */
async function name(template: string): Promise<void> {
  const where = { owner: organisation, repo: 'course', path: 'course.yml' };
  const teacher = app.as('teacher');
  const { data } = await teacher.request('GET /repos/{owner}/{repo}/contents/{path}', where);
  const text = `${courseFiles()['course.yml']}`.replace('repositories: { ', `repositories: { template: ${template}, `);
  const content = Buffer.from(text).toString('base64');
  const { sha } = data as { sha: string };
  await teacher.request('PUT /repos/{owner}/{repo}/contents/{path}', { ...where, message: template, content, sha });
}
const sync = async () => app.ports.store.enqueue([syncJob(organisation, app.clock.now())]);
const refused = async () => (await app.ports.store.course(organisation))?.refused?.problems ?? [];

test('missing, not marked, or without a commit: each is an error of the plan at its line', async () => {
  app = await startApp({ students: ['ada', 'bob'] });
  await app.database.pool.query(`update student_repository set state = 'planned' where owner = 'bob'`);
  const teacher = app.as('teacher');
  const make = (name: string, more: object) =>
    teacher.request('POST /orgs/{org}/repos', { org: organisation, name, private: true, ...more });
  await make('plain', { auto_init: true });
  await make('bare', { is_template: true });
  await make('starter', { is_template: true, auto_init: true });
  for (const [template, code] of [
    ['nowhere', 'template-missing'],
    ['plain', 'template-not-marked'],
    ['bare', 'template-empty'],
  ] as const) {
    await name(template);
    await sync();
    await app.until(code, async () => (await refused()).some((one) => one.code === code));
    const problem = (await refused()).find((candidate) => candidate.code === code)!;
    expect(problem).toMatchObject({ file: 'course.yml', line: 5, level: 'error' });
    expect(problem.message).toContain(`\`${template}\``);
  }
  await name('starter');
  await sync();
  await app.until('in force', async () => (await app.ports.store.course(organisation))?.refused === undefined);
});
