// From an uploaded file to released data, as a teacher walks it in a browser; by keyboard, without JavaScript, and on a phone.
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { courseFiles } from '../flows/start-app.ts';
import { org, startCourse, type CourseInSandbox } from '../flows/start-course.ts';
import { openBrowser } from './open-browser.ts';
import { runAxe } from './run-axe.ts';

let course: CourseInSandbox;
let browser: Browser;
let shots: string;
let file: string;

beforeAll(async () => {
  shots = await mkdtemp(join(tmpdir(), 'practicum-challenge-'));
  process.stderr.write(`screenshots: ${shots}\n`);
  const rows = Array.from({ length: 120 }, (_, row) => {
    const day = new Date(Date.UTC(2026, 0, 1 + row)).toISOString().slice(0, 10);
    return `${day},${row % 3 === 0 ? 'NA' : (Math.sin(row) * 10).toFixed(1)},${['sun', 'rain', 'snow'][row % 3]}`;
  });
  file = join(shots, 'sky.csv');
  await writeFile(file, `day,heat,sky\n${rows.join('\n')}\n`);
  browser = await openBrowser();
  const files = courseFiles({ students: ['ada', 'ben'] }) as Record<string, string>;
  course = await startCourse(files, ['ada', 'ben'], new Date('2027-01-11T09:00:00Z'), [], {}, true);
}, 240_000);
afterAll(async () => {
  await browser?.close();
  await course?.stop();
});

/** Signed in as the teacher, by the door that the page itself shows; with everything the browser complained about. */
async function enter(
  path: string,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<{ page: Page; context: BrowserContext; complaints: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`${course.url}${path}`);
  await page
    .getByRole('link', { name: /sign in/i })
    .first()
    .click();
  await page.getByRole('link', { name: course.teacher.login, exact: true }).click();
  await page.waitForURL(`${course.url}${path}`);
  return { page, context, complaints: complaints.filter((text) => !text.includes('403')) };
}

async function noViolations(page: Page): Promise<void> {
  expect((await runAxe(page)).violations, page.url()).toEqual([]);
}
async function upToDate(page: Page): Promise<void> {
  await page.waitForFunction(() => document.getElementById('live')?.textContent === 'Up to date.');
}
const github = () => course.as(course.teacher);
const ofCourse = { owner: org, repo: 'course' };
async function planOf(number: number): Promise<{ conclusion: string | null; title: string | null }> {
  const { data: pull } = await github().rest.pulls.get({ ...ofCourse, pull_number: number });
  const [plan] = (await course.checks('course', pull.head.sha)).filter(({ name }) => name === 'plan');
  return { conclusion: plan?.conclusion ?? null, title: plan?.output.title ?? null };
}
const proposed = async (page: Page): Promise<number> => {
  await page.getByRole('heading', { level: 1, name: 'Proposed' }).waitFor();
  return Number((await page.getByRole('link', { name: /^#\d+$/ }).textContent())!.slice(1));
};

test('a teacher goes from a file to released data, and sees it arrive', { timeout: 300_000 }, async () => {
  const { page, context, complaints } = await enter(`/${org}/challenges`);
  await noViolations(page);
  await page.getByRole('link', { name: 'New challenge' }).click();
  await page.getByLabel(/A file, 16 MB/).setInputFiles(file);
  await page.getByRole('button', { name: 'Upload' }).click();
  await page.getByText('What was assumed of it').waitFor();
  expect(await page.locator('#f-name').inputValue()).toBe('sky');
  expect(await page.getByText('No problems.').isVisible()).toBe(true);
  await noViolations(page);
  // The preview follows the form, and the text with it.
  await page.locator('#f-title').fill('What will the sky be?');
  await page.locator('#f-releases\\.first').fill('2027-01-12T09:00');
  await page.locator('#f-starts').fill('2027-01-12T08:00');
  await upToDate(page);
  expect(await page.locator('#text').inputValue()).toContain('title: What will the sky be?');
  expect(await page.locator('#preview').textContent()).toContain('12 Jan, 09:00');
  // And the form follows the text; what is wrong is said at its field.
  const text = await page.locator('#text').inputValue();
  await page.locator('#text').fill(text.replace('target: sky', 'target: skye'));
  await page.waitForFunction(() => document.querySelector<HTMLInputElement>('#f-dataset\\.target')?.value === 'skye');
  expect(await page.locator('#f-dataset\\.target').getAttribute('aria-invalid')).toBe('true');
  await noViolations(page);
  await page.screenshot({ path: join(shots, 'problem.png') });
  await page.locator('#f-dataset\\.target').fill('sky');
  await page.waitForFunction(() => document.querySelector('#preview')?.textContent?.includes('What merging it means'));
  await page.locator('#g-releases\\.drift > summary').click();
  await page.locator('#g-releases\\.drift').getByText('Add one').click();
  await page.locator('#f-releases\\.drift\\.0\\.kind').fill('missing');
  await page.locator('#f-releases\\.drift\\.0\\.from').fill('release-2');
  await page.locator('#f-releases\\.drift\\.0\\.column').fill('heat');
  await page.locator('#f-releases\\.drift\\.0\\.rate').fill('50%');
  await page.waitForFunction(() => document.querySelector('#preview')?.textContent?.includes('Drift: missing of heat'));
  await upToDate(page);
  await page.screenshot({ path: join(shots, 'new.png'), fullPage: true });
  await page.getByRole('button', { name: 'Propose as a pull request' }).click();
  const number = await proposed(page);
  await noViolations(page);
  await course.quiet();
  expect(await planOf(number)).toEqual({ conclusion: 'success', title: expect.stringContaining('6 new') });
  await github().rest.pulls.merge({ ...ofCourse, pull_number: number });
  await course.quiet();
  // The page of the challenge is open while the release goes out: it is told.
  await page.getByRole('link', { name: 'The page of the challenge' }).click();
  await page.waitForFunction(() => document.getElementById('live')?.textContent === 'Live.');
  const sent = (): Promise<string | null> =>
    page.locator('#happened tbody tr').first().locator('td').nth(2).textContent();
  expect(await sent()).toBe('0');
  await course.advance(26);
  await page.waitForFunction(() => document.querySelector('#happened tbody tr td:nth-child(4)')?.textContent === '2');
  await noViolations(page);
  await page.screenshot({ path: join(shots, 'followed.png'), fullPage: true });
  for (const { login } of course.students) {
    const { data } = await course
      .as(course.teacher)
      .rest.repos.getContent({ owner: org, repo: `sky-${login}`, path: 'data/incoming/release-1.csv' });
    expect(Buffer.from((data as { content: string }).content, 'base64').toString()).toMatch(/^day,heat,sky\n2026-01-/);
  }
  expect(complaints).toEqual([]);
  await context.close();
});

test('without JavaScript it is a form with a button', { timeout: 120_000 }, async () => {
  const { page, context } = await enter(`/${org}/challenges/prices/edit`, { javaScriptEnabled: false });
  await page.locator('#f-title').fill('Prices, without a script');
  await page.locator('#f-releases\\.count').fill('5');
  await page.getByRole('button', { name: 'Preview' }).click();
  expect(page.url()).toContain('#preview');
  expect(await page.locator('#preview').textContent()).toContain('8 new');
  expect(await page.locator('#text').inputValue()).toContain('Prices, without a script');
  const text = await page.locator('#text').inputValue();
  await page.locator('#text').fill('version: 1\nname: [');
  await page.getByRole('button', { name: 'Preview' }).click();
  expect(await page.locator('#problems').textContent()).toContain('yaml-syntax');
  // What was in the form is still there, and the text can be mended.
  expect(await page.locator('#f-title').inputValue()).toBe('Prices, without a script');
  await page.locator('#text').fill(text);
  await page.getByRole('button', { name: 'Propose as a pull request' }).click();
  const number = await proposed(page);
  await course.quiet();
  expect(await planOf(number)).toEqual({ conclusion: 'success', title: expect.stringContaining('8 new') });
  await page.goto(`${course.url}/${org}/challenges/prices`);
  expect(await page.getByRole('heading', { name: 'Releases' }).isVisible()).toBe(true);
  await context.close();
});

test('by keyboard alone: every stop can be seen, and the proposal is made', { timeout: 120_000 }, async () => {
  const { page, context } = await enter(`/${org}/challenges/prices/edit`);
  const stop = async (): Promise<{ id: string; text: string; seen: boolean }> => {
    await page.keyboard.press('Tab');
    return page.evaluate(() => {
      const active = document.activeElement!;
      const box = active.getBoundingClientRect();
      const seen = box.width > 0 && box.height > 0 && getComputedStyle(active).outlineStyle !== 'none';
      return { id: active.id, text: active.textContent ?? '', seen };
    });
  };
  const until = async (is: (one: { id: string; text: string }) => boolean): Promise<void> => {
    for (let stops = 0; stops < 120; stops++) {
      const one = await stop();
      expect(one.seen, `${one.id} ${one.text}`).toBe(true);
      if (is(one)) return;
    }
    throw new Error('there is no such stop');
  };
  await until(({ id }) => id === 'f-title');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('Prices, by keyboard');
  await upToDate(page);
  await until(({ id }) => id === 'text');
  await page.keyboard.press('Control+End');
  await page.keyboard.type('# by keyboard\n');
  await until(({ text }) => text === 'Propose as a pull request');
  await page.keyboard.press('Enter');
  const number = await proposed(page);
  const { data } = await github().rest.pulls.listFiles({ ...ofCourse, pull_number: number });
  expect(data[0]!.patch).toContain('+title: "Prices, by keyboard"');
  expect(data[0]!.patch).toContain('+# by keyboard');
  await context.close();
});

test('on a phone of 320 px, in dark: no sideways scrolling, and no rule broken', { timeout: 120_000 }, async () => {
  const { page, context } = await enter(`/${org}/challenges/new`, {
    viewport: { width: 320, height: 640 },
    colorScheme: 'dark',
  });
  for (const name of ['new', 'prices/edit', 'prices', '']) {
    await page.goto(`${course.url}/${org}/challenges${name === '' ? '' : `/${name}`}`);
    const [whole, window] = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ]);
    expect(whole, `${name} overflows`).toBeLessThanOrEqual(window!);
    await noViolations(page);
    await page.screenshot({ path: join(shots, `phone-${name.replace('/', '-')}.png`), fullPage: true });
  }
  await context.close();
});
