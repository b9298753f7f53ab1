// Who may see which page, and what every answer tells the browser.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { organisation } from './fill-course.ts';
import { openPages, token, type Pages } from './open-pages.ts';

let pages: Pages;
let id: string;
beforeAll(async () => {
  pages = await openPages();
  id = (await pages.store.shipments(organisation))[0]!.shipment.id;
});
afterAll(() => pages.drop());

const own = (owner: string): string => pages.access.studentPath(organisation, owner);
const keyOf = (owner: string): string => own(owner).split('?key=')[1]!;
const staffPages = (): string[] => [
  '/',
  `/${organisation}`,
  `/${organisation}/gradebook`,
  `/${organisation}/gradebook.csv`,
  `/${organisation}/gradebook.json`,
  `/${organisation}/shipments`,
  `/${organisation}/shipments/${id}`,
  `/${organisation}/shipments/${id}.json`,
  `/${organisation}/students/ada-l`,
];

test('without a token every page is closed, tells how to get in, and tells nothing else', async () => {
  for (const path of [...staffPages(), '/no-such-course', `/${organisation}/students/nobody`]) {
    const response = await pages.stranger(path);
    expect(response.status, path).toBe(403);
    const body = await response.text();
    expect(body, path).toContain('PRACTICUM_DASHBOARD_TOKEN');
    expect(body, path).toContain('check run <em>score</em>');
    expect(body, path).not.toMatch(/Lovelace|weather|c0ffee/);
  }
});

test('a wrong token, a wrong cookie and the token itself as a cookie open nothing', async () => {
  expect((await pages.stranger('/?token=wrong')).status).toBe(403);
  expect((await pages.stranger('/?token=')).status).toBe(403);
  for (const value of ['', 'wrong', token, 'open'])
    expect((await pages.stranger('/', { headers: { cookie: `practicum=${value}` } })).status, value).toBe(403);
});

test('the token becomes a cookie that does not hold it, by address or by form', async () => {
  const body = new URLSearchParams({ token });
  const byForm = await pages.stranger('/enter', {
    method: 'POST',
    body,
    headers: { origin: 'https://practicum.example' },
  });
  for (const response of [await pages.stranger(`/?token=${token}`), byForm]) {
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/');
    const cookie = response.headers.get('set-cookie')!;
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Lax/);
    expect(cookie).toMatch(/Secure/);
    expect(cookie).not.toContain(token);
    expect((await pages.stranger('/', { headers: { cookie: cookie.split(';')[0]! } })).status).toBe(200);
  }
  const foreign = { method: 'POST', body, headers: { origin: 'https://elsewhere.example' } };
  expect((await pages.stranger('/enter', foreign)).status).toBe(403);
});

test('a student’s key opens their own page and no other', async () => {
  const response = await pages.stranger(own('ada-l'));
  expect(response.status).toBe(200);
  const body = await response.text();
  expect(body).toContain('Ada Lovelace');
  for (const other of ['Gauss', 'Noether', 'carl-g', 'emmy-n']) expect(body).not.toContain(other);
  // The way to pages that are not theirs is not even shown.
  expect(body).not.toContain('/gradebook');
  expect(body).not.toContain('/shipments/');
  const key = keyOf('ada-l');
  for (const path of staffPages().filter((staffPage) => !staffPage.endsWith('/ada-l')))
    expect((await pages.stranger(`${path}?key=${key}`)).status, path).toBe(403);
  expect((await pages.stranger(`/${organisation}/students/carl-g?key=${key}`)).status).toBe(403);
  expect((await pages.stranger(`/another-course/students/ada-l?key=${key}`)).status).toBe(403);
});

test('a student’s key stays in the links of their page, so that those work', async () => {
  const body = await (await pages.stranger(own('ada-l'))).text();
  expect(body).toContain(`key=${keyOf('ada-l')}&amp;kind=run`);
});

test('no page of the staff holds the token, the cookie or a student’s key', async () => {
  const secrets = [token, pages.access.session, ...['ada-l', 'carl-g', 'george-b'].map(keyOf)];
  for (const path of staffPages()) {
    const body = await (await pages.staff(path)).text();
    for (const secret of secrets) expect(body, path).not.toContain(secret);
  }
});

test('every answer forbids scripts, frames and copies; only the style sheet may be kept', async () => {
  for (const path of [...staffPages(), '/no/such/page/at/all', '/healthz']) {
    const { headers } = await pages.staff(path);
    const policy = headers.get('content-security-policy')!;
    expect(policy, path).toContain("default-src 'none'");
    expect(policy, path).not.toMatch(/script-src|unsafe/);
    expect(policy, path).toContain("frame-ancestors 'none'");
    expect(headers.get('x-content-type-options'), path).toBe('nosniff');
    expect(headers.get('referrer-policy'), path).toBe('no-referrer');
    expect(headers.get('cache-control'), path).toBe('private, no-store');
  }
  const page = await (await pages.staff('/')).text();
  const style = await pages.stranger(/href="(\/style\.css[^"]*)"/.exec(page)![1]!);
  expect(style.status).toBe(200);
  expect(style.headers.get('cache-control')).toContain('immutable');
  expect(style.headers.get('content-type')).toBe('text/css; charset=utf-8');
});

test('HEAD answers as GET does, without a body', async () => {
  const response = await pages.staff('/', { method: 'HEAD' });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toContain('text/html');
  expect(await response.text()).toBe('');
  expect((await pages.stranger('/', { method: 'HEAD' })).status).toBe(403);
});

test('what is not there is a page that says so', async () => {
  for (const path of ['/nowhere', `/${organisation}/students/nobody`, `/${organisation}/nothing`, '/a/b/c/d']) {
    const response = await pages.staff(path);
    expect(response.status, path).toBe(404);
    expect(response.headers.get('content-type'), path).toContain('text/html');
  }
});

test('an App without a valid course says what to do', async () => {
  await pages.store.saveInstallation({ id: 9, login: 'Empty-Org', organisationId: 90 });
  const response = await pages.staff('/Empty-Org');
  expect(response.status).toBe(200);
  expect(await response.text()).toContain('No valid course has been merged');
  expect(await (await pages.staff('/')).text()).toContain('href="/Empty-Org"');
});

test('health needs no token and says whether the database answers; a failure of ours says nothing of its cause', async () => {
  const broken = await openPages();
  expect(await (await broken.stranger('/healthz')).text()).toBe('ok');
  expect((await broken.stranger('/readyz')).status).toBe(200);
  await broken.drop();
  expect((await broken.stranger('/healthz')).status).toBe(200);
  expect((await broken.stranger('/readyz')).status).toBe(503);
  const response = await broken.staff('/');
  expect(response.status).toBe(500);
  const body = await response.text();
  expect(body).toContain('Something went wrong on our side');
  expect(body).not.toMatch(/pool|postgres|\.ts:/);
  expect(broken.logged).toHaveLength(1);
});

test('an open dashboard, on one’s own machine, needs no token', async () => {
  const open = await openPages(undefined, 'open');
  for (const path of staffPages()) expect((await open.stranger(path)).status, path).toBe(200);
  await open.drop();
});
