// Signing in with GitHub, from the link to the page: who gets in where, and what is refused.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { roleOf } from '../../../src/flows/people/role-of.ts';
import { runWith } from '../../cli/run-command.ts';
import { organisation, startApp, type App } from '../start-app.ts';
import { access, base, openBrowser, openPages } from './browser.ts';

let app: App;
let fetchPage: ReturnType<typeof openPages>;
const browser = () => openBrowser(fetchPage);

beforeAll(async () => {
  app = await startApp({ students: ['ada', 'ben'] });
  const { admin } = app.sandbox;
  for (const login of ['tutor', 'stranger']) admin.createUser({ login });
  admin.createTeam({ org: organisation, name: 'tutors', members: ['tutor'] });
  fetchPage = openPages(app);
}, 180_000);
afterAll(() => app.stop());

const own = (owner: string): string => `/${organisation}/students/${owner}`;
const status = async (answer: Promise<Response>): Promise<number> => (await answer).status;

test('a student comes to their own page and no other, without a key in an address', async () => {
  const { ask, signIn, jar } = browser();
  const landed = await signIn('ada', own('ada'));
  expect(landed.status).toBe(303);
  expect(landed.headers.get('location')).toBe(own('ada'));
  const cookie = landed.headers.getSetCookie().find((line) => line.startsWith('practicum_session='))!;
  for (const word of [/HttpOnly/, /SameSite=Lax/, /Secure/]) expect(cookie).toMatch(word);
  expect(await status(ask(own('ada')))).toBe(200);
  expect((await ask('/')).headers.get('location')).toBe(own('ada'));
  for (const path of [own('ben'), `/${organisation}`, `/${organisation}/gradebook.csv`, `/${organisation}/acts`])
    expect(await status(ask(path)), path).toBe(403);
  // What the database keeps opens nothing.
  const { rows } = await app.database.pool.query<{ digest: Buffer }>('select digest from session');
  for (const { digest } of rows) expect(digest.toString('base64url')).not.toBe(jar.get('practicum_session'));
});

test('the staff is who may write to the course repository, or who is in the team that the course names', async () => {
  const teacher = browser();
  await teacher.signIn('teacher');
  expect(await status(teacher.ask(`/${organisation}`))).toBe(200);
  expect(await status(teacher.ask(own('ben')))).toBe(200);
  const tutor = browser();
  await tutor.signIn('tutor');
  expect(await status(tutor.ask(`/${organisation}`))).toBe(403);
  const course = 'version: 1\ntitle: Test\ntimezone: UTC\nstaff: tutors\nroster: roster.csv\n';
  await app.database.pool.query(`update course set files = files || jsonb_build_object('course.yml', $1::text)`, [
    `${course}repositories: { name: "{challenge}-{owner}", visibility: private, permission: push }\n`,
  ]);
  expect(await roleOf(app.ports, organisation, { id: 1, login: 'tutor' })).toEqual({ staff: true });
  expect(await roleOf(app.ports, 'another-course', { id: 1, login: 'teacher' })).toEqual({ staff: false });
});

test('who pressed a button is on record by name', async () => {
  const { ask, signIn } = browser();
  await signIn('teacher');
  const form = { method: 'POST', body: new URLSearchParams({ key: 'dispatch/one' }) };
  expect(await status(ask(`/${organisation}/retry`, form))).toBe(303);
  const page = await (await ask(`/${organisation}/acts`)).text();
  expect(page).toContain('<bdi>teacher</bdi>');
  expect(page).toContain('dispatch/one');
  await expect(app.database.pool.query(`update staff_act set login = 'ada'`)).rejects.toThrow('only ever added to');
});

test('a stranger is told so; whoever took a login that a student gave up is not that student', async () => {
  const { ask, signIn } = browser();
  await signIn('stranger');
  for (const path of ['/', own('ada'), `/${organisation}`]) {
    const answer = await ask(path);
    expect(answer.status, path).toBe(403);
    expect(await answer.text()).toContain('You are signed in as stranger');
  }
  const ada = app.sandbox.state.accountByLogin('ada')!;
  expect(await roleOf(app.ports, organisation, { id: ada.id, login: 'ada' })).toMatchObject({ owner: 'ada' });
  expect(await roleOf(app.ports, organisation, { id: ada.id, login: 'ada-renamed' })).toMatchObject({ owner: 'ada' });
  expect(await roleOf(app.ports, organisation, { id: 424_242, login: 'ada' })).not.toHaveProperty('owner');
});

test('a forged, foreign or used state, and a replayed code, sign nobody in', async () => {
  const victim = browser();
  const attacker = browser();
  const callback = await attacker.toGitHub('stranger');
  // The attacker's code in the victim's browser.
  expect(await status(victim.ask(callback))).toBe(403);
  await victim.ask('/sign-in');
  expect(await status(victim.ask(callback))).toBe(403);
  const forged = new URL(await victim.toGitHub('ada'));
  forged.searchParams.set('state', `${forged.searchParams.get('state')}x`);
  expect(await status(victim.ask(forged.href))).toBe(403);
  for (const path of ['/sign-in/callback', '/sign-in/callback?state=.&code=x', '/sign-in/callback?state=e30.&code=x'])
    expect(await status(victim.ask(path)), path).toBe(403);
  expect(victim.jar.has('practicum_session')).toBe(false);
  // The same callback twice: its cookie is gone; with the cookie, GitHub knows the code no more.
  const good = await victim.toGitHub('ada');
  const cookie = victim.jar.get('practicum_sign_in')!;
  expect(await status(victim.ask(good))).toBe(303);
  const replay = browser();
  replay.jar.set('practicum_sign_in', cookie);
  expect(await status(replay.ask(good))).toBe(403);
  // A code stolen on its way is worth nothing in another sign-in: the secret half of PKCE is another.
  const stolen = new URL(await browser().toGitHub('teacher'));
  const other = browser();
  const mine = new URL(await other.toGitHub('stranger'));
  mine.searchParams.set('code', stolen.searchParams.get('code')!);
  expect(await status(other.ask(mine.href))).toBe(403);
  expect(other.jar.has('practicum_session')).toBe(false);
});

test('whoever refuses at GitHub is not signed in', async () => {
  const { ask, toGitHub } = browser();
  expect(await status(ask(await toGitHub('nobody-of-that-name')))).toBe(403);
});

test('a session ends: signed out, everywhere, expired', async () => {
  const [one, two] = [browser(), browser()];
  await one.signIn('ben');
  await two.signIn('ben');
  const stolen = new Map(one.jar);
  await one.ask('/sign-out', { method: 'POST' });
  const thief = browser();
  for (const [name, value] of stolen) thief.jar.set(name, value);
  expect(await status(thief.ask(own('ben')))).toBe(403);
  expect(await status(two.ask(own('ben')))).toBe(200);
  await one.signIn('ben');
  await one.ask('/sign-out', { method: 'POST', body: new URLSearchParams({ everywhere: 'yes' }) });
  expect(await status(two.ask(own('ben')))).toBe(403);
  await two.signIn('ben');
  await app.database.pool.query(`update session set expires_at = clock_timestamp() where login = 'ben'`);
  expect(await status(two.ask(own('ben')))).toBe(403);
});

test('sessions of somebody else are ended by the token’s holder and at the terminal, and by nobody else', async () => {
  const ben = browser();
  const ada = browser();
  const holder = browser();
  await ben.signIn('ben');
  await ada.signIn('ada');
  await holder.ask('/?token=the token of the dashboard');
  const end = { method: 'POST', body: new URLSearchParams({ login: 'ben' }) };
  expect(await status(ada.ask('/sessions'))).toBe(403);
  expect(await status(ada.ask('/sessions/end', end))).toBe(403);
  expect(await status(ben.ask(own('ben')))).toBe(200);
  expect(await (await holder.ask('/sessions')).text()).toContain('<bdi>ben</bdi>');
  expect(await status(holder.ask('/sessions/end', end))).toBe(303);
  expect(await status(ben.ask(own('ben')))).toBe(403);
  expect(await status(ada.ask(own('ada')))).toBe(200);
  const env = { DATABASE_URL: app.database.url };
  expect((await runWith(env, 'sessions')).out).toMatch(/^ada /m);
  expect(await runWith(env, 'sessions', 'end', '@ADA')).toMatchObject({ code: 0 });
  expect(await status(ada.ask(own('ada')))).toBe(403);
  expect(await runWith(env, 'sessions', 'end', 'ada')).toMatchObject({ code: 1 });
});

test('nobody is sent elsewhere by a link to us', async () => {
  for (const to of ['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)', '/%0d%0a'])
    expect(new URL((await browser().signIn('ada', to)).headers.get('location')!, base).origin, to).toBe(base);
});

test('an old address with a key leads to the sign-in; the token still opens everything', async () => {
  const old = await browser().ask(access.studentPath(organisation, 'ada'));
  expect(old.status).toBe(303);
  expect(old.headers.get('location')).toBe(`/sign-in?to=${encodeURIComponent(own('ada'))}`);
  const rescue = browser();
  await rescue.ask('/?token=the token of the dashboard');
  expect(await status(rescue.ask(`/${organisation}`))).toBe(200);
});
