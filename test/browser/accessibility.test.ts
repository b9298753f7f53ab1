// Every page against axe-core, in light and dark, on a desk and a phone: no violations.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { actsPage } from '../../src/web/pages/acts-page.ts';
import { challengeFormPage, challengeProposedPage } from '../../src/web/pages/challenge-form-page.ts';
import { coursesPage, noCoursePage, ownCoursesPage } from '../../src/web/pages/courses-page.ts';
import type { Html } from '../../src/web/pages/layout/layout.ts';
import { styleText } from '../../src/web/pages/layout/style.ts';
import { accountPage, doorPage, messagePage, signInPage } from '../../src/web/pages/message-page.ts';
import { claimPage, claimedPage } from '../../src/web/pages/claim-page.ts';
import { enrolmentPage } from '../../src/web/pages/enrolment-page.ts';
import { sessionsPage } from '../../src/web/pages/sessions-page.ts';
import { registeredPage, registerPage, startPage, statePage } from '../../src/web/pages/setup-page.ts';
import { projectFiles } from '../project-files.ts';
import { crowd, midTerm, organisation } from '../web/fill-course.ts';
import { fillPlacement } from '../web/fill-placement.ts';
import { sampleDraft } from '../web/sample-draft.ts';
import { openPages, type Pages } from '../web/open-pages.ts';
import { openBrowser, serve, type Served } from './open-browser.ts';
import { runAxe } from './run-axe.ts';

let browser: Browser;
let pages: Pages;
let served: Served;
let plain: Served;
let shipment: string;

/** Pages that need more than a filled course, each as it is sent. */
const alone: Record<string, () => Html | Promise<Html>> = {
  start: () => startPage('That is not the name of an organisation.'),
  register: () => registerPage({ action: 'https://github.example/new', manifest: { name: 'x' } }),
  registered: () => registeredPage({ install: 'https://github.example/install', next: '/setup' }),
  state: () =>
    statePage({
      problem: 'Not done: it was there before.',
      checks: [
        { name: 'git', ok: true, detail: 'git version 2' },
        { name: 'app', ok: false, detail: 'GitHub does not accept APP_ID and PRIVATE_KEY' },
      ],
      courses: [
        {
          login: organisation,
          steps: [
            {
              id: 'team',
              name: 'Staff team',
              state: 'missing',
              found: 'there is none',
              can: false,
              at: 'https://x.example',
            },
            { id: 'template', name: 'Student template', state: 'missing', found: 'there is none', can: true },
            { id: 'workflow', name: 'Workflow repository', state: 'unknown', found: 'GitHub did not say', can: true },
            { id: 'course', name: 'Course repository', state: 'done', found: 'course', can: false },
          ],
        },
      ],
    }),
  signIn: () => signInPage('You are not signed in', 'This sign-in was not begun in this browser.'),
  door: () => doorPage('This page is for the staff'),
  account: () => accountPage('ada'),
  message: () => messagePage('GitHub does not answer', 'Try again in a minute.'),
  acts: () =>
    actsPage(organisation, [
      { at: midTerm, act: 'try again', subject: 'dispatch/1', by: { id: 1, login: 'teacher' } },
      { at: midTerm, act: 'set up', subject: 'team' },
    ]),
  challengeForm: () => challengeFormPage(sampleDraft()),
  challengeFormWrong: () => challengeFormPage(sampleDraft(true)),
  challengeProposed: () =>
    challengeProposedPage(organisation, {
      outcome: 'opened',
      number: 3,
      url: 'https://x.example/3',
      challenge: 'weather',
    }),
  claim: () => claimPage(place, 'ada', undefined),
  claimOwn: () => claimPage(place, 'ada', { name: 'Ada Lovelace' }),
  claimed: () => claimedPage({ outcome: 'ambiguous' }, { ...place, owner: 'ada' }),
  enrolment: () =>
    enrolmentPage(enrolment, { course: 'https://x.example/enrol', row: (key) => `https://x.example/${key}` }),
  sessions: () => sessionsPage([{ id: 1, login: 'ada', openedAt: midTerm, expiresAt: midTerm }]),
  courses: () => coursesPage([record, { ...record, organisation: 'b', login: 'B' }]),
  ownCourses: () =>
    ownCoursesPage([
      { login: 'a', staff: true },
      { login: 'b', staff: false, owner: 'ada' },
    ]),
  noCourse: () => noCoursePage(record, 'https://github.example'),
};
const place = { organisation, path: '/enrol/x' };
const record = { organisation: 'a', login: 'A', organisationId: 1, installationId: 2, files: {}, facts: {} };

const enrolment = {
  record,
  rows: [
    { line: 2, key: 'a', login: '', id: '1', name: 'Ada Lovelace' },
    {
      line: 3,
      key: 'b',
      login: '',
      id: '2',
      name: 'Ben',
      claim: { seq: 1, key: 'b', accountId: 7, login: 'ben', claimedAt: midTerm, written: true },
    },
  ],
};

beforeAll(async () => {
  browser = await openBrowser();
  pages = await openPages([...crowd(12), { login: 'long', name: 'Wolfeschlegelsteinhausenbergerdorff'.repeat(2) }]);
  await fillPlacement(pages.store);
  shipment = (await pages.store.shipments(organisation))[0]!.shipment.id;
  served = await serve(pages.fetch);
  plain = await serve(async (request) => {
    const name = new URL(request.url).pathname.slice(1);
    if (name === 'style.css') return new Response(styleText, { headers: { 'content-type': 'text/css' } });
    const page = alone[name];
    return page
      ? new Response(String(await page()), { headers: { 'content-type': 'text/html; charset=utf-8' } })
      : new Response('', { status: 404 });
  });
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
  await plain?.close();
  await pages?.drop();
});

const ofCourse = (): Record<string, string> => ({
  course: '/',
  student: `/${organisation}/students/student-1`,
  gradebook: `/${organisation}/gradebook`,
  grading: `/${organisation}/students/student-1/grading`,
  'grading list': `/${organisation}/grading`,
  challenges: `/${organisation}/challenges`,
  challenge: `/${organisation}/challenges/weather`,
  shipments: `/${organisation}/shipments`,
  placement: `/${organisation}/placement?period=hour`,
  shipment: `/${organisation}/shipments/${shipment}`,
  missing: '/there/is/nothing',
});

test.for([
  ['light', { width: 1280, height: 900 }],
  ['dark', { width: 390, height: 844 }],
] as const)('no page breaks a rule, %s at %o', async ([colorScheme, viewport]) => {
  const context = await browser.newContext({ colorScheme, viewport });
  await context.addCookies([{ name: 'practicum', value: pages.access.session, url: served.url }]);
  const page = await context.newPage();
  const addresses = [
    ...Object.values(ofCourse()).map((path) => served.url + path),
    ...Object.keys(alone).map((name) => `${plain.url}/${name}`),
  ];
  const broken: string[] = [];
  let passed = 0;
  for (const address of addresses) {
    await page.goto(address);
    const { violations, passes } = await runAxe(page);
    passed += passes;
    broken.push(...violations.map((violation) => `${new URL(address).pathname} ${violation}`));
  }
  await context.close();
  process.stderr.write(`axe, ${colorScheme}: ${addresses.length} pages, ${passed} rules passed\n`);
  expect(broken).toEqual([]);
  expect(passed).toBeGreaterThan(addresses.length * 10);
});

test('a page that breaks rules is found: the test can fail', async () => {
  const page = await browser.newPage();
  await page.setContent('<html><body><img src="x"><button></button></body></html>');
  const { violations } = await runAxe(page);
  expect(violations.join('\n')).toMatch(/image-alt[^]*|button-name/);
  await page.close();
});

test('every file of pages is looked at here', () => {
  const files = projectFiles('src/web/pages').filter((path) => path.endsWith('-page.ts'));
  const looked = [
    'acts',
    'challenge',
    'challenge-form',
    'challenges',
    'claim',
    'course',
    'courses',
    'enrolment',
    'gradebook',
    'grading',
    'grading-list',
    'message',
    'placement',
    'sessions',
    'setup',
    'shipment',
    'shipments',
    'student',
  ];
  expect(files.map((path) => path.split('/').at(-1)!.replace('-page.ts', '')).toSorted()).toEqual(looked.toSorted());
});
