// Self-enrolment: from the link to the repository, by roster.csv in the course repository; what is refused, and undone.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { organisation, startApp, type App } from '../start-app.ts';
import { base, openBrowser, openPages } from './browser.ts';

const roster =
  'login,id,name,group\r\nada,s1,Ada,\r\n,s2,"Byron, Ben",\r\n,s3,Éva Kiss,\r\n,s4,Sam Lee,\r\n,s5,Sam Lee,\r\n';
let app: App;
let fetchPage: ReturnType<typeof openPages>;
const browser = () => openBrowser(fetchPage);

beforeAll(async () => {
  app = await startApp({ students: ['ada'], files: { 'roster.csv': roster } });
  for (const login of ['ben', 'eva', 'mallory', 'sam']) app.sandbox.admin.createUser({ login });
  fetchPage = openPages(app);
}, 180_000);
afterAll(() => app.stop());

const enrol = `/${organisation}/enrol`;
const text = async (answer: Response | Promise<Response>): Promise<string> => (await answer).text();
/** The roster is written some seconds after a claim, and those that come meanwhile with it. */
const written = async (what: string, holds: () => boolean): Promise<void> => {
  app.clock.set(new Date(app.clock.now().getTime() + 10_000));
  await app.until(what, holds);
};
const inRoster = (): string => app.git('course', 'show', 'HEAD:roster.csv');

async function teacher() {
  const one = browser();
  await one.signIn('teacher');
  return one;
}
/** The link for everybody, and those of single rows by id, as the teacher sees them. */
async function links(): Promise<{ course: string; row: Map<string, string> }> {
  const one = await teacher();
  const page = await text(one.ask(enrol));
  const csv = await text(one.ask(`${enrol}.csv`));
  const rows = csv.split('\r\n').slice(1).filter(Boolean);
  const row = new Map(rows.map((line) => [line.split(',')[0]!, new URL(line.split(',').at(-1)!).pathname]));
  return { course: new URL(/<code>(https:[^<]+)<\/code>/.exec(page)![1]!).pathname, row };
}
const post = (path: string, who?: string): [string, RequestInit] => [
  path,
  { method: 'POST', body: new URLSearchParams(who === undefined ? {} : { who }) },
];

test('two students enrol by the link for everybody, and get their repositories', async () => {
  const { course } = await links();
  const away = await browser().ask(course);
  expect(await text(away)).toContain(`/sign-in?to=${encodeURIComponent(course)}`);
  const ben = browser();
  await ben.signIn('ben', course);
  expect(await text(ben.ask(course))).toContain('signed in as <strong>ben</strong>');
  expect(await text(ben.ask(...post(course, ' byron,  BEN ')))).toContain('You are enrolled');
  const eva = browser();
  await eva.signIn('eva', course);
  expect(await text(eva.ask(...post(course, 'S3')))).toContain('You are enrolled');
  // Pressing the button again changes nothing.
  expect(await text(eva.ask(...post(course, 'S3')))).toContain('You are enrolled');
  await written('the roster says so', () => inRoster().includes('eva'));
  expect(inRoster()).toBe(roster.replace(',s2', 'ben,s2').replace(',s3', 'eva,s3'));
  expect(app.git('course', 'log', '--format=%s%n%b', '-2')).toMatch(/^Enrol \d p[\s\S]*- (?:ben|eva) enrolled/);
  expect(app.git('course', 'log', '--format=%B')).not.toMatch(/Byron|Kiss|s3/);
  // The push that the app made itself reaches it like any other.
  await app.ports.store.enqueue([
    {
      key: `sync-challenge/${organisation}`,
      name: 'sync-challenge',
      payload: { organisation },
      dueAt: app.clock.now(),
    },
  ]);
  await app.until('they have repositories', async () => {
    const all = await app.ports.store.studentRepositories(organisation);
    return ['ben', 'eva'].every((slug) => all.some(({ owner, state }) => owner === slug && state === 'ready'));
  });
  expect(await text(ben.ask(course))).toContain(`/${organisation}/students/ben`);
});

test('nobody comes onto a row of somebody else, onto two rows, or learns who is on the roster', async () => {
  const { course, row } = await links();
  const mallory = browser();
  await mallory.signIn('mallory');
  const page = await text(mallory.ask(course));
  for (const word of ['Kiss', 'Sam', 's4', 'Byron']) expect(page).not.toContain(word);
  const said = async (who: string) => text(mallory.ask(...post(course, who)));
  expect(await said('s2')).toContain('Another account is enrolled for this person');
  expect(await said('Ada')).toContain('Another account is enrolled for this person');
  expect(await said('Sam Lee')).toContain('Several people have that name');
  expect(await said('s9')).toContain('Nobody of that id or name');
  expect(await said("' or 1=1 --")).toContain('Nobody of that id or name');
  const sam = browser();
  await sam.signIn('sam');
  expect(await text(sam.ask(row.get('s4')!))).toContain('<strong>Sam Lee</strong>');
  expect(await text(sam.ask(...post(row.get('s4')!)))).toContain('You are enrolled');
  expect(await text(sam.ask(...post(row.get('s5')!)))).toContain('You have claimed another row');
  expect(await text(mallory.ask(...post(row.get('s4')!)))).toContain('Another account is enrolled');
  for (let guess = 0; guess < 4; guess++) await said(`x${guess}`);
  expect((await mallory.ask(...post(course, 's5'))).status).toBe(429);
  for (const wrong of ['x', course.slice(0, -1), `${course}x`, `${course.slice(0, -1)}é`])
    expect((await sam.ask(wrong.startsWith('/') ? wrong : `${enrol}/${wrong}`)).status, wrong).toBe(404);
});

test('the staff takes a claim back: the login leaves the roster, and the row is free again', async () => {
  await written('sam is on the roster', () => inRoster().includes('sam,s4'));
  const sam = browser();
  await sam.signIn('sam');
  for (const path of [enrol, `${enrol}.csv`]) expect((await sam.ask(path)).status).toBe(403);
  const one = await teacher();
  const page = await text(one.ask(enrol));
  const undo = new RegExp(`action="(${enrol}/undo/\\d+)"[\\s\\S]{0,200}claim of sam`).exec(page)![1]!;
  expect((await sam.ask(...post(undo))).status).toBe(403);
  expect(
    (await fetchPage(new Request(base + undo, { method: 'POST', headers: { origin: 'https://evil.example' } }))).status,
  ).toBe(403);
  expect((await one.ask(...post(undo))).status).toBe(303);
  expect((await one.ask(...post(undo))).status).toBe(404);
  await written('the roster is as it was', () => !inRoster().includes('sam'));
  expect(inRoster()).toContain('\r\n,s4,Sam Lee,\r\n');
  expect(await text(one.ask(`/${organisation}/acts`))).toContain('take back');
  const mallory = browser();
  await mallory.signIn('eva');
  expect(await text(mallory.ask(...post((await links()).course, 's4')))).toContain('You are on the roster');
});

test('what the teacher wrote meanwhile stays', async () => {
  const { row } = await links();
  const sam = browser();
  await sam.signIn('sam');
  const before = inRoster();
  const file = { owner: organisation, repo: 'course', path: 'roster.csv' };
  const { data } = await app.as('teacher').rest.repos.getContent(file);
  await app.as('teacher').rest.repos.createOrUpdateFileContents({
    ...file,
    message: 'Somebody is s4',
    content: Buffer.from(before.replace(',s4', 'somebody,s4')).toString('base64'),
    sha: (data as { sha: string }).sha,
  });
  expect(await text(sam.ask(...post(row.get('s4')!)))).toContain('You are enrolled');
  app.clock.set(new Date(app.clock.now().getTime() + 10_000));
  await app.until('the claim is worked off', async () =>
    (await app.ports.store.claims(organisation)).every(({ written }) => written),
  );
  expect(inRoster()).toContain('somebody,s4');
  expect(inRoster()).not.toContain('sam');
});
